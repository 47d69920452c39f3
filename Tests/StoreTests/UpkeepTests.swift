import Foundation
import GRDB
import Inspection
import Synchronization
import Testing

@testable import Store

struct UpkeepTests {
    let place = Workspace()

    private struct Broken: Error {}

    @Test func `a write that meets damage waits for the database that follows, and is done there`() async throws {
        let store = try place.open()
        for number: UInt64 in 1...3 { _ = try await store.commit(observation(number)) }
        let epoch = store.epoch
        let hits = Box<Int>()
        // The first is taken for an index, the second for more.
        for (time, expected) in [(1, "reindexed"), (2, "databases_set_aside")] {
            hits.value = 0
            let answer = try await store.write { ledger in
                hits.value = (hits.value ?? 0) + 1
                if hits.value == 1 { throw DatabaseError(resultCode: .SQLITE_CORRUPT) }
                return try ledger.commit(observation(UInt64(10 * time)))
            }
            #expect(answer != nil && store.counters[expected] == 1)
        }
        #expect(store.epoch != epoch)
        try await store.settled()
        #expect(Set(try await store.changes(after: 0, limit: 9).map(\.id)) == Set([1, 2, 3, 10, 20].map(uuid)))
        #expect(try await store.book(platform).produced == 5)
    }

