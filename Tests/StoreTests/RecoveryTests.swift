import Foundation
import GRDB
import Inspection
import Testing

@testable import Store

struct RecoveryTests {
    let place = Workspace()

    @Test func `what was acknowledged is in a copy of the files taken at that moment`() async throws {
        let store = try place.open()
        let copy = Workspace()
        for round in 1...6 {
            for number in 1...7 { _ = try await store.commit(observation(UInt64(round * 100 + number))) }
            _ = try await store.leased(platform, place.clock, limit: round)
            try? FileManager.default.removeItem(atPath: copy.path)
            try FileManager.default.createDirectory(atPath: copy.path, withIntermediateDirectories: true)
            for name in ["flyonce.db", "flyonce.db-wal"] {
                try FileManager.default.copyItem(atPath: place.path + "/" + name, toPath: copy.path + "/" + name)
            }
            let other = try FindingDatabase.open(in: StateDirectory(path: copy.path), clock: copy.clock)
            #expect(other.epoch == store.epoch)
            #expect(try await other.changes(after: 0, limit: 1000) == store.changes(after: 0, limit: 1000))
            let book = try await other.book(platform)
            #expect(book.produced == Int64(round * 7) && book.leased == 0 && book.pending == book.produced)
            try await other.close()
        }
    }

    @Test func `a log cut anywhere loses only its tail`() async throws {
        let store = try place.open()
        for number in 1...5 { _ = try await store.commit(observation(UInt64(number))) }
        let whole = try Data(contentsOf: URL(fileURLWithPath: place.path + "/flyonce.db"))
        let log = try Data(contentsOf: URL(fileURLWithPath: place.path + "/flyonce.db-wal"))
        var last = 0
        for tenth in 5...10 {
            let copy = Workspace()
            try FileManager.default.createDirectory(atPath: copy.path, withIntermediateDirectories: true)
            try whole.write(to: URL(fileURLWithPath: copy.path + "/flyonce.db"))
            try log.prefix(log.count * tenth / 10).write(to: URL(fileURLWithPath: copy.path + "/flyonce.db-wal"))
            let other = try copy.open()
            let changes = try await other.changes(after: 0, limit: 100)
            #expect(changes.map(\.sequence) == Array(0..<Int64(changes.count)).map { $0 + 1 })
            #expect(changes.count >= last)
            #expect(try await other.books().allSatisfy { $0.balances })
            last = changes.count
            try await other.close()
        }
        #expect(last == 5)
    }

    @Test func `a damaged feature is put in quarantine and the others are served`() async throws {
        var store = try place.open()
        for number in 1...3 { _ = try await store.commit(observation(UInt64(number))) }
        try await store.close()
        try place.tamper(
            "UPDATE revisions SET feature = CAST(replace(feature, 'waste', 'wbste') AS BLOB) WHERE seq = 2")
        store = try place.open()
        #expect(try await store.changes(after: 0, limit: 2).map(\.sequence) == [1, 3])
        #expect(store.counters["quarantined"] == 1)
        #expect(try await store.leased(platform, place.clock).map(\.finding).sorted() == [uuid(1), uuid(3)])
        #expect(try await store.book(platform).dead == 1)
        let rows = try await store.read { try Row.fetchAll($0, sql: "SELECT origin, key FROM quarantine").count }
        #expect(rows == 1)
        #expect(try await store.commit(observation(2, sightings: 2))?.revision == 2)
        #expect(try await store.changes(after: 0, limit: 10).map(\.sequence) == [1, 3, 4])
    }

    @Test func `a damaged revision number of a lost finding does not stop the writer`() async throws {
        var store = try place.open()
        _ = try await store.commit(observation(1))
        try await store.close()
        try place.tamper("DELETE FROM findings; UPDATE outbox SET revision = 9223372036854775807")
        store = try place.open()
        #expect(try await store.commit(observation(1, sightings: 2))?.revision == Int(Int32.max) + 1)
        #expect(try await store.book(platform).balances)
    }

