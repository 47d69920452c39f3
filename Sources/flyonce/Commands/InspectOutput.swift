import Foundation
import Synchronization
import Telemetry

/// The lines of `flyonce inspect` on their way out, or what they sum up to.
final class InspectOutput: Sendable {
    private struct State {
        var pending = Data()
        var summary = InspectSummary()
        var lines = 0
    }

    private let format: InspectCommand.Format
    private let isSummary: Bool
    private let isLive: Bool
    private let state = Mutex(State())

    init(format: InspectCommand.Format, isSummary: Bool, isLive: Bool) {
        self.format = format
        self.isSummary = isSummary
        self.isLive = isLive
    }

    var lines: Int { state.withLock { $0.lines } }

    /// Callable from any thread.
    func write(_ line: InspectedLine) {
        state.withLock { state in
            state.lines += 1
            guard !isSummary else { return state.summary.add(line) }
            state.pending.append(contentsOf: (format == .ndjson ? line.ndjson : line.text).utf8)
            state.pending.append(10)
            if isLive || state.pending.count > 1 << 16 { Self.flush(&state) }
        }
    }

    func finish(counters: [String: Int64]) {
        state.withLock { Self.flush(&$0) }
        guard isSummary else { return }
        let summary = state.withLock { $0.summary }
        for line in format == .ndjson ? summary.ndjson(counters: counters) : summary.text { printLine(line) }
    }

    private static func flush(_ state: inout State) {
        guard !state.pending.isEmpty else { return }
        writeOutput(state.pending)
        state.pending.removeAll(keepingCapacity: true)
    }
}
