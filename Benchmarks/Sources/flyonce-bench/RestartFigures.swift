import Foundation
import Inspection
import Store

/// How long a store that holds many findings takes until it can be used: after an orderly end, after a kill, and after its file was
/// damaged.
struct RestartFigures {
    /// On the disk to be measured; removed afterwards.
    var scratch: String
    var count: Int

    private static let tasks = 64
    /// Time given to what goes on after the start.
    private static let patience = Duration.seconds(20)

    func report() async throws -> [String] {
        let folder = scratch + "/restart"
        try? FileManager.default.removeItem(atPath: folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let directory = try StateDirectory(path: folder)
        defer { directory.release() }
        let store = try FindingDatabase.open(in: directory, clock: RestartClock())
        let began = ContinuousClock.now
        try await fill(store)
        try await store.close()
        let size = try FileManager.default.attributesOfItem(atPath: store.path)[.size] as? Int ?? 0
        var lines = [
            """
            \(count) findings, \(size >> 20) MiB, filled in \(Int((ContinuousClock.now - began) / .seconds(1))) s, \
            \(store.counters["transactions"] ?? 0) transactions
            """
        ]
        lines.append(try await open(directory, "after an orderly end", tidy: false))
        // The mark of an orderly end is gone when nobody closed.
        lines.append(try await open(directory, "after a kill", tidy: true))
        try damage(store.path)
        lines.append(try await open(directory, "with a damaged page", tidy: true))
        return lines
    }

    private func open(_ directory: StateDirectory, _ what: String, tidy: Bool) async throws -> String {
        let began = ContinuousClock.now
        let store = try FindingDatabase.open(in: directory, clock: RestartClock())
        _ = try await store.books()
        let seen = (ContinuousClock.now - began) / .milliseconds(1)
        guard let source = Name("bench") else { throw BenchError("names") }
        _ = try? await store.commit(
            SampleFinding.observation(UInt64(count + Int(seen * 1000) + 7), source: source, destination: source))
        let ready = (ContinuousClock.now - began) / .milliseconds(1)
        _ = try? await store.changes(after: 0, limit: 10)
        var isDone = false
        while tidy, !isDone, ContinuousClock.now - began < Self.patience {
            let condition = store.condition
            isDone = condition.waitingSalvages.isEmpty && [.sound, .notNeeded, .unfinished].contains(condition.check)
            try await Task.sleep(for: .milliseconds(50))
        }
        let all = (ContinuousClock.now - began) / .seconds(1)
        var line = String(
            format: "%@: books after %.0f ms, a finding durable after %.0f ms", what, seen, ready)
        if tidy { line += String(format: isDone ? ", all looked through after %.1f s" : ", not all in %.0f s", all) }
        let told = store.counters.filter {
            $0.key.hasPrefix("salvage") || $0.key.hasSuffix("aside") || $0.key == "rows_checked"
        }
        for (name, number) in told.sorted(by: { $0.key < $1.key }) { line += "; \(name) \(number)" }
        try await store.close()
        // As a kill leaves it: without the mark of an orderly end.
        if !tidy { try? FileManager.default.removeItem(atPath: store.path + "-clean") }
        return line
    }

    /// A page in the middle of the file that leads to others.
    private func damage(_ path: String) throws {
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        defer { try? file.close() }
        let pages = Int(try file.seekToEnd()) / 4096
        for page in (pages / 2)..<pages {
            try file.seek(toOffset: UInt64(page * 4096))
            guard try file.read(upToCount: 1)?.first == 5 else { continue }
            try file.seek(toOffset: UInt64(page * 4096))
            try file.write(contentsOf: Data(repeating: 0xA5, count: 4096))
            return
        }
        throw BenchError("no inner page to damage")
    }

    private func fill(_ store: FindingDatabase) async throws {
        guard let source = Name("bench"), let destination = Name("platform") else { throw BenchError("names") }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<Self.tasks {
                group.addTask { [count] in
                    for number in stride(from: task, to: count, by: Self.tasks) {
                        _ = try await store.commit(
                            SampleFinding.observation(UInt64(number) + 1, source: source, destination: destination))
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}

private struct RestartClock: Inspection.Clock {
    var utc: UTCTime { UTCTime(microseconds: Int64(Date().timeIntervalSince1970 * 1e6)) }
    var monotonicNanoseconds: Int64 { 0 }
}