    @Test func `a lease finds the damage too, and exchanged rows are damage`() async throws {
        var store = try place.open()
        for number in 1...3 { _ = try await store.commit(observation(UInt64(number))) }
        try await store.close()
        try place.tamper(
            """
            UPDATE revisions SET feature = (SELECT feature FROM revisions r WHERE r.seq = 3),
              digest = (SELECT digest FROM revisions r WHERE r.seq = 3) WHERE seq = 1
            """)
        store = try place.open()
        #expect(try await store.leased(platform, place.clock).map(\.finding).sorted() == [uuid(2), uuid(3)])
        let book = try await store.book(platform)
        #expect(book.dead == 1 && book.leased == 2)
        #expect(try await store.outboxEntries(platform, in: .dead, limit: 9).map(\.finding) == [uuid(1)])
    }

    @Test(arguments: [
        "UPDATE findings SET body = CAST(substr(body, 1, 40) AS BLOB) WHERE seq = 2",
        "UPDATE findings SET digest = digest + 1 WHERE seq = 2",
        "UPDATE findings SET body = x'' WHERE seq = 2",
        "UPDATE findings SET revision = 77 WHERE seq = 2",
    ])
    func `a damaged finding is not served and can be found again`(_ sql: String) async throws {
        var store = try place.open()
        for number in 1...3 { _ = try await store.commit(observation(UInt64(number))) }
        try await store.close()
        try place.tamper(sql)
        store = try place.open()
        #expect(try await store.findings(of: uuid(9_000)).map(\.finding.id).sorted() == [uuid(1), uuid(3)])
        #expect(try await store.finding(uuid(2)) == nil)
        #expect(store.counters["quarantined"] == 1)
        let again = try #require(try await store.commit(observation(2)))
        #expect(again.revision == 2 && again.sequence == 4)
        #expect(try await store.finding(uuid(2)) == again)
        #expect(try await store.book(platform).balances)
    }

    @Test func `a damaged flight is not served`() async throws {
        var store = try place.open()
        for number: UInt64 in 1...2 {
            try await store.save(
                Flight(
                    id: uuid(number), source: camera, firstFrame: UTCTime(microseconds: Int64(number)),
                    lastFrame: UTCTime(microseconds: 9), lastArrival: UTCTime(microseconds: 9), content: "abc",
                    ended: false))
        }
        try await store.close()
        try place.tamper("UPDATE flights SET content = 'abd' WHERE rowid = 2")
        store = try place.open()
        #expect(try await store.latestFlight(of: camera)?.id == uuid(1) || store.counters["quarantined"] == 1)
        #expect(try await store.flights(limit: 9).map(\.id) == [uuid(1)])
        #expect(try await store.latestFlight(of: camera)?.id == uuid(1))
    }

