import Foundation
import GRDB
import Geodesy
import Inspection
import Testing

@testable import Store

/// What may not happen while a database that was set aside is being taken over, and what comes of its rows.
struct SalvagingTests {
    let place = Workspace()

    /// Puts a database into the quarantine of a closed store, as one that was set aside.
    private func setAside(_ other: Workspace, as name: String = "0001-20250812T120000Z") throws {
        let folder = place.path + "/quarantine/" + name
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data().write(to: URL(fileURLWithPath: folder + "/" + QuarantineFolder.mark))
        try FileManager.default.copyItem(atPath: other.path + "/flyonce.db", toPath: folder + "/flyonce.db")
    }

    private func takenOver(_ other: Workspace) async throws -> FindingDatabase {
        try await place.open().close()
        try setAside(other)
        let store = try place.open()
        try await store.settled()
        return store
    }

    private func states(_ store: FindingDatabase) async throws -> [String] {
        try await store.read { db in
            try String.fetchAll(
                db, sql: "SELECT destination || ' ' || revision || ' ' || state FROM outbox ORDER BY revision")
        }
    }

    /// A platform that is told there is no such case does not say it again.
    @Test func `a case that may only be missing is not said to be unknown`() async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1))
        let record = CaseRecord(platform: platform, number: "A-1", stage: .accepted)
        _ = try await store.record(record, of: uuid(1))
        #expect(try await store.finding(ofCase: "A-2", at: platform) == nil)
        try await store.write { ledger in
            _ = try ledger.run("INSERT INTO meta VALUES (?, '1')", [Ledger.salvagingKey])
        }
        #expect(try await store.finding(ofCase: "A-1", at: platform) == uuid(1))
        #expect(try await store.finding(ofCase: "A-1", on: platform)?.caseRecord == record)
        for isRecord in [false, true] {
            do {
                if isRecord {
                    _ = try await store.finding(ofCase: "A-2", on: platform)
                } else {
                    _ = try await store.finding(ofCase: "A-2", at: platform)
                }
                Issue.record("it was said to be unknown")
            } catch {
                #expect(error.kind == .locked)
            }
        }
        try await store.write { ledger in
            _ = try ledger.run("DELETE FROM meta WHERE key = ?", [Ledger.salvagingKey])
        }
        #expect(try await store.finding(ofCase: "A-2", on: platform) == nil)
        try await store.close()
    }

    @Test func `an older debt is not sent after a newer revision arrived`() async throws {
        let other = Workspace()
        let old = try other.open()
        _ = try await old.commit(observation(1))
        _ = try await old.commit(observation(1, sightings: 2))
        let owed = try #require(try await old.leased(platform, other.clock).first)
        _ = try await old.settle(owed, as: .delivered(nil), now: other.clock.utc)
        try await old.close()
        // As a page from before the second revision has it.
        try other.tamper("UPDATE outbox SET state = 'pending' WHERE revision = 1")
        let store = try await takenOver(other)
        #expect(try await states(store) == ["platform 1 superseded", "platform 2 delivered"])
        #expect(try await store.leased(platform, place.clock).isEmpty)
    }

    @Test(arguments: [
        ("dead", "pending", "dead"), ("pending", "dead", "dead"), ("delivered", "dead", "delivered"),
        ("superseded", "pending", "superseded"), ("pending", "delivered", "delivered"),
    ])
    func `of two copies of a row the later word counts`(_ first: String, _ second: String, _ kept: String) async throws
    {
        let store = try place.open()
        _ = try await store.commit(observation(1))
        let state = try await store.write { ledger in
            try ledger.run("UPDATE outbox SET state = ?", [first])
            let copy = try #require(try ledger.row("SELECT * FROM outbox"))
            var values = Array(copy.databaseValues)
            values[4] = second.databaseValue
            let row = try #require(try SalvagedTable.row(values, ledger.db))
            _ = try ledger.takeOverOwed(row, values)
            return try ledger.row("SELECT state FROM outbox")?.text(0)
        }
        #expect(state == kept)
        #expect(try await store.books().allSatisfy { $0.balances })
    }

    @Test func `a row that was on its way is asked for first, whichever copy comes first`() async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1))
        let asked = try await store.write { ledger in
            let copy = try #require(try ledger.row("SELECT * FROM outbox"))
            var values = Array(copy.databaseValues)
            values[4] = "leased".databaseValue
            values[5] = Int64(3).databaseValue
            let row = try #require(try SalvagedTable.row(values, ledger.db))
            _ = try ledger.takeOverOwed(row, values)
            return try ledger.row("SELECT unanswered, attempts FROM outbox").map { [$0.integer(0), $0.integer(1)] }
        }
        #expect(asked == [1, 3])
    }

    @Test func `what is missing in the newest is not owed before the older ones are looked at`() async throws {
        let older = Workspace()
        var old = try older.open()
        _ = try await old.commit(observation(1))
        let owed = try #require(try await old.leased(platform, older.clock).first)
        _ = try await old.settle(owed, as: .delivered(nil), now: older.clock.utc)
        try await old.close()
        let newer = Workspace()
        try FileManager.default.createDirectory(atPath: newer.path, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: older.path + "/flyonce.db", toPath: newer.path + "/flyonce.db")
        old = try newer.open()
        try await old.close()
        // Lost there, and only there.
        try newer.tamper("PRAGMA secure_delete = ON; DELETE FROM outbox; VACUUM")
        try await place.open().close()
        try setAside(older, as: "0001-20250812T120000Z")
        try setAside(newer, as: "0002-20250812T130000Z")
        let store = try place.open()
        try await store.settled()
        #expect(try await states(store) == ["platform 1 delivered"])
        #expect(store.counters["salvaged_debts"] == nil)
    }

    @Test func `nothing new is sent and nothing is said to be missing until all is taken over`() async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1))
        let since = try await store.newestSequence()
        // Until the start is over, which finds that nothing is to be taken over.
        repeat {
            _ = try await store.write { ledger in
                try ledger.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", [Ledger.salvagingKey, String(since)])
            }
            try await Task.sleep(for: .milliseconds(300))
        } while try await !store.isSalvaging()
        var far = observation(3)
        far.finding.location?.point = GeodeticPoint(latitude: 40, longitude: 116, height: 0)
        _ = try await store.commit(observation(2))
        _ = try await store.commit(far)
        #expect(since == 1)
        #expect(try await store.leased(platform, place.clock).map(\.finding) == [uuid(1)])
        await #expect { _ = try await store.finding(uuid(9)) } throws: { CommitTests.kind($0) == .locked }
        await #expect {
            _ = try await store.record(CaseRecord(platform: platform, number: "9", stage: .reported), of: uuid(9))
        } throws: {
            CommitTests.kind($0) == .locked
        }
        while try await store.write({ try $0.endSalvaging() }) {}
        #expect(try await store.finding(uuid(9)) == nil)
        // The one near what was there before waits for a person, and so do its later revisions.
        #expect(try await store.leased(platform, place.clock).map(\.finding) == [uuid(3)])
        _ = try await store.commit(observation(2, sightings: 2))
        #expect(try await store.leased(platform, place.clock).isEmpty)
        let held = try await store.outboxEntries(platform, in: .held, limit: 9)
        #expect(held.map(\.finding) == [uuid(2)] && held.first?.lastError?.hasSuffix("\(uuid(1))") == true)
        _ = try await store.record(verdict(.upheld), on: uuid(2))
        #expect(try await store.leased(platform, place.clock).map(\.finding) == [uuid(2)])
        #expect(try await store.books().allSatisfy { $0.balances })
    }

    @Test func `a look for what is known waits for the life that follows`() async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1))
        let point = try #require(observation(1).finding.location?.point)
        let query = KnownFindings.Query(
            part: uuid(77), sceneType: "waste.exposed", point: point, radius: 15,
            seenSince: UTCTime(microseconds: 0))
        await #expect { try await store.write { _ in throw DatabaseError(resultCode: .SQLITE_IOERR_FSYNC) } } throws: {
            CommitTests.kind($0) == .io
        }
        #expect(try store.known(query).near.map(\.id) == [uuid(1)])
        // In the midst of it: by the old connections.
        _ = try? await store.write { _ in throw DatabaseError(resultCode: .SQLITE_CORRUPT) }
        let damage = Task { _ = try? await store.write { _ in throw DatabaseError(resultCode: .SQLITE_CORRUPT) } }
        for _ in 0..<200 {
            #expect(try store.known(query).near.map(\.id) == [uuid(1)])
            try await Task.sleep(for: .milliseconds(1))
        }
        await damage.value
        try await store.close()
        let began = ContinuousClock.now
        #expect(throws: StoreError.self) { try store.known(query) }
        #expect(ContinuousClock.now - began < .seconds(1))
    }

    @Test func `a log that was moved away without its database is not missed by it`() async throws {
        let store = try place.open()
        for number: UInt64 in 1...3 { _ = try await store.commit(observation(number)) }
        let folder = place.path + "/quarantine/0001-20250812T120000Z"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data().write(to: URL(fileURLWithPath: folder + "/" + QuarantineFolder.mark))
        try FileManager.default.moveItem(atPath: store.path + "-wal", toPath: folder + "/flyonce.db-wal")
        _ = try? await store.write { _ in throw DatabaseError(resultCode: .SQLITE_IOERR_FSYNC) }
        try await store.settled()
        #expect(try await store.changes(after: 0, limit: 9).count == 3)
        #expect(FileManager.default.fileExists(atPath: folder + "/flyonce.db"))
    }

    @Test func `indexes and statistics that somebody added are dropped and said`() async throws {
        var store = try place.open()
        _ = try await store.commit(observation(1))
        let epoch = store.epoch
        try await store.close()
        try place.tamper("CREATE INDEX mine ON findings (severity); ANALYZE")
        store = try place.open()
        #expect(store.epoch == epoch && store.counters["databases_set_aside"] == nil)
        #expect(store.condition.notices.contains { $0.description.contains("mine, sqlite_stat1") })
        let left = try await store.read { db in
            try String.fetchAll(
                db, sql: "SELECT name FROM sqlite_master WHERE name = 'mine' OR name LIKE 'sqlite_stat_'")
        }
        #expect(left.isEmpty)
        store = try await place.reopen(store)
        #expect(try await store.finding(uuid(1)) != nil)
        try await store.close()
        // A trigger is no addition: it may change what is kept.
        try place.tamper("CREATE TRIGGER mine AFTER INSERT ON findings BEGIN DELETE FROM outbox; END")
        store = try place.open()
        #expect(store.counters["databases_set_aside"] == 1)
    }

    @Test func `a database of nobody in particular is refused and left as it is`() async throws {
        try FileManager.default.createDirectory(atPath: place.path, withIntermediateDirectories: true)
        try place.tamper("CREATE TABLE t (a)")
        let before = try Data(contentsOf: URL(fileURLWithPath: place.path + "/flyonce.db"))
        let error = #expect(throws: StoreError.self) { _ = try place.open() }
        #expect(error?.kind == .invalid)
        #expect(try Data(contentsOf: URL(fileURLWithPath: place.path + "/flyonce.db")) == before)
    }

    @Test func `numbers of lost revisions are not given again`() async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1))
        let epoch = store.epoch
        try await store.close()
        let directory = try StateDirectory(path: place.path + "-lost")
        defer { try? FileManager.default.removeItem(atPath: directory.path) }
        try FileManager.default.copyItem(atPath: store.path, toPath: directory.databasePath)
        // Revisions 2 and 3 of the finding were sealed, and are gone.
        let after = try FindingDatabase.open(
            in: directory, clock: place.clock, lastSealed: LastSealed(epoch: epoch, sequence: 3))
        let next = try #require(try await after.commit(observation(1, sightings: 2))?.revision)
        #expect(next > 3)
        #expect(try await after.commit(observation(1, sightings: 3))?.revision == next + 1)
        #expect(try await after.commit(observation(2))?.revision == 1)
        try await after.close()
    }

    @Test func `each destination's turns come round whatever the others lease`() async throws {
        let store = try place.open()
        let both: [Observation.Route] = [
            .init(destination: platform, release: .auto), .init(destination: phones, release: .auto),
        ]
        for number in 1...40 { _ = try await store.commit(observation(UInt64(number), routes: both)) }
        var seen: [FindingID] = []
        for _ in 0..<8 {
            let owed = try #require(try await store.leased(phones, place.clock, limit: 1).first)
            seen.append(owed.finding)
            _ = try await store.settle(owed, as: .delivered(nil), now: place.clock.utc)
            for other in try await store.leased(platform, place.clock, limit: 7) {
                _ = try await store.settle(other, as: .released, now: place.clock.utc)
            }
        }
        #expect(seen.contains(uuid(1)), "the oldest never had its turn")
    }

    @Test func `a page of a log cannot promise a file of any length`() throws {
        try FileManager.default.createDirectory(atPath: place.path, withIntermediateDirectories: true)
        let store = try DatabaseQueue(path: place.path + "/flyonce.db")
        try store.write { try $0.execute(sql: "CREATE TABLE t (a)") }
        try store.close()
        let size = try Data(contentsOf: URL(fileURLWithPath: place.path + "/flyonce.db")).count / 4096
        #expect(try DatabasePages(place.path + "/flyonce.db").count == size)
    }
}