    @Test func `damage again and again neither loops nor stops the others`() async throws {
        let store = try place.open()
        for round in 1...6 {
            await #expect {
                try await store.write { _ in throw DatabaseError(resultCode: .SQLITE_CORRUPT_INDEX) }
            } throws: {
                CommitTests.kind($0) == .damaged
            }
            #expect(try await store.commit(observation(UInt64(round))) != nil)
        }
        try await store.settled()
        #expect(try await store.changes(after: 0, limit: 9).count == 6)
        #expect(store.counters["databases_set_aside"] == 1)
    }

    @Test func `a read that meets damage fails, and the next is answered`() async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1))
        await #expect { try await store.read { _ in throw DatabaseError(resultCode: .SQLITE_CORRUPT) } } throws: {
            CommitTests.kind($0) == .damaged
        }
        for _ in 0..<500 where store.counters["reindexed"] == nil { try await Task.sleep(for: .milliseconds(10)) }
        #expect(store.counters["reindexed"] == 1)
        #expect(try await store.finding(uuid(1)) != nil)
        #expect(try await store.commit(observation(2)) != nil)
    }

    @Test func `a full disk and an error of the disk set nothing aside`() async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1))
        for code in [ResultCode.SQLITE_FULL, .SQLITE_IOERR_READ, .SQLITE_IOERR_FSYNC, .SQLITE_CANTOPEN] {
            _ = try? await store.write { _ in throw DatabaseError(resultCode: code) }
        }
        for _ in 0..<300 {
            if (try? await store.commit(observation(2))) != nil { break }
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(try await store.changes(after: 0, limit: 9).count == 2)
        #expect(!FileManager.default.fileExists(atPath: place.path + "/quarantine"))
    }

    @Test func `the mark of an orderly end is there only between an end and the next start`() async throws {
        var store = try place.open()
        let mark = place.path + "/flyonce.db-clean"
        #expect(!FileManager.default.fileExists(atPath: mark))
        _ = try await store.commit(observation(1))
        try await store.close()
        #expect(FileManager.default.fileExists(atPath: mark))
        store = try place.open()
        #expect(!FileManager.default.fileExists(atPath: mark))
        try await store.settled()
        #expect(store.condition.check == .sound)
        try await store.close()
        // Of another file.
        try place.tamper("CREATE TABLE more (a)")
        let text = try String(contentsOfFile: mark, encoding: .utf8)
        try "1 2\n".write(toFile: mark, atomically: true, encoding: .utf8)
        #expect(try !CleanMark(database: place.path + "/flyonce.db").take())
        #expect(text.split(separator: " ").count == 2)
    }

    @Test func `tables that are not as they were made are damage`() async throws {
        var store = try place.open()
        _ = try await store.commit(observation(1))
        try await store.close()
        try place.tamper("DROP TRIGGER outbox_moved")
        store = try place.open()
        #expect(store.counters["databases_set_aside"] == 1)
        try await store.settled()
        for delivery in try await store.leased(platform, place.clock) {
            #expect(try await store.settle(delivery, as: .delivered(nil), now: place.clock.utc))
        }
        #expect(try await store.book(platform).delivered == 1)
    }

    @Test func `a salvage that was broken off goes on at the next start, and an interrupted move is ended`()
        async throws
    {
        let whole = try await FilledDatabase.shared.value
        let folder = place.path + "/quarantine/0003-20250812T120000Z"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data().write(to: URL(fileURLWithPath: folder + "/" + QuarantineFolder.mark))
        try place.put(whole.bytes)
        // The mark was written, and nothing was moved yet.
        var store = try place.open()
        #expect(try await DamageTests.check(store, whole) == FilledDatabase.findings)
        #expect(FileManager.default.fileExists(atPath: folder + "/flyonce.db"))
        #expect(!FileManager.default.fileExists(atPath: folder + "/" + QuarantineFolder.mark))
        let books = try await store.books()
        // The end of it was lost in a power cut: everything is done again, and changes nothing.
        try Data().write(to: URL(fileURLWithPath: folder + "/" + QuarantineFolder.mark))
        store = try await place.reopen(store)
        try await store.settled()
        #expect(try await store.books().map(\.produced) == books.map(\.produced))
        #expect(try await store.changes(after: 0, limit: 99).count == FilledDatabase.findings)
    }

    @Test func `what was written in the meantime is joined with what is taken over`() async throws {
        let whole = try await FilledDatabase.shared.value
        let folder = place.path + "/quarantine/0001-20250812T120000Z"
        var store = try place.open()
        // Seen again while nobody knew of it: one that was delivered, one with a verdict.
        for number: UInt64 in [1, 3] {
            _ = try await store.commit(
                observation(
                    number, sightings: 5, evidence: [item(900 + Int(number))],
                    routes: [.init(destination: platform, release: .auto)]))
        }
        try await store.close()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data().write(to: URL(fileURLWithPath: folder + "/" + QuarantineFolder.mark))
        try Data(whole.bytes).write(to: URL(fileURLWithPath: folder + "/flyonce.db"))
        store = try place.open()
        try await store.settled()
        let third = try #require(try await store.finding(uuid(3)))
        #expect(third.verdicts == whole.records[uuid(3)]?.verdicts && third.finding.sightings == 5)
        #expect(Set(third.evidence.map(\.sha256)) == [item(3).sha256, item(903).sha256])
        #expect(try await store.books().allSatisfy { $0.balances })
        let owed = try await store.leased(platform, place.clock).map { "\($0.finding) \($0.revision)" }
        #expect(whole.delivered.isDisjoint(with: owed))
    }

    @Test func `the quarantine is bounded, and keeps the newest and what is not taken over`() async throws {
        let folder = QuarantineFolder(state: place.path)
        try FileManager.default.createDirectory(atPath: place.path, withIntermediateDirectories: true)
        for number in 1...(QuarantineFolder.limit + 4) {
            try place.put([1, 2, 3])
            let name = try folder.setAside(place.path + "/flyonce.db", because: "test", at: place.clock.utc)
            if number != 2 { folder.finish(name) }
        }
        let kept = try FileManager.default.contentsOfDirectory(atPath: place.path + "/quarantine").sorted()
        #expect(kept.count == QuarantineFolder.limit)
        #expect(kept.first?.hasPrefix("0002-") == true && kept.last?.hasPrefix("0012-") == true)
        #expect(folder.waiting.count == 1)
    }

    /// On a disk that damages one database after another.
    @Test func `of what waits to be taken over the oldest is given up, told and counted`() throws {
        let given = Mutex<[String]>([])
        let folder = QuarantineFolder(state: place.path) { name, bytes in
            given.withLock { $0.append(name + " \(bytes)") }
        }
        try FileManager.default.createDirectory(atPath: place.path, withIntermediateDirectories: true)
        func setAside() throws -> String {
            try place.put([1, 2, 3])
            return try folder.setAside(place.path + "/flyonce.db", because: "x", at: place.clock.utc)
        }
        var names: [String] = []
        for _ in 0..<QuarantineFolder.limit { names.append(try setAside()) }
        #expect(given.withLock { $0 }.isEmpty && folder.waiting.count == QuarantineFolder.limit)
        // The oldest is being taken over, and stays.
        folder.take(inHand: names[0])
        for _ in 0..<3 { names.append(try setAside()) }
        #expect(given.withLock { $0 } == names[1...3].map { $0 + " 5" })
        let kept = try FileManager.default.contentsOfDirectory(atPath: place.path + "/quarantine").sorted()
        #expect(kept == [names[0]] + names[4...])
        folder.take(inHand: nil)
        names.append(try setAside())
        #expect(given.withLock { $0 }.last == names[0] + " 5" && folder.waiting.count == QuarantineFolder.limit)
    }

    @Test func `what waits is bounded by bytes too, but for the newest`() throws {
        let folder = QuarantineFolder(state: place.path, waitingByteLimit: 12)
        try FileManager.default.createDirectory(atPath: place.path, withIntermediateDirectories: true)
        var counts: [Int] = []
        for bytes in [3, 3, 3, 100, 3] {
            try place.put([UInt8](repeating: 1, count: bytes))
            _ = try folder.setAside(place.path + "/flyonce.db", because: "x", at: place.clock.utc)
            counts.append(folder.waiting.count)
        }
        // Each has two bytes of a reason beside it.
        #expect(counts == [1, 2, 2, 1, 1])
    }

    @Test func `the table of damaged rows is bounded by bytes`() async throws {
        let store = try place.open()
        let rows = Ledger.quarantinedBytes / Int64(Ledger.quarantinedContent) + 128
        try await store.write { ledger in
            for number in 0..<rows {
                try ledger.moveAside(
                    "findings", "rowid = -1", [], content: [UInt8](repeating: 7, count: Ledger.quarantinedContent + 9),
                    key: "k \(number)")
            }
        }
        let bytes =
            try await store.read { try Int64.fetchOne($0, sql: "SELECT SUM(LENGTH(content)) FROM quarantine") } ?? 0
        let count = try await store.read { try Int64.fetchOne($0, sql: "SELECT COUNT(*) FROM quarantine") } ?? 0
        #expect(bytes <= Ledger.quarantinedBytes + 64 * Int64(Ledger.quarantinedContent))
        #expect(bytes >= Ledger.quarantinedBytes - Int64(Ledger.quarantinedContent))
        #expect(store.counters["quarantine_dropped"] == rows - count)
        let last = try await store.read { try String.fetchOne($0, sql: "SELECT key FROM quarantine ORDER BY id DESC") }
        #expect(last == "k \(rows - 1)")
        try await store.close()
    }

    @Test func `a reader that keeps the log from being folded in is broken off`() async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1))
        let life = try StoreLife.open(
            store.path, .init(clock: place.clock, tally: Tally(), lastSealed: nil, tell: { _ in }))
        let tally = Tally()
        let writer = GroupCommit(pool: life.pool, epoch: life.epoch, clock: place.clock, tally: tally, logLimit: 40)
        let reading = Task {
            try await life.read { db in
                _ = try Int.fetchOne(
                    db,
                    sql: """
                        WITH RECURSIVE n(i) AS (SELECT (SELECT COUNT(*) FROM findings) UNION ALL
                          SELECT i + 1 FROM n WHERE i < 10000000000) SELECT MAX(i) FROM n
                        """)
            }
        }
        try await Task.sleep(for: .milliseconds(50))
        for number: UInt64 in 2...1200 where tally.all["readers_broken_off"] == nil {
            _ = try await writer.perform { try $0.commit(observation(number)) }
        }
        #expect(tally.all["readers_broken_off"] ?? 0 > 0)
        await #expect { try await reading.value } throws: { CommitTests.kind($0) == .locked }
        try await writer.close()
        try await store.close()
    }
}