    @Test func `a database of a newer format is refused and left as it is`() async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1))
        try await store.close()
        try place.tamper("PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)")
        let file = URL(fileURLWithPath: place.path + "/flyonce.db")
        let before = try Data(contentsOf: file)
        let error = #expect(throws: StoreError.self) { _ = try place.open() }
        #expect(error?.kind == .newerFormat)
        #expect(error?.description.contains("99") == true)
        #expect(error?.description.contains("up to \(Schema.format)") == true)
        #expect(try Data(contentsOf: file) == before)
        #expect(throws: StoreError.self) { try FindingDatabase.openReadOnly(file.path) }
    }

    @Test func `another program's database is refused`() async throws {
        try FileManager.default.createDirectory(atPath: place.path, withIntermediateDirectories: true)
        try place.tamper("PRAGMA application_id = 7; CREATE TABLE t (a)")
        #expect(throws: StoreError.self) { _ = try place.open() }
    }

    @Test func `an empty file is a new database`() async throws {
        try FileManager.default.createDirectory(atPath: place.path, withIntermediateDirectories: true)
        try Data().write(to: URL(fileURLWithPath: place.path + "/flyonce.db"))
        let store = try place.open()
        #expect(try await store.commit(observation(1))?.sequence == 1)
    }

    @Test func `the epoch lasts as long as the database, and no longer`() async throws {
        var store = try place.open()
        let epoch = store.epoch
        store = try await place.reopen(store)
        #expect(store.epoch == epoch)
        #expect(try Workspace().open().epoch != epoch)
    }

    @Test func `the connections are set as promised`() async throws {
        let store = try place.open()
        let settings = try await store.write { ledger in
            try ["journal_mode", "synchronous", "mmap_size", "wal_autocheckpoint", "foreign_keys"].map {
                try String.fetchOne(ledger.db, sql: "PRAGMA \($0)") ?? ""
            }
        }
        #expect(settings == ["wal", "2", "0", "0", "1"])
        await #expect(throws: StoreError.self) { try await store.read { try $0.execute(sql: "DELETE FROM meta") } }
    }

    @Test func `a store opened to look reads what the last run left and writes nothing`() async throws {
        var store = try place.open()
        _ = try await store.commit(observation(1))
        try await store.close()
        store = try FindingDatabase.openReadOnly(place.path + "/flyonce.db")
        #expect(try await store.changes(after: 0, limit: 9).count == 1)
        #expect(try await store.book(platform).pending == 1)
        await #expect { _ = try await store.commit(observation(2)) } throws: { CommitTests.kind($0) == .invalid }
        try await store.close()
        #expect(throws: StoreError.self) { try FindingDatabase.openReadOnly("/nowhere/flyonce.db") }
    }

    @Test func `a closed store says so`() async throws {
        let store = try place.open()
        try await store.close()
        try await store.close()
        await #expect { _ = try await store.commit(observation(1)) } throws: { CommitTests.kind($0) == .io }
        await #expect { _ = try await store.finding(uuid(1)) } throws: { CommitTests.kind($0) == .io }
        let size = try FileManager.default.attributesOfItem(atPath: place.path)[.posixPermissions] as? NSNumber
        #expect(size?.intValue == 0o700)
    }

    @Test func `a full database refuses, and goes on when there is room`() async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1))
        let pages = try await store.write { ledger in
            let pages = try Int.fetchOne(ledger.db, sql: "PRAGMA page_count") ?? 0
            _ = try Int.fetchOne(ledger.db, sql: "PRAGMA max_page_count = \(pages)")
            return pages
        }
        var refused: StoreError?
        var kept = 1
        for number in 2...60 where refused == nil {
            do throws(StoreError) {
                _ = try await store.commit(observation(UInt64(number)))
                kept += 1
            } catch {
                refused = error
            }
        }
        #expect(refused?.kind == .full && refused?.isTransient == true)
        #expect(try await store.changes(after: 0, limit: 100).count == kept)
        try await store.write { ledger in
            _ = try Int.fetchOne(ledger.db, sql: "PRAGMA max_page_count = \(pages * 100)")
        }
        #expect(try await store.commit(observation(99)) != nil)
        #expect(try await store.book(platform).produced == Int64(kept + 1))
    }

    @Test(arguments: [ResultCode.SQLITE_IOERR_FSYNC, .SQLITE_IOERR_WRITE, .SQLITE_IOERR])
    func `an error of the disk is answered, and the file is opened anew`(_ code: ResultCode) async throws {
        var store = try place.open()
        _ = try await store.commit(observation(1))
        let epoch = store.epoch
        await #expect { try await store.write { _ in throw DatabaseError(resultCode: code) } } throws: {
            CommitTests.kind($0) == .io
        }
        #expect(store.counters["reopened"] == 1 && store.epoch == epoch)
        #expect(try await store.finding(uuid(1)) != nil)
        #expect(try await store.commit(observation(3)) != nil)
        store = try await place.reopen(store)
        #expect(try await store.changes(after: 0, limit: 9).map(\.id) == [uuid(1), uuid(3)])
        #expect(try await store.commit(observation(2)) != nil)
        #expect(QuarantineFolder(state: place.path).waiting.isEmpty)
    }

    @Test func `a write refused by a full disk leaves the store open`() async throws {
        let store = try place.open()
        for code in [ResultCode.SQLITE_FULL, .SQLITE_IOERR_SHMSIZE] {
            await #expect { try await store.write { _ in throw DatabaseError(resultCode: code) } } throws: {
                CommitTests.kind($0) == .full
            }
        }
        #expect(try await store.commit(observation(1)) != nil)
        #expect(store.counters["disk_full"] == 2)
    }
}
