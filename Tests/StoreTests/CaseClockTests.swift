import Foundation
import Inspection
import Testing

@testable import Store

@Suite struct CaseClockTests {
    private func accepted(_ number: UInt64, _ stage: CaseRecord.Stage = .handling, at name: Name = platform)
        -> CaseRecord
    {
        CaseRecord(platform: name, number: "A-\(number)", stage: stage)
    }

    /// Of finding `number`'s case, due `hours` after the clock's present.
    private func clock(
        _ number: UInt64, _ store: FindingDatabase, due hours: Double, now: UTCTime, at name: Name = platform
    ) async throws -> CaseClock {
        let change = try #require(try await store.caseChanges(of: uuid(number)).last { $0.record.platform == name })
        let due = now.advanced(byMicroseconds: Int64(hours * 3_600_000_000))
        return CaseClock(
            finding: uuid(number), platform: name, number: change.record.number, sceneType: "waste.exposed",
            stage: change.record.stage, step: .handle, since: change.at, limit: "4wh",
            soon: due.advanced(byMicroseconds: -3_600_000_000), due: due, next: due, change: change.number)
    }

    private func overdue(_ clock: CaseClock, rung: String? = nil) -> CaseOverdue {
        CaseOverdue(
            platform: clock.platform, number: clock.number, step: clock.step, limit: clock.limit ?? "",
            since: clock.since,
            due: clock.due ?? clock.since,
            rung: rung.map { CaseOverdue.Rung(id: $0, title: BilingualText(zh: "提醒", en: "Reminder"), role: "网格员") })
    }

    private func told(_ clock: CaseClock, next: UTCTime? = nil) -> CaseClock {
        var clock = clock
        clock.told += 1
        clock.next = next
        return clock
    }

    private static let both: [Observation.Route] = [
        .init(destination: platform, release: .auto), .init(destination: phones, release: .auto),
    ]

    @Test func `a clock is kept as it is, over a restart`() async throws {
        let place = Workspace()
        var store = try place.open()
        _ = try await store.commit(observation(1))
        _ = try await store.record(accepted(1), of: uuid(1))
        var whole = try await clock(1, store, due: 1, now: place.clock.utc)
        whole.extensions = 2
        whole.paused = 77
        whole.suspendedSince = whole.since
        #expect(try await store.save(whole))
        var bare = whole
        bare.limit = nil
        (bare.soon, bare.due, bare.next, bare.suspendedSince) = (nil, nil, nil, nil)
        store = try await place.reopen(store)
        #expect(try await store.caseClock(of: uuid(1), at: platform) == whole)
        #expect(try await store.save(bare))
        #expect(try await store.caseClock(of: uuid(1), at: platform) == bare)
        #expect(try await store.nextCaseAlert() == nil)
        try await store.removeCaseClock(of: uuid(1), at: platform)
        #expect(try await store.caseClock(of: uuid(1), at: platform) == nil)
        try await store.close()
    }

    @Test func `a clock of a case that went on is not kept`() async throws {
        let place = Workspace()
        let store = try place.open()
        _ = try await store.commit(observation(1))
        _ = try await store.record(accepted(1, .accepted), of: uuid(1))
        let old = try await clock(1, store, due: 1, now: place.clock.utc)
        _ = try await store.record(accepted(1), of: uuid(1))
        #expect(try await store.save(old) == false)
        #expect(try await store.caseClock(of: uuid(1), at: platform) == nil)
        let newest = try await store.newestCaseChange()
        #expect(newest == 2 && old.change == 1)
        #expect(try await store.casesChanged(after: 0, limit: 10).map(\.change) == [1, 2])
        #expect(try await store.casesChanged(after: 1, limit: 10).map(\.finding) == [uuid(1)])
        try await store.close()
    }

