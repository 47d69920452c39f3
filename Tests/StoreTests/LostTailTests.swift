import Foundation
import GRDB
import Inspection
import Testing

@testable import Store

struct LostTailTests {
    let place = Workspace()

    /// The files as a kill leaves them while three findings are in the log alone.
    private func killed(commits: Int) async throws -> (database: [UInt8], log: [UInt8], epoch: String) {
        let store = try place.open()
        for number in 1...commits { _ = try await store.commit(observation(UInt64(number))) }
        let database = Array(try Data(contentsOf: URL(fileURLWithPath: store.path)))
        let log = Array(try Data(contentsOf: URL(fileURLWithPath: store.path + "-wal")))
        let epoch = store.epoch
        try await store.close()
        return (database, log, epoch)
    }

    private func open(
        _ files: (database: [UInt8], log: [UInt8], epoch: String), in place: Workspace, sealed: Int64? = nil
    ) throws -> FindingDatabase {
        try place.put(files.database)
        try place.put(files.log, "flyonce.db-wal")
        return try FindingDatabase.open(
            in: StateDirectory(path: place.path), clock: place.clock,
            lastSealed: sealed.map { LastSealed(epoch: files.epoch, sequence: $0) })
    }

    @Test func `a log cut short is noticed by what was sealed`() async throws {
        var files = try await killed(commits: 5)
        files.log = Array(files.log.prefix(files.log.count / 2))
        let copy = Workspace()
        try copy.put(files.database)
        try copy.put(files.log, "flyonce.db-wal")
        let directory = try StateDirectory(path: copy.path)
        let sealed = LastSealed(epoch: files.epoch, sequence: 5)
        let store = try FindingDatabase.open(in: directory, clock: copy.clock, lastSealed: sealed)
        let kept = try await store.changes(after: 0, limit: 9).count
        #expect(kept < 5)
        #expect(store.epoch != files.epoch)
        #expect(store.counters["acknowledged_rows_lost"] == Int64(5 - kept))
        #expect(store.condition.notices.contains { $0.severity == .error && $0.description.contains("acknowledged") })
        #expect(try await store.commit(observation(77))?.sequence == 6)
        try await store.close()
        // Told once: the next start has nothing to compare with.
        let again = try FindingDatabase.open(in: directory, clock: copy.clock, lastSealed: sealed)
        #expect(again.epoch == store.epoch && again.counters["acknowledged_rows_lost"] == nil)
    }

    @Test(arguments: [nil, 4, 5] as [Int64?])
    func `what is all there is said to be so`(_ sealed: Int64?) async throws {
        let files = try await killed(commits: 5)
        let copy = Workspace()
        let store = try open(files, in: copy, sealed: sealed)
        #expect(store.epoch == files.epoch && store.counters["acknowledged_rows_lost"] == nil)
        #expect(try await store.changes(after: 0, limit: 9).count == 5)
        try await store.settled()
        #expect(store.complaints == 0)
    }

    @Test func `a seal of another epoch says nothing, and one without any database does`() async throws {
        let files = try await killed(commits: 2)
        let copy = Workspace()
        let store = try open((files.database, files.log, "another"), in: copy, sealed: 99)
        #expect(store.epoch == files.epoch && store.complaints == 0)
        let empty = Workspace()
        let new = try FindingDatabase.open(
            in: StateDirectory(path: empty.path), clock: empty.clock, lastSealed: LastSealed(epoch: "e", sequence: 3))
        #expect(new.counters["acknowledged_rows_lost"] == 3)
    }

    @Test func `damage in the middle of the log costs only what it hit`() async throws {
        let files = try await killed(commits: 8)
        let frame = 24 + 4096
        let frames = (files.log.count - 32) / frame
        for share in [1, 3, 5] {
            var damaged = files
            damaged.log[32 + frames * share / 8 * frame + 900] ^= 0x10
            let copy = Workspace()
            let store = try open(damaged, in: copy)
            try await store.settled()
            #expect(store.counters["databases_set_aside"] == 1 && (store.counters["log_frames_unread"] ?? 0) > 0)
            // SQLite alone would have kept what lies before.
            #expect(try await store.changes(after: 0, limit: 99).count >= 6)
            #expect(try await store.book(platform).balances)
        }
    }

    @Test func `a damaged head of the log costs nothing`() async throws {
        for at in [0, 9, 17, 26] {
            var files = try await killed(commits: 1)
            files.log[at] ^= 0x08
            let copy = Workspace()
            let store = try open(files, in: copy)
            try await store.settled()
            #expect(try await store.changes(after: 0, limit: 9).count == 1, "byte \(at)")
            #expect(store.counters["databases_set_aside"] == 1)
        }
    }

    @Test func `a torn last transaction is a power cut and no damage`() async throws {
        let files = try await killed(commits: 4)
        let frame = 24 + 4096
        var torn = files
        torn.log[torn.log.count - frame + 2000] ^= 0xFF
        let copy = Workspace()
        let store = try open(torn, in: copy, sealed: 3)
        #expect(store.epoch == files.epoch)
        #expect(try await store.changes(after: 0, limit: 9).count == 3)
        #expect(store.counters["databases_set_aside"] == nil && store.counters["acknowledged_rows_lost"] == nil)
    }

    @Test func `a database that vanished or is empty beside its log is set aside with it`() async throws {
        let files = try await killed(commits: 3)
        for database in [nil, []] as [[UInt8]?] {
            let copy = Workspace()
            if let database { try copy.put(database) }
            try copy.put(files.log, "flyonce.db-wal")
            let store = try copy.open()
            try await store.settled()
            #expect(try await store.changes(after: 0, limit: 9).count == 3)
            #expect(store.counters["databases_set_aside"] == 1)
        }
    }

    @Test func `a damaged index of the log is made anew by SQLite`() async throws {
        let files = try await killed(commits: 3)
        let copy = Workspace()
        try copy.put([UInt8](repeating: 0x77, count: 32768), "flyonce.db-shm")
        let store = try open(files, in: copy)
        #expect(try await store.changes(after: 0, limit: 9).count == 3)
        #expect(store.epoch == files.epoch)
    }
}
