import Foundation
import Inspection
import Testing

@testable import Store

@Suite struct CaseHistoryTests {
    private static let other = Name("other")!

    private func record(
        _ stage: CaseRecord.Stage, _ flags: Set<CaseRecord.Flag> = [], number: String = "A-1", at: Int64? = nil,
        message: String? = nil, platform name: Name = platform
    ) -> CaseRecord {
        CaseRecord(
            platform: name, number: number, stage: stage, flags: flags, at: at.map { UTCTime(microseconds: $0) },
            message: message)
    }

    @Test func `every change is kept with its time, the ways back among them`() async throws {
        let place = Workspace()
        var store = try place.open()
        _ = try await store.commit(observation(1))
        let way: [CaseRecord] = [
            record(.reported), record(.accepted, at: 5), record(.accepted, [.returned], at: 6, message: "不属本单位"),
            record(.dispatched), record(.handling), record(.handling, [.extended]),
            record(.handling, [.suspended, .extended]),
            record(.checking), record(.handling, [.rework]), record(.closed, at: 9),
        ]
        for step in way {
            place.clock.advance(seconds: 1)
            #expect(try await store.record(step, of: uuid(1))?.caseRecord == step)
        }
        store = try await place.reopen(store)
        let changes = try await store.caseChanges(of: uuid(1))
        #expect(changes.map(\.record) == way)
        #expect(zip(changes, changes.dropFirst()).allSatisfy { $0.recordedAt < $1.recordedAt })
        #expect(changes[2].at == UTCTime(microseconds: 6) && changes[3].at == changes[3].recordedAt)
        #expect(try await store.caseRecord(of: uuid(1), at: platform) == way.last)
        #expect(try await store.finding(uuid(1))?.caseRecord == way.last)
        let feature = String(decoding: try #require(try await store.finding(uuid(1))).feature(), as: UTF8.self)
        #expect(feature.contains(#""case":{"platform":"platform","number":"A-1","stage":"closed","at":"#))
        try await store.close()
    }

    @Test func `words and times alone make no revision, and words are kept`() async throws {
        let place = Workspace()
        let store = try place.open()
        _ = try await store.commit(observation(1))
        _ = try await store.record(record(.accepted, at: 5), of: uuid(1))
        #expect(try await store.record(record(.accepted, at: 7), of: uuid(1)) == nil)
        #expect(try await store.record(record(.accepted, message: "on our list"), of: uuid(1)) == nil)
        #expect(try await store.record(record(.accepted, message: "on our list"), of: uuid(1)) == nil)
        #expect(try await store.caseChanges(of: uuid(1)).map(\.record.message) == [nil, "on our list"])
        #expect(try await store.finding(uuid(1))?.revision == 2)
        try await store.close()
    }

    /// The platform acts on a report, goes on with the case and says so before its answer to the report has come back.
    @Test(arguments: [false, true])
    func `an answer that was overtaken by a callback does not set the case back`(isOvertaken: Bool) async throws {
        let place = Workspace()
        let store = try place.open()
        _ = try await store.commit(observation(1))
        _ = try await store.commit(observation(2))
        // What was known before the lease does not outweigh the answer.
        _ = try await store.record(record(.reported), of: uuid(1))
        let owed = try await store.leased(platform, place.clock)
        let first = try #require(owed.first { $0.finding == uuid(1) })
        // Another finding's case says nothing of this one's.
        _ = try await store.record(record(.closed, number: "A-2"), of: uuid(2))
        if isOvertaken { _ = try await store.record(record(.accepted), of: uuid(1)) }
        #expect(try await store.settle(first, as: .delivered(record(.dispatched)), now: place.clock.utc))
        let stage = try await store.caseRecord(of: uuid(1), at: platform)?.stage
        #expect(stage == (isOvertaken ? .accepted : .dispatched))
        #expect(try await store.finding(uuid(1))?.caseRecord?.stage == stage)
        #expect(try await store.book(platform).delivered == 1)
        try await store.close()
    }

    /// Two case flows know one finding: each says again and again how its own case stands.
    @Test func `one platform's word does not repeat another's`() async throws {
        let place = Workspace()
        let store = try place.open()
        _ = try await store.commit(observation(1))
        _ = try await store.record(record(.accepted), of: uuid(1))
        _ = try await store.record(record(.handling, number: "B-1", platform: Self.other), of: uuid(1))
        for _ in 0..<3 {
            #expect(try await store.record(record(.accepted), of: uuid(1)) == nil)
            #expect(try await store.record(record(.handling, number: "B-1", platform: Self.other), of: uuid(1)) == nil)
        }
        #expect(try await store.caseRecord(of: uuid(1), at: platform)?.stage == .accepted)
        #expect(try await store.caseRecord(of: uuid(1), at: Self.other)?.stage == .handling)
        try await store.close()
    }

    @Test func `a number that is another finding's changes nothing`() async throws {
        let place = Workspace()
        let store = try place.open()
        for number in 1...2 { _ = try await store.commit(observation(UInt64(number))) }
        _ = try await store.record(record(.accepted), of: uuid(1))
        #expect(try await store.record(record(.closed), of: uuid(2)) == nil)
        #expect(try await store.finding(uuid(2))?.caseRecord == nil)
        #expect(try await store.finding(ofCase: "A-1", at: platform) == uuid(1))
        #expect(store.counters["case_numbers_of_others"] == 1)
        try await store.close()
    }

    @Test func `a token gives way to the number`() async throws {
        let place = Workspace()
        var store = try place.open()
        _ = try await store.commit(observation(1))
        _ = try await store.record(record(.reported, number: "token:x"), of: uuid(1))
        store = try await place.reopen(store)
        #expect(try await store.openCases(at: platform, after: nil, limit: 10).map(\.record.number) == ["token:x"])
        _ = try await store.record(record(.reported, number: "R-1"), of: uuid(1))
        #expect(try await store.finding(ofCase: "token:x", at: platform) == nil)
        #expect(try await store.openCases(at: platform, after: nil, limit: 10).map(\.record.number) == ["R-1"])
        try await store.close()
    }

    @Test func `open cases come in the order of their numbers, a page at a time`() async throws {
        let place = Workspace()
        let store = try place.open()
        for number in 1...6 {
            _ = try await store.commit(observation(UInt64(number)))
            let stage: CaseRecord.Stage = number == 2 ? .closed : number == 4 ? .rejected : .handling
            _ = try await store.record(record(stage, number: "N-\(number)"), of: uuid(UInt64(number)))
        }
        var numbers: [String] = []
        while true {
            let page = try await store.openCases(at: platform, after: numbers.last, limit: 2)
            numbers += page.map(\.record.number)
            if page.count < 2 { break }
        }
        #expect(numbers == ["N-1", "N-3", "N-5", "N-6"])
        #expect(try await store.openCases(at: Self.other, after: nil, limit: 10).isEmpty)
        // Sent back after it was closed.
        _ = try await store.record(record(.handling, [.rework], number: "N-2"), of: uuid(2))
        #expect(try await store.openCases(at: platform, after: nil, limit: 10).map(\.record.number).contains("N-2"))
        try await store.close()
    }

    @Test func `the newest changes of a finding are kept, no more`() async throws {
        let place = Workspace()
        let store = try place.open()
        _ = try await store.commit(observation(1))
        for number in 0..<(caseChangesKept + 20) {
            _ = try await store.record(record(number % 2 == 0 ? .handling : .checking), of: uuid(1))
        }
        #expect(try await store.caseChanges(of: uuid(1)).count == caseChangesKept)
        try await store.close()
    }

    @Test func `a damaged change is moved aside, never told`() async throws {
        let place = Workspace()
        var store = try place.open()
        _ = try await store.commit(observation(1))
        _ = try await store.record(record(.accepted), of: uuid(1))
        _ = try await store.record(record(.handling), of: uuid(1))
        try await store.close()
        try place.tamper("UPDATE case_changes SET stage = 'closed' WHERE stage = 'handling'")
        store = try place.open()
        #expect(try await store.caseRecord(of: uuid(1), at: platform) == record(.accepted))
        #expect(try await store.caseChanges(of: uuid(1)).map(\.record.stage) == [.accepted])
        #expect(store.counters["quarantined"] == 1)
        try await store.close()
    }

    @Test func `cases of a format that kept no changes go on`() async throws {
        let place = Workspace()
        var store = try place.open()
        _ = try await store.commit(observation(1))
        _ = try await store.record(record(.accepted), of: uuid(1))
        try await store.close()
        try place.tamper("DELETE FROM case_changes")
        store = try place.open()
        #expect(try await store.caseRecord(of: uuid(1), at: platform) == record(.accepted))
        #expect(try await store.openCases(at: platform, after: nil, limit: 10).map(\.record) == [record(.accepted)])
        #expect(try await store.record(record(.accepted), of: uuid(1)) == nil)
        #expect(try await store.record(record(.handling), of: uuid(1))?.revision == 3)
        try await store.close()
    }

    /// Rows of formats before 5 hold a case of three members.
    @Test func `a record without flags, time and words is the bytes it always was`() throws {
        var body = RecordBody(
            record: FindingRecord(
                finding: observation(1).finding, revision: 1, epoch: "e", sequence: 1, evidence: [],
                caseRecord: record(.accepted), verdicts: []), routes: [])
        let plain = String(decoding: body.encoded(), as: UTF8.self)
        #expect(plain.contains(#""case":{"platform":"platform","number":"A-1","stage":"accepted"},"#))
        body.record.caseRecord = record(.handling, [.suspended, .returned], at: 7, message: "x")
        let whole = body.encoded()
        #expect(try RecordBody(whole, revision: 1, epoch: "e", sequence: 1).record.caseRecord == body.record.caseRecord)
        let wrong = String(decoding: whole, as: UTF8.self).replacingOccurrences(of: "suspended", with: "forgotten")
        #expect(throws: (any Error).self) { try RecordBody(Array(wrong.utf8), revision: 1, epoch: "e", sequence: 1) }
    }
}