    @Test func `it is told once, over restarts, to those alone who are to be told`() async throws {
        let place = Workspace()
        var store = try place.open()
        _ = try await store.commit(observation(1, routes: Self.both))
        _ = try await store.record(accepted(1), of: uuid(1))
        let late = try await clock(1, store, due: -1, now: place.clock.utc)
        #expect(try await store.save(late))
        #expect(try await store.caseClocks(toTellBy: place.clock.utc, limit: 10) == [late])
        let record = try #require(try await store.tell(overdue(late), to: [phones], keeping: told(late)))
        #expect(record.overdue?.revision == record.revision && record.revision == 3)
        store = try await place.reopen(store)
        #expect(try await store.tell(overdue(late), to: [phones], keeping: told(late)) == nil)
        #expect(try await store.caseClocks(toTellBy: place.clock.utc, limit: 10).isEmpty)
        #expect(try await store.finding(uuid(1))?.overdue == record.overdue)
        // The platform is owed what it was owed, the phones the news.
        #expect(try await store.leased(platform, place.clock).map(\.revision) == [1])
        let news = try #require(try await store.leased(phones, place.clock).first)
        #expect(news.revision == 3)
        let text = String(decoding: news.feature, as: UTF8.self)
        #expect(
            text.contains(#""case_overdue":{"platform":"platform","number":"A-1","step":"handle","title":{"zh":"处置""#))
        #expect(try await store.book(phones).balances)
        // Any word of the case ends it.
        let next = try #require(try await store.record(accepted(1, .checking), of: uuid(1)))
        #expect(next.overdue == nil)
        #expect(try await store.finding(uuid(1))?.overdue == nil)
        try await store.close()
    }

    @Test func `that a limit is nearly over is news of its own, until it is over`() async throws {
        let place = Workspace()
        var store = try place.open()
        _ = try await store.commit(observation(1, routes: Self.both))
        _ = try await store.record(accepted(1), of: uuid(1))
        var near = try await clock(1, store, due: 0.5, now: place.clock.utc)
        near.told = -1
        near.next = near.soon
        _ = try await store.save(near)
        #expect(try await store.caseClocks(toTellBy: place.clock.utc, limit: 10) == [near])
        var soon = overdue(near)
        soon.isSoon = true
        let once = told(near, next: near.due)
        let record = try #require(try await store.tell(soon, to: [phones], keeping: once))
        store = try await place.reopen(store)
        #expect(try await store.finding(uuid(1))?.overdue == record.overdue && record.overdue?.isSoon == true)
        #expect(try await store.tell(soon, to: [phones], keeping: once) == nil)
        let news = try #require(try await store.leased(phones, place.clock).first)
        let text = String(decoding: news.feature, as: UTF8.self)
        #expect(text.contains(#""case_due_soon":{"platform":"platform""#) && !text.contains("case_overdue"))
        let late = try #require(try await store.tell(overdue(near), to: [phones], keeping: told(once)))
        #expect(late.overdue?.isSoon == false)
        let feature = String(decoding: late.feature(), as: UTF8.self)
        #expect(feature.contains("case_overdue") && !feature.contains("case_due_soon"))
        try await store.close()
    }

    @Test func `the ladder goes up step by step`() async throws {
        let place = Workspace()
        let store = try place.open()
        _ = try await store.commit(observation(1, routes: Self.both))
        _ = try await store.record(accepted(1), of: uuid(1))
        let late = try await clock(1, store, due: -5, now: place.clock.utc)
        _ = try await store.save(late)
        let now = place.clock.utc
        let once = told(late, next: now)
        _ = try await store.tell(overdue(late), to: [phones], keeping: once)
        #expect(try await store.nextCaseAlert() == now)
        let record = try await store.tell(overdue(late, rung: "remind"), to: [phones], keeping: told(once))
        #expect(record?.overdue?.rung?.id == "remind" && record?.overdue?.rung?.role == "网格员")
        #expect(try await store.finding(uuid(1))?.overdue == record?.overdue)
        #expect(try await store.nextCaseAlert() == nil)
        try await store.close()
    }

    @Test func `nobody is told of what was dismissed, held back, or went on`() async throws {
        let place = Workspace()
        let store = try place.open()
        for number in UInt64(1)...3 {
            _ = try await store.commit(
                observation(
                    number, routes: number == 2 ? [.init(destination: phones, release: .review)] : Self.both))
            _ = try await store.record(accepted(number), of: uuid(number))
        }
        var clocks: [CaseClock] = []
        for number in UInt64(1)...3 {
            let late = try await clock(number, store, due: -1, now: place.clock.utc)
            _ = try await store.save(late)
            clocks.append(late)
        }
        _ = try await store.record(verdict(.dismissed), on: uuid(1))
        #expect(try await store.tell(overdue(clocks[0]), to: [phones], keeping: told(clocks[0])) == nil)
        #expect(try await store.caseClock(of: uuid(1), at: platform)?.told == 1)
        // Who must not have it before a person looked does not get it by this.
        #expect(try await store.tell(overdue(clocks[1]), to: [phones], keeping: told(clocks[1])) != nil)
        _ = try await store.record(accepted(3, .checking), of: uuid(3))
        #expect(try await store.tell(overdue(clocks[2]), to: [phones], keeping: told(clocks[2])) == nil)
        #expect(try await !store.leased(phones, place.clock).contains { $0.finding == uuid(2) })
        try await store.close()
    }

    @Test func `clocks are asked for by how they stand, and counted`() async throws {
        let place = Workspace()
        let store = try place.open()
        let now = place.clock.utc
        for (number, due) in [(UInt64(1), 5.0), (2, 0.5), (3, -1), (4, -2)] {
            _ = try await store.commit(observation(number))
            _ = try await store.record(accepted(number), of: uuid(number))
            _ = try await store.save(try await clock(number, store, due: due, now: now))
        }
        func asked(_ query: CaseClockQuery) async throws -> [FindingID] {
            try await store.caseClocks(query, now: now).map(\.finding)
        }
        #expect(try await asked(.init(limit: 10)) == [4, 3, 2, 1].map { uuid($0) })
        #expect(try await asked(.init(limit: 1)) == [uuid(4)])
        #expect(try await asked(.init(states: [.overdue], limit: 10)) == [uuid(4), uuid(3)])
        #expect(try await asked(.init(states: [.dueSoon, .inTime], limit: 10)) == [uuid(2), uuid(1)])
        #expect(try await asked(.init(finding: uuid(1), limit: 10)) == [uuid(1)])
        #expect(try await asked(.init(sceneType: "waste.heap", limit: 10)).isEmpty)
        #expect(
            try await store.caseCounts(now: now) == [
                CaseCount(sceneType: "waste.exposed", open: 4, dueSoon: 1, overdue: 2)
            ])
        // What is over, and what nobody follows any more, has no clock.
        _ = try await store.record(accepted(4, .closed), of: uuid(4))
        try await store.removeCaseClocks(notOf: [platform])
        #expect(try await asked(.init(limit: 10)) == [3, 2, 1].map { uuid($0) })
        try await store.removeCaseClocks(notOf: [])
        #expect(try await store.caseCounts(now: now).isEmpty)
        try await store.close()
    }

