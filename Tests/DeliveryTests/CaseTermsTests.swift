import Inspection
import Testing

@testable import Delivery

@Suite struct CaseTermsTests {
    static let city = Name("city")!
    static let id = FindingID(milliseconds: 1_786_000_000_000, randomness: (1, 2))
    /// Monday to Friday, 08:00–12:00 and 13:00–17:00, UTC.
    static let time = WorkingTime(hours: [480..<720, 780..<1020], weekdays: [0, 1, 2, 3, 4])

    static func terms() -> CaseTerms {
        var terms = CaseTerms(time: time)
        terms.scenes = [
            "waste.exposed": [.handle: "4wh"], "waste.*": [.handle: "8wh", .check: "1wd"], "*": [.accept: "2wh"],
        ]
        terms.jurisdiction = ["waste.heap": [.dispatch: "3wh"], "waste.exposed": [.accept: "1wh", .handle: "9wh"]]
        terms.severities = [.red: [.accept: "5wh", .dispatch: "6wh"]]
        return terms
    }

    /// `at` and `known`: hours of Thursday 2026-08-20, UTC; beyond 24 the days after.
    static func change(
        _ stage: CaseRecord.Stage, _ at: Double?, _ flags: Set<CaseRecord.Flag> = [], known: Double? = nil
    ) -> CaseChange {
        CaseChange(
            finding: id,
            record: CaseRecord(platform: city, number: "A-1", stage: stage, flags: flags, at: at.map(hour)),
            recordedAt: hour(known ?? (at ?? 0) + 0.01))
    }

    static func hour(_ hours: Double) -> UTCTime {
        UTCTime(microseconds: 1_787_184_000_000_000).advanced(byMicroseconds: Int64(hours * 3_600_000_000))
    }

    private func reckoned(_ changes: [CaseChange], scene: String = "waste.exposed", severity: Severity = .orange)
        -> CaseClock?
    {
        Self.terms().clock(of: changes, sceneType: scene, severity: severity)
    }

    private static let limits: [(String, CaseClock.Step, Severity, String?)] = [
        ("waste.exposed", .handle, .red, "4wh"), ("waste.heap", .handle, .red, "8wh"),
        ("waste.exposed", .accept, .red, "1wh"), ("waste.heap", .accept, .red, "2wh"),
        ("waste.heap", .dispatch, .blue, "3wh"), ("fire.smoke", .dispatch, .red, "6wh"),
        ("fire.smoke", .dispatch, .blue, nil), ("waste.other", .check, .blue, "1wd"),
    ]

    @Test(arguments: limits)
    func `the nearest that says anything gives the limit`(
        _ scene: String, _ step: CaseClock.Step, _ severity: Severity, _ limit: String?
    ) {
        #expect(Self.terms().limit(of: step, sceneType: scene, severity: severity) == limit)
    }

    @Test func `a step is due when its limit is over, and due soon before`() throws {
        let clock = try #require(reckoned([Self.change(.accepted, 8), Self.change(.handling, 10)]))
        #expect(clock.step == .handle && clock.since == Self.hour(10) && clock.limit == "4wh")
        #expect(clock.due == Self.hour(15) && clock.soon == Self.hour(14))
        #expect(clock.state(at: Self.hour(13.9)) == .inTime)
        #expect(clock.state(at: Self.hour(14)) == .dueSoon)
        #expect(clock.state(at: Self.hour(15)) == .overdue)
        #expect(Self.terms().used(of: clock, now: Self.hour(13.5)) == Int64(2.5 * 3_600_000_000))
    }

    @Test func `dispatched and handling are one step`() throws {
        let clock = try #require(reckoned([Self.change(.dispatched, 9), Self.change(.handling, 11)]))
        #expect(clock.since == Self.hour(9) && clock.due == Self.hour(14))
    }

