import Foundation
import Inspection
import RawSQLite
import Store

/// Durable findings a second: record, outgoing feature, evidence row and one debt in the outbox, answered when on disk.
/// Held against SQLite's C interface with the same pragmas, twice: with the same rows in the same tables, which leaves what
/// our own code costs, and with one row a finding, which leaves what the form of the store costs too.
struct StoreFigures {
    static let single = 300
    static let tasks = 100
    static let commitsPerTask = 20

    /// On the disk to be measured; removed afterwards.
    var scratch: String

    func figures() async throws -> [Figure] {
        let folder = scratch + "/store"
        try? FileManager.default.removeItem(atPath: folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let directory = try StateDirectory(path: folder)
        defer { directory.release() }
        let store = try FindingDatabase.open(in: directory, clock: WallClock())
        guard let source = Name("bench"), let destination = Name("platform") else { throw BenchError("names") }
        let writer = FindingWriter(store: store, source: source, destination: destination)
        let bytes = Int32(clamping: try await writer.commit().feature().count)
        var figures: [Figure] = []
        for schema in [store.path, nil] {
            let raw = RawStore(path: folder + (schema == nil ? "/row.db" : "/rows.db"), schema: schema, bytes: bytes)
            let what = schema == nil ? "one row of \(bytes) bytes" : "the same rows"
            let form = schema == nil ? "one row" : "same rows"
            figures.append(
                try await Turns.figure(
                    "store: one by one, \(form)", unit: "1/s", better: .more,
                    against: "SQLite in C, \(what) a commit", ours: { try await writer.rate(Self.single) },
                    anchor: { try raw.rate(Self.single, perCommit: 1) }))
            figures.append(
                try await Turns.figure(
                    "store: \(Self.tasks) tasks, \(form)", unit: "1/s", better: .more,
                    against: "SQLite in C, \(what), \(Self.tasks) a commit",
                    ours: { try await writer.rate(tasks: Self.tasks, each: Self.commitsPerTask) },
                    anchor: { try raw.rate(Self.tasks * Self.commitsPerTask, perCommit: Self.tasks) }))
        }
        try await store.close()
        return figures
    }
}

/// Commits a new finding at every call.
private actor FindingWriter {
    private let store: FindingDatabase
    private let source: Name
    private let destination: Name
    private var last: UInt64 = 0

    init(store: FindingDatabase, source: Name, destination: Name) {
        self.store = store
        self.source = source
        self.destination = destination
    }

    /// The actor is free for the others while the store works.
    @discardableResult
    func commit() async throws -> FindingRecord {
        last += 1
        let observation = SampleFinding.observation(last, source: source, destination: destination)
        guard let record = try await store.commit(observation) else {
            throw BenchError("a new finding was not stored")
        }
        return record
    }

    func rate(_ count: Int) async throws -> Double {
        let start = ContinuousClock.now
        for _ in 0..<count { try await commit() }
        return Double(count) / ((ContinuousClock.now - start) / .seconds(1))
    }

    nonisolated func rate(tasks: Int, each: Int) async throws -> Double {
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<tasks { group.addTask { for _ in 0..<each { try await self.commit() } } }
            try await group.waitForAll()
        }
        return Double(tasks * each) / ((ContinuousClock.now - start) / .seconds(1))
    }
}

private struct RawStore {
    var path: String
    /// The store whose tables are copied; nil for one plain table.
    var schema: String?
    var bytes: Int32

    func rate(_ count: Int, perCommit: Int) throws -> Double {
        let seconds = unsafe raw_sqlite_commits(
            path, schema, Int32(clamping: count), Int32(clamping: perCommit), bytes)
        try BenchError.check(seconds != -2, "the store's tables have changed: bring RawSQLite.c up to them")
        try BenchError.check(seconds > 0, "SQLite refused to write \(path)")
        return Double(count) / seconds
    }
}

private struct WallClock: Inspection.Clock {
    var utc: UTCTime { UTCTime(microseconds: Int64(Date().timeIntervalSince1970 * 1e6)) }
    var monotonicNanoseconds: Int64 { 0 }
}