    @Test(arguments: [
        "due = due + 1", "told = 1", "next = NULL", "since = since - 1", "step = 'check'", "number = 'A-9'",
        "paused = 5",
        "time_limit = '5wh'", "extensions = 1", "stage = 'nonsense'", "suspended = 1", "scene_type = 'x'",
    ])
    func `a damaged clock is moved aside and counted, never served`(_ change: String) async throws {
        let place = Workspace()
        var store = try place.open()
        _ = try await store.commit(observation(1))
        _ = try await store.record(accepted(1), of: uuid(1))
        let late = try await clock(1, store, due: -1, now: place.clock.utc)
        _ = try await store.save(late)
        try await store.close()
        try place.tamper("UPDATE case_clocks SET \(change)")
        store = try place.open()
        #expect(try await store.caseClocks(.init(limit: 10), now: place.clock.utc).isEmpty)
        #expect(try await store.caseClock(of: uuid(1), at: platform) == nil)
        #expect(store.counters["quarantined"] == 1)
        // And is reckoned anew.
        #expect(try await store.save(late))
        try await store.close()
    }

    @Test func `a finding that goes takes its clocks along`() async throws {
        let place = Workspace()
        var store = try place.open()
        _ = try await store.commit(observation(1))
        _ = try await store.record(accepted(1), of: uuid(1))
        _ = try await store.save(try await clock(1, store, due: -1, now: place.clock.utc))
        try await store.close()
        try place.tamper("DELETE FROM findings")
        store = try place.open()
        #expect(try await store.caseClock(of: uuid(1), at: platform) == nil)
        try await store.close()
    }

    @Test func `cases that ended are asked for as long as they are young`() async throws {
        let place = Workspace()
        let store = try place.open()
        for number in UInt64(1)...4 {
            _ = try await store.commit(observation(number))
            _ = try await store.record(accepted(number), of: uuid(number))
            place.clock.advance(seconds: 100)
            _ = try await store.record(accepted(number, number == 3 ? .rejected : .closed), of: uuid(number))
        }
        // One that was opened again is not over.
        _ = try await store.record(accepted(4), of: uuid(4))
        let all = try await store.endedCases(
            at: platform, since: UTCTime(microseconds: 0), after: nil, limit: 10)
        #expect(all.map(\.record.number) == ["A-1", "A-2", "A-3"])
        let young = try await store.endedCases(
            at: platform, since: place.clock.utc.advanced(byMicroseconds: -250_000_000), after: nil, limit: 10)
        #expect(young.map(\.record.number) == ["A-2", "A-3"])
        let page = try await store.endedCases(
            at: platform, since: UTCTime(microseconds: 0), after: "A-1", limit: 1)
        #expect(page.map(\.record.number) == ["A-2"])
        #expect(try await store.endedCases(at: phones, since: UTCTime(microseconds: 0), after: nil, limit: 9).isEmpty)
        try await store.close()
    }

    @Test func `a database of the format before gets the table`() async throws {
        let place = Workspace()
        var store = try place.open()
        _ = try await store.commit(observation(1))
        _ = try await store.record(accepted(1), of: uuid(1))
        try await store.close()
        try place.goBack(to: 6)
        store = try place.open()
        #expect(try await store.save(try await clock(1, store, due: 1, now: place.clock.utc)))
        try await store.close()
    }
}
