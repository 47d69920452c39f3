import Foundation
import Ingest
import Inspection
import Telemetry

/// Frames of a journey on their way past the user's analyser. Used by the journey's thread alone. A file waits for the
/// answers; a live stream takes those that come in time.
final class FrameAnalysis {
    let analyser: Analyser
    private let isLive: Bool
    private let depth: Int
    private let clock: any Inspection.Clock
    private let stopping: OneWayFlag
    /// Labels that the analyser can see, where its hello names none.
    private let declares: [String]
    private var queue: AnalysisQueue

    init(
        analyser: Analyser, options: AnalyserOptions, declares: [String], isLive: Bool, flightGap: Double,
        clock: any Inspection.Clock, stopping: OneWayFlag
    ) {
        self.declares = declares
        self.analyser = analyser
        self.isLive = isLive
        self.clock = clock
        self.stopping = stopping
        depth = max(options.queue, 1)
        var waits = AnalysisQueue.Options()
        // Frames held back for as long as a gap between flights would look like one.
        waits.timeout = isLive ? min(options.timeout, flightGap / 4) : nil
        waits.pictureWait = isLive ? min(0.6, flightGap / 4) : nil
        queue = AnalysisQueue(options: waits)
    }

    func start() { analyser.start() }

    /// Waits for the process's end.
    func stop() { analyser.stop() }

    /// Of the joining.
    var counters: [String: Int64] { queue.counters }

    /// Of the process, for any thread.
    var processCounters: @Sendable () -> [String: Int64] {
        let analyser = analyser
        return { analyser.counters }
    }

    /// Takes frames whose pose is known, and gives those that are complete, in the same order.
    func take(_ frames: [FrameMetadata]) -> [FrameMetadata] {
        for frame in frames { queue.add(frame) }
        turn()
        // As many as it works at are on their way; the next is handed out when one came back.
        while !isLive, queue.awaited > depth, !stopping.isRaised {
            analyser.wait(atMost: 0.2)
            turn()
        }
        return queue.pass(now: clock.monotonicNanoseconds)
    }

    /// The stream ended or broke off: every frame that is still here. A file's answers are waited for.
    func flush() -> [FrameMetadata] {
        turn()
        while !isLive, queue.awaited > 0, !stopping.isRaised {
            analyser.wait(atMost: 0.2)
            turn()
        }
        defer { analyser.restart() }
        return queue.flush()
    }

    private func turn() {
        for event in analyser.take() {
            switch event {
            case .pictured(let time, let isHeld): queue.pictured(at: time, isHeld: isHeld)
            case .answered(let id, let objects):
                let labels = analyser.declaredLabels
                queue.answered(id, objects: objects, lookedFor: labels.isEmpty ? declares : labels)
            case .lost(let id): queue.lost(id)
            }
        }
        for (id, metadata) in queue.hand(now: clock.monotonicNanoseconds) { analyser.hand(metadata, id: id) }
    }
}

extension AnalyserReply {
    /// One line in the gateway's analyser dialect; nil when it is none. `refused` is told how many of its objects were unfit.
    static func reading(
        _ refused: @escaping @Sendable (Int) -> Void
    ) -> @Sendable (ArraySlice<UInt8>) -> AnalyserReply? {
        { line in
            guard let read = try? AnalysisLine(line) else { return nil }
            switch read {
            case .hello(let name, let version, let labels):
                return .hello(AnalyserHello(name: name, version: version, labels: labels))
            case .answer(let answer):
                let unfit = answer.refused + answer.overLimit
                if unfit > 0 { refused(unfit) }
                return answer.frame.map { .answer(frame: $0, objects: answer.objects) }
            }
        }
    }
}
