import Foundation
import GRDB
import Inspection
import Testing

@testable import Store

/// Judgements of a rule's findings, and what its budget spent.
@Suite struct RuleRecordTests {
    private let place = Workspace()

    private func stage(_ stage: CaseRecord.Stage) -> CaseRecord {
        CaseRecord(platform: platform, number: "GG-1", stage: stage)
    }

    private func judged(_ store: FindingDatabase, newest: Int = 20) async throws -> [Int] {
        let judgements = try await store.judgements(of: "waste", newest: newest)
        return [judgements.upheld, judgements.dismissed]
    }

    @Test func `the last word on each finding counts, once`() async throws {
        let store = try place.open()
        for number in 1...3 { _ = try await store.commit(observation(UInt64(number))) }
        #expect(try await judged(store) == [0, 0])
        _ = try await store.record(verdict(.upheld), on: uuid(1))
        _ = try await store.record(verdict(.upheld, at: 5), on: uuid(1))
        #expect(try await judged(store) == [1, 0])
        _ = try await store.record(verdict(.dismissed), on: uuid(2))
        #expect(try await judged(store) == [1, 1])
        _ = try await store.record(verdict(.dismissed, at: 6), on: uuid(1))
        #expect(try await judged(store) == [0, 2])
        // What the joining sees next is no judgement.
        _ = try await store.commit(observation(1, sightings: 7))
        #expect(try await judged(store) == [0, 2])
        #expect(store.counters["judgements"] == 3)
        #expect(try await store.judgements(of: "other", newest: 20).upheld == 0)
    }

    @Test(
        arguments: [
            ([], .closed, true), ([], .rejected, false), ([], .checking, nil), ([], nil, nil),
            ([.handled], nil, true), ([.handled], .rejected, true), ([.upheld], .rejected, true),
            ([.dismissed], .closed, false), ([.dismissed, .handled], nil, false), ([.dismissed, .upheld], nil, true),
        ] as [([Verdict.Kind], CaseRecord.Stage?, Bool?)])
    func `an officer's word is above the platform's`(
        _ kinds: [Verdict.Kind], _ end: CaseRecord.Stage?, _ expected: Bool?
    ) async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1))
        if let end { _ = try await store.record(stage(end), of: uuid(1)) }
        for (at, kind) in kinds.enumerated() { _ = try await store.record(verdict(kind, at: Int64(at)), on: uuid(1)) }
        #expect(try await store.finding(uuid(1))?.isUpheld == expected)
        #expect(try await judged(store) == [expected == true ? 1 : 0, expected == false ? 1 : 0])
    }

    @Test func `a case that goes on after its end takes its judgement back`() async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1))
        _ = try await store.record(stage(.rejected), of: uuid(1))
        #expect(try await judged(store) == [0, 1])
        _ = try await store.record(stage(.handling), of: uuid(1))
        #expect(try await judged(store) == [0, 0])
    }

    @Test func `a platform's answer to the report itself counts`() async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1))
        let owed = try #require(try await store.leased(platform, place.clock).first)
        #expect(try await store.settle(owed, as: .delivered(stage(.rejected)), now: place.clock.utc))
        #expect(try await judged(store) == [0, 1])
    }

    @Test func `the newest count, in the order in which they were said, over a restart too`() async throws {
        var store = try place.open()
        for number in 1...6 { _ = try await store.commit(observation(UInt64(number))) }
        for number in [5, 1, 3] { _ = try await store.record(verdict(.dismissed), on: uuid(UInt64(number))) }
        for number in [6, 2] { _ = try await store.record(verdict(.upheld), on: uuid(UInt64(number))) }
        let before = try await store.judgements(of: "waste", newest: 3)
        #expect([before.upheld, before.dismissed] == [2, 1] && before.sequence == 11)
        store = try await place.reopen(store)
        #expect(try await store.judgements(of: "waste", newest: 3) == before)
        #expect(try await judged(store, newest: 2) == [2, 0])
        #expect(try await judged(store, newest: 0) == [0, 0])
        #expect(try await judged(store, newest: .max) == [2, 3])
        #expect(try await judged(store, newest: -1) == [0, 0])
    }

    @Test func `judgements of a rule are bounded, the newest kept`() async throws {
        let store = try place.open()
        let count = RuleJudgements.kept + 30
        try await store.write { ledger in
            for number in 0..<count {
                var record = FindingRecord(
                    finding: finding(UInt64(number)), revision: 1, epoch: "", sequence: Int64(number), evidence: [],
                    caseRecord: nil, verdicts: [verdict(number < 30 ? .dismissed : .upheld)])
                try ledger.judge(record, before: nil)
                record.finding.rule = "other"
                if number == 0 {
                    record.finding.id = uuid(99_999)
                    try ledger.judge(record, before: nil)
                }
            }
        }
        #expect(try await judged(store, newest: .max) == [RuleJudgements.kept, 0])
        #expect(try await store.judgements(of: "other", newest: 9).dismissed == 1)
        #expect(
            try await store.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM judgements") }
                == RuleJudgements.kept + 1)
    }

    @Test func `a judgement that is not stored with its revision is not counted`() async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1))
        await #expect(throws: StoreError.self) {
            try await store.write { ledger in
                _ = try ledger.record(verdict(.upheld), on: uuid(1))
                throw StoreError(kind: .invalid, description: "afterwards")
            }
        }
        #expect(try await judged(store) == [0, 0])
    }

    @Test func `a database of the first format learns what was said already`() async throws {
        var store = try place.open()
        for number in 1...5 { _ = try await store.commit(observation(UInt64(number))) }
        _ = try await store.record(verdict(.upheld), on: uuid(1))
        _ = try await store.record(verdict(.dismissed), on: uuid(2))
        _ = try await store.record(stage(.closed), of: uuid(3))
        _ = try await store.record(verdict(.dismissed), on: uuid(4))
        try await store.close()
        try place.goBack(to: 1)
        try place.tamper(
            """
            UPDATE findings SET digest = digest + 1 WHERE sightings = 1 AND id = (SELECT id FROM findings
              WHERE instr(body, CAST('dismissed' AS BLOB)) > 0 ORDER BY seq DESC LIMIT 1)
            """)
        store = try place.open()
        #expect(try await judged(store) == [2, 1])
        #expect(try await store.spending(of: camera).isEmpty)
        _ = try await store.record(verdict(.dismissed, at: 3), on: uuid(5))
        #expect(try await judged(store) == [2, 2])
    }

    @Test func `what budgets spent is kept for each source until it is saved anew`() async throws {
        var store = try place.open()
        let other = Name("camera-2")!
        let spent = [RuleSpending(rule: "a", day: 20_685, spent: 3), RuleSpending(rule: "b", day: -1, spent: 0)]
        #expect(try await store.spending(of: camera).isEmpty)
        try await store.save(spent, of: camera)
        try await store.save([RuleSpending(rule: "a", day: 20_685, spent: 9)], of: other)
        store = try await place.reopen(store)
        #expect(try await store.spending(of: camera) == spent)
        try await store.save([spent[1]], of: camera)
        #expect(try await store.spending(of: camera) == [spent[1]])
        #expect(try await store.spending(of: other).map(\.spent) == [9])
        try await store.close()
        try place.tamper("UPDATE spending SET spent = -4 WHERE rule = 'b'")
        #expect(try await place.open().spending(of: camera).isEmpty)
    }
}