    @Test func `ways back restart the step, an extension moves its end, a pause is not counted`() throws {
        let handling = Self.change(.handling, 8)
        let returned = try #require(
            reckoned(
                [Self.change(.accepted, 8), handling, Self.change(.accepted, 9, [.returned])], scene: "waste.heap"))
        #expect(returned.step == .dispatch && returned.since == Self.hour(9) && returned.due == Self.hour(12))
        let again = try #require(
            reckoned(
                [Self.change(.accepted, 8), Self.change(.accepted, 10, [.returned])], scene: "waste.heap"))
        #expect(again.since == Self.hour(10) && again.due == Self.hour(14))
        let rework = try #require(
            reckoned([handling, Self.change(.checking, 10), Self.change(.handling, 14, [.rework])]))
        #expect(rework.step == .handle && rework.since == Self.hour(14) && rework.due == Self.hour(24 + 9))
        let extended = try #require(reckoned([handling, Self.change(.handling, 10, [.extended])]))
        #expect(extended.since == Self.hour(8) && extended.extensions == 1 && extended.due == Self.hour(17))
        let suspended = try #require(reckoned([handling, Self.change(.handling, 10, [.suspended])]))
        #expect(suspended.state(at: Self.hour(1000)) == .suspended && suspended.due == nil)
        #expect(Self.terms().used(of: suspended, now: Self.hour(1000)) == 2 * 3_600_000_000)
        // Two hours until the pause, one day and one hour of pause, and two hours are left.
        let resumed = try #require(
            reckoned([handling, Self.change(.handling, 10, [.suspended]), Self.change(.handling, 24 + 11)]))
        #expect(resumed.paused == 9 * 3_600_000_000 && resumed.due == Self.hour(24 + 14))
        #expect(resumed.state(at: Self.hour(24 + 11)) == .inTime)
        #expect(Self.terms().used(of: resumed, now: Self.hour(24 + 12)) == 3 * 3_600_000_000)
        var terms = Self.terms()
        terms.extending = "1wd"
        let stated = terms.clock(
            of: [handling, Self.change(.handling, 9, [.extended])], sceneType: "waste.exposed", severity: .red)
        #expect(stated?.due == Self.hour(24 + 17))
    }

    @Test func `a case that is over has no clock, one that is opened again has`() throws {
        let closed = [Self.change(.handling, 8), Self.change(.closed, 9)]
        #expect(reckoned(closed) == nil)
        #expect(reckoned([Self.change(.reported, 8), Self.change(.rejected, 9)]) == nil)
        #expect(reckoned([]) == nil)
        #expect(reckoned(closed + [Self.change(.handling, 10)])?.since == Self.hour(10))
    }

    @Test func `late, doubled, unordered and future changes give a sensible clock`() throws {
        // Dated into the future: from when it became known.
        #expect(reckoned([Self.change(.handling, 500, known: 9)])?.since == Self.hour(9))
        // Without any time of the platform's.
        #expect(reckoned([Self.change(.handling, nil, known: 9)])?.since == Self.hour(9))
        // Known a day late: from when the platform says.
        #expect(reckoned([Self.change(.handling, 8, known: 32)])?.since == Self.hour(8))
        // Doubled.
        #expect(reckoned([Self.change(.handling, 8), Self.change(.handling, 8)])?.since == Self.hour(8))
        // Out of order: what was known last stands, from no earlier than what was known before it.
        let late = try #require(reckoned([Self.change(.checking, 11), Self.change(.handling, 9, known: 12)]))
        #expect(late.step == .handle && late.since == Self.hour(11))
        // Times of no sense.
        for at in [Int64.min, .max] {
            var change = Self.change(.handling, nil, known: 9)
            change.record.at = UTCTime(microseconds: at)
            #expect(reckoned([change]) != nil)
            change.recordedAt = UTCTime(microseconds: at)
            #expect(reckoned([change, change])?.due == nil)
        }
    }

    @Test func `any history has a clock whose times are in order`() {
        var random = Seeded(state: 7)
        for _ in 0..<2000 {
            var changes: [CaseChange] = []
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                let flags = Set(CaseRecord.Flag.allCases.filter { _ in Int.random(in: 0..<4, using: &random) == 0 })
                let stage = CaseRecord.Stage.allCases.randomElement(using: &random) ?? .handling
                let at = Bool.random(using: &random) ? Double.random(in: -100...400, using: &random) : nil
                changes.append(Self.change(stage, at, flags, known: Double.random(in: 0...300, using: &random)))
            }
            let isOver = [.closed, .rejected].contains(changes.last?.record.stage)
            let clock = reckoned(changes)
            #expect((clock == nil) == isOver)
            guard let clock else { continue }
            #expect(clock.since <= changes.map(\.recordedAt).max() ?? clock.since)
            #expect(clock.paused >= 0 && clock.due.map { $0 >= clock.since } ?? true)
            #expect(clock.soon.map { soon in clock.due.map { soon <= $0 } ?? false } ?? true)
            #expect((clock.suspendedSince != nil) == (changes.last?.record.flags.contains(.suspended) ?? false))
        }
    }

    @Test func `the ladder goes up in working time, never before the step below it`() throws {
        var terms = Self.terms()
        func rung(_ id: String, _ after: String) -> CaseTerms.Rung {
            CaseTerms.Rung(.init(id: id, title: BilingualText(zh: id, en: id)), after: after, destinations: [])
        }
        let clock = try #require(reckoned([Self.change(.handling, 10)]))
        #expect(terms.next(of: clock, told: 0) == Self.hour(15))
        #expect(terms.next(of: clock, told: 1) == nil)
        terms.ladder = [rung("remind", "4wh"), rung("supervise", "1wd"), rung("summon", "1wh")]
        #expect(terms.next(of: clock, told: 1) == Self.hour(24 + 10))
        #expect(terms.next(of: clock, told: 2) == Self.hour(24 + 17))
        #expect(terms.next(of: clock, told: 3) == Self.hour(24 + 17))
        #expect(terms.next(of: clock, told: 4) == nil && terms.next(of: clock, told: .max) == nil)
    }
}
