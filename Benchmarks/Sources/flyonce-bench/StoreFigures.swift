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
            let raw = try RawStore(
                path: folder + (schema == nil ? "/row.db" : "/rows.db"), schema: schema, bytes: bytes)
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

/// Commits a new finding at every call. What is found is made beforehand: the anchor has its rows made, too.
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

    private func observations(_ count: Int) -> [Observation] {
        (0..<count).map { _ in
            last += 1
            return SampleFinding.observation(last, source: source, destination: destination)
        }
    }

    @discardableResult
    nonisolated func commit() async throws -> FindingRecord {
        guard let observation = await observations(1).first else { throw BenchError("nothing was made") }
        return try await Self.commit(observation, to: store)
    }

    @discardableResult
    private static func commit(_ observation: Observation, to store: FindingDatabase) async throws -> FindingRecord {
        guard let record = try await store.commit(observation) else {
            throw BenchError("a new finding was not stored")
        }
        return record
    }

    nonisolated func rate(_ count: Int) async throws -> Double {
        let observations = await observations(count)
        let start = ContinuousClock.now
        for observation in observations { try await Self.commit(observation, to: store) }
        return Double(count) / ((ContinuousClock.now - start) / .seconds(1))
    }

    nonisolated func rate(tasks: Int, each: Int) async throws -> Double {
        // Dealt out in turn: what is found at the same time has neighbouring ids, whoever found it.
        let dealt = await observations(tasks * each)
        let shares = (0..<tasks).map { first in stride(from: first, to: dealt.count, by: tasks).map { dealt[$0] } }
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { [store] group in
            for share in shares {
                group.addTask { for observation in share { try await Self.commit(observation, to: store) } }
            }
            try await group.waitForAll()
        }
        return Double(tasks * each) / ((ContinuousClock.now - start) / .seconds(1))
    }
}

@safe private final class RawStore {
    private let raw: OpaquePointer

    /// `schema`: the store whose tables are copied; nil for one plain table.
    init(path: String, schema: String?, bytes: Int32) throws {
        var hasChanged: Int32 = 0
        let raw = unsafe raw_sqlite_open(path, schema, bytes, &hasChanged)
        try BenchError.check(hasChanged == 0, "the store's tables have changed: bring RawSQLite.c up to them")
        guard let raw = unsafe raw else { throw BenchError("SQLite refused to open \(path)") }
        unsafe self.raw = raw
    }

    deinit { unsafe raw_sqlite_close(raw) }

    func rate(_ count: Int, perCommit: Int) throws -> Double {
        let seconds = unsafe raw_sqlite_commits(raw, Int32(clamping: count), Int32(clamping: perCommit))
        try BenchError.check(seconds > 0, "SQLite refused to write")
        return Double(count) / seconds
    }
}

private struct WallClock: Inspection.Clock {
    var utc: UTCTime { UTCTime(microseconds: Int64(Date().timeIntervalSince1970 * 1e6)) }
    var monotonicNanoseconds: Int64 { 0 }
}
