import Foundation
import Inspection
import Testing

@testable import Store

/// A platform's older word that comes after a newer one.
@Suite struct LateChangeTests {
    private func record(
        _ stage: CaseRecord.Stage, _ flags: Set<CaseRecord.Flag> = [], number: String = "A-1", at: Double? = nil,
        message: String? = nil, extending: CaseExtension? = nil
    ) -> CaseRecord {
        CaseRecord(
            platform: platform, number: number, stage: stage, flags: flags,
            at: at.map { now.advanced(byMicroseconds: Int64($0 * 1_000_000)) }, message: message, extending: extending)
    }

    /// Of the fixture's clock.
    private let now: UTCTime
    private let place = Workspace()

    init() { now = place.clock.utc }

    private func store(_ records: [CaseRecord]) async throws -> FindingDatabase {
        let store = try place.open()
        _ = try await store.commit(observation(1))
        for record in records {
            place.clock.advance(seconds: 1)
            _ = try await store.record(record, of: uuid(1))
        }
        return store
    }

    private func stages(_ store: FindingDatabase) async throws -> [CaseRecord.Stage] {
        try await store.caseChanges(of: uuid(1)).map(\.record.stage)
    }

    @Test func `an older change goes to its place in the history, and the case stands as it stood`() async throws {
        let known = [
            record(.reported, at: -600), record(.handling, at: -300), record(.handling, [.extended], at: -100),
        ]
        var store = try await store(known)
        let before = try #require(try await store.finding(uuid(1)))
        let newest = try await store.newestCaseChange()
        let late = [record(.accepted, [.suspended], at: -500, message: "x"), record(.dispatched, at: -400)]
        place.clock.advance(seconds: 60)
        for record in late.reversed() { #expect(try await store.record(record, of: uuid(1)) == nil) }
        // Nor does it come twice, however often it is told.
        for record in late { #expect(try await store.record(record, of: uuid(1)) == nil) }
        store = try await place.reopen(store)
        let changes = try await store.caseChanges(of: uuid(1))
        #expect(changes.map(\.record) == [known[0], late[0], late[1], known[1], known[2]])
        #expect(changes.map(\.isLate) == [false, true, true, false, false])
        #expect(changes[1].recordedAt > changes[4].recordedAt)
        #expect(try await store.caseRecord(of: uuid(1), at: platform) == known[2])
        #expect(try await store.finding(uuid(1)) == before)
        #expect(try await store.openCases(at: platform, after: nil, limit: 9).map(\.record) == [known[2]])
        // Nobody reckons a clock anew.
        #expect(try await store.newestCaseChange() == newest)
        #expect(try await store.casesChanged(after: newest, limit: 9).isEmpty)
        // And the case goes on.
        #expect(try await store.record(record(.closed, at: -50), of: uuid(1))?.finding.status == .closed)
        #expect(try await stages(store).last == .closed)
        try await store.close()
    }

    @Test func `a case that is closed is not opened by an older word`() async throws {
        let store = try await store([record(.handling, at: -20), record(.closed, at: -10)])
        #expect(try await store.record(record(.handling, [.rework], at: -15), of: uuid(1)) == nil)
        #expect(try await store.openCases(at: platform, after: nil, limit: 9).isEmpty)
        #expect(try await store.endedCases(at: platform, since: now, after: nil, limit: 9).count == 1)
        #expect(store.counters["case_changes_late"] == 1)
        #expect(try await store.record(record(.handling, [.rework], at: -5), of: uuid(1))?.finding.status == .open)
        try await store.close()
    }

    /// The time of the newest change known, the time of the next, and whether that is older.
    private static let orders: [(Double?, Double?, Bool)] = [
        (-10, -20, true), (-20, -10, false), (-10, -10, false),
        // Without a time of either there is no telling.
        (nil, -3600, false), (-10, nil, false), (nil, nil, false),
        // In whole seconds the same second is no order; with fractions it is.
        (-10, -10.4, true), (-9.6, -10, false), (-9.6, -9.8, true), (-9.8, -9.6, false),
        // A time that had not come is believed for a day, as clocks err.
        (3600, 10, true), (90_000, -10, false), (-10, 90_000, false),
    ]

    @Test(arguments: orders)
    func `what counts as older is said by the platform's own times`(_ known: Double?, _ next: Double?, _ isLate: Bool)
        async throws
    {
        let store = try await store([record(.reported), record(.checking, at: known)])
        let written = try await store.record(record(.handling, at: next), of: uuid(1))
        #expect((written == nil) == isLate)
        #expect(try await store.caseRecord(of: uuid(1), at: platform)?.stage == (isLate ? .checking : .handling))
        #expect(try await store.finding(uuid(1))?.caseRecord?.stage == (isLate ? .checking : .handling))
        try await store.close()
    }

    @Test func `an undated word in between does not make an old one new`() async throws {
        let store = try await store([record(.handling, at: -10), record(.checking)])
        #expect(try await store.record(record(.accepted, at: -20), of: uuid(1)) == nil)
        #expect(try await stages(store) == [.accepted, .handling, .checking])
        try await store.close()
    }

    @Test func `one wrong date does not hold a case for ever`() async throws {
        let store = try await store([
            record(.accepted, at: 3e9), record(.handling, at: -20), record(.checking, at: -10),
        ])
        #expect(try await stages(store) == [.accepted, .handling, .checking])
        #expect(try await store.record(record(.fedBack, at: -15), of: uuid(1)) == nil)
        try await store.close()
    }

    @Test func `a new number is news whatever its date, an old one is not`() async throws {
        let store = try await store([record(.reported, number: "token:x", at: -10)])
        #expect(try await store.record(record(.accepted, at: -600), of: uuid(1)) != nil)
        #expect(try await store.record(record(.reported, number: "token:x", at: -11), of: uuid(1)) == nil)
        #expect(try await store.caseRecord(of: uuid(1), at: platform)?.number == "A-1")
        // Held against what is dated of its own number.
        #expect(try await store.record(record(.handling, at: -500), of: uuid(1)) != nil)
        #expect(try await store.record(record(.reported, at: -550), of: uuid(1)) == nil)
        try await store.close()
    }

    @Test func `late words of the present stage are kept at their place`() async throws {
        let store = try await store([record(.handling, at: -10)])
        #expect(try await store.record(record(.handling, at: -20, message: "到场"), of: uuid(1)) == nil)
        #expect(try await store.caseChanges(of: uuid(1)).map(\.record.message) == ["到场", nil])
        #expect(try await store.record(record(.accepted, at: -15), of: uuid(1)) == nil)
        #expect(try await stages(store) == [.handling, .accepted, .handling])
        try await store.close()
    }

    @Test func `of many changes those that came late go first`() async throws {
        let store = try await store([record(.checking, at: -1)])
        for number in 0..<(caseChangesKept + 20) {
            let late = record(.handling, at: -100_000 + Double(number))
            #expect(try await store.record(late, of: uuid(1)) == nil)
        }
        let changes = try await store.caseChanges(of: uuid(1))
        #expect(changes.count == caseChangesKept && changes.last?.record.stage == .checking)
        #expect(try await store.caseRecord(of: uuid(1), at: platform)?.stage == .checking)
        try await store.close()
    }

    @Test func `a case of which no changes are kept is not turned back either`() async throws {
        var store = try await store([record(.checking, at: -10)])
        try await store.close()
        try place.tamper("DELETE FROM case_changes")
        store = try place.open()
        #expect(try await store.record(record(.accepted, at: -20), of: uuid(1)) == nil)
        #expect(try await store.caseRecord(of: uuid(1), at: platform) == record(.checking, at: -10))
        #expect(try await stages(store) == [.accepted, .checking])
        try await store.close()
    }

    @Test func `a damaged date keeps no newer word out`() async throws {
        var store = try await store([record(.accepted, at: -30), record(.handling, at: -20)])
        try await store.close()
        try place.tamper("UPDATE case_changes SET at = at + 15000000 WHERE stage = 'accepted'")
        store = try place.open()
        #expect(try await store.record(record(.checking, at: -18), of: uuid(1)) != nil)
        #expect(try await stages(store) == [.handling, .checking])
        try await store.close()
    }

    @Test func `what came late is late still in a database that was taken over`() async throws {
        let known = [record(.reported, at: -30), record(.checking, at: -10)]
        let old = try await store(known)
        _ = try await old.record(record(.handling, [.extended], at: -20, extending: .by(2, .workingDays)), of: uuid(1))
        try await old.close()
        let folder = place.path + "/quarantine/0001-20250812T120000Z"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data().write(to: URL(fileURLWithPath: folder + "/" + QuarantineFolder.mark))
        try FileManager.default.moveItem(atPath: place.path + "/flyonce.db", toPath: folder + "/flyonce.db")
        let store = try place.open()
        try await store.settled()
        let changes = try await store.caseChanges(of: uuid(1))
        #expect(changes.map(\.record.stage) == [.reported, .handling, .checking])
        #expect(changes.map(\.isLate) == [false, true, false])
        #expect(changes[1].record.extending == .by(2, .workingDays))
        #expect(try await store.record(record(.fedBack, at: -15), of: uuid(1)) == nil)
        #expect(try await stages(store) == [.reported, .handling, .fedBack, .checking])
        try await store.close()
    }

    // MARK: Extensions

    private static let extensions: [CaseExtension?] = [
        nil, .by(1, .workingHours), .by(366, .days), .by(2, .workingDays),
        .until(UTCTime(microseconds: 1_787_184_000_123_456)),
    ]

    @Test(arguments: extensions)
    func `what is stated of an extension is kept, over a restart`(_ stated: CaseExtension?) async throws {
        let extended = record(.handling, [.suspended, .extended, .returned], extending: stated)
        var store = try await store([record(.handling), extended])
        store = try await place.reopen(store)
        #expect(try await store.caseRecord(of: uuid(1), at: platform) == extended)
        // To say nothing of it takes nothing back, and is no news.
        var bare = extended
        bare.extending = nil
        #expect(try await store.record(bare, of: uuid(1)) == nil)
        bare.flags = [.extended]
        #expect(try await store.record(bare, of: uuid(1)) != nil)
        #expect(try await store.caseRecord(of: uuid(1), at: platform)?.extending == stated)
        // Another end is.
        bare.extending = .by(5, .days)
        #expect(try await store.record(bare, of: uuid(1)) != nil)
        // Without the flag it says nothing.
        #expect(try await store.record(record(.handling, extending: .by(9, .days)), of: uuid(1)) != nil)
        #expect(try await store.caseRecord(of: uuid(1), at: platform)?.extending == nil)
        try await store.close()
    }

    @Test(arguments: ["extended=", "extended=2", "extended=0wd", "extended=99999wd", "suspended=2wd", "extended=x=2wd"])
    func `a damaged extension is moved aside`(_ flags: String) async throws {
        var store = try await store([record(.accepted), record(.handling, [.extended], extending: .by(2, .days))])
        try await store.close()
        try place.tamper("UPDATE case_changes SET flags = '\(flags)' WHERE stage = 'handling'")
        store = try place.open()
        #expect(try await store.caseRecord(of: uuid(1), at: platform)?.stage == .accepted)
        #expect(store.counters["quarantined"] == 1)
        try await store.close()
    }

    @Test func `a flipped digit of an extension is seen`() async throws {
        var store = try await store([record(.handling, [.extended], extending: .by(2, .days))])
        try await store.close()
        try place.tamper("UPDATE case_changes SET flags = 'extended=3d'")
        store = try place.open()
        #expect(try await store.caseChanges(of: uuid(1)).isEmpty)
        #expect(store.counters["quarantined"] == 1)
        try await store.close()
    }
}
