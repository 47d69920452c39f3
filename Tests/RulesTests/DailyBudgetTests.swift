import Inspection
import Testing

@testable import Rules

@Suite struct DailyBudgetTests {
    private static func time(_ text: String) -> UTCTime { UTCTime(rfc3339: text) ?? UTCTime(microseconds: 0) }

    private static let noon = time("2026-08-20T12:00:00Z")

    private func answers(
        _ budget: inout DailyBudget, _ tracks: [String?], at time: UTCTime = noon
    ) -> [DailyBudget.Answer] {
        tracks.map { budget.admit(track: $0, isOfFrame: false, at: time, seconds: 0) }
    }

    private let first = DailyBudget.Answer.over(isFirst: true)
    private let further = DailyBudget.Answer.over(isFirst: false)

    @Test func `a track counts once, and what is over is said once`() {
        var budget = DailyBudget(.init(perDay: 2))
        #expect(
            answers(&budget, ["a", "a", "b", "a", "c", "b", "d", "c"])
                == [.within, .within, .within, .within, first, .within, further, further])
    }

    @Test func `things without a track count at every detection`() {
        var budget = DailyBudget(.init(perDay: 2))
        #expect(answers(&budget, [nil, "a", nil, "a"]) == [.within, .within, first, .within])
    }

    @Test(arguments: [
        (0, "2026-08-20T23:59:59.999999Z", "2026-08-21T00:00:00Z"),
        (28_800, "2026-08-20T15:59:59.999999Z", "2026-08-20T16:00:00Z"),
        (-19_800, "2026-08-21T05:29:59Z", "2026-08-21T05:30:00Z"),
        (0, "1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z"),
    ])
    func `the day ends at its own midnight`(_ offset: Int, _ before: String, _ after: String) {
        var budget = DailyBudget(.init(perDay: 1, utcOffsetSeconds: offset))
        #expect(answers(&budget, ["a", "b"], at: Self.time(before)) == [.within, first])
        #expect(answers(&budget, ["b", "a"], at: Self.time(after)) == [.within, first])
        // A frame that comes late spends of the day that has begun.
        #expect(answers(&budget, ["b", "c"], at: Self.time(before)) == [.within, further])
    }

    @Test func `a recording of an earlier year is another day`() {
        var budget = DailyBudget(.init(perDay: 1))
        #expect(answers(&budget, ["a", "b"]) == [.within, first])
        #expect(answers(&budget, ["b"], at: Self.time("2020-01-01T00:00:00Z")) == [.within])
        #expect(answers(&budget, ["c"], at: UTCTime(microseconds: .min)) == [.within])
        #expect(answers(&budget, ["c"], at: UTCTime(microseconds: .max)) == [.within])
    }

    @Test func `another run of the source has other tracks, and the same budget`() {
        var budget = DailyBudget(.init(perDay: 2))
        #expect(answers(&budget, ["1"]) == [.within])
        budget.beginRun()
        #expect(answers(&budget, ["1", "1", "2"]) == [.within, .within, first])
    }

    @Test func `the frame as a whole counts anew when it was quiet for a minute`() {
        var budget = DailyBudget(.init(perDay: 1))
        let seconds = [0, 0.04, 59, 119, 179.1, 180, 300]
        let answers = seconds.map { budget.admit(track: nil, isOfFrame: true, at: Self.noon, seconds: $0) }
        #expect(answers == [.within, .within, .within, .within, first, further, further])
    }

    @Test func `what it remembers is bounded by the budget`() {
        var budget = DailyBudget(.init(perDay: 3))
        for track in 0..<10_000 { _ = budget.admit(track: "\(track)", isOfFrame: false, at: Self.noon, seconds: 0) }
        #expect(budget.spent == 3)
        #expect(answers(&budget, ["2", "3"]) == [.within, further])
    }

    @Test func `detections over the budget say that a person looks first`() throws {
        var classifier = RuleClassifier(
            try RelationTests.rules(
                "  - {id: a, scene_type: smoke.seen, budget: {per_day: 1}}\n  - {id: b, scene_type: smoke.seen}\n"))
        let objects = ["1", "2", "1"].map { RuleClassifierTests.object("smoke", track: $0) }
        let found = classifier.classify(RuleClassifierTests.frame(0, objects), placement: StatedPlaces())
        #expect(found.map(\.rule) == ["a", "b", "a", "b", "a", "b"])
        #expect(
            found.map { $0.reasons.contains(where: \.isOverBudget) } == [false, false, true, false, false, false])
        #expect(found[2].reasons.last?.values == [.init(name: "per_day", value: "1")])
        #expect(classifier.counters.map(\.overBudget) == [1, 0] && classifier.counters.map(\.fired) == [3, 3])
        #expect(classifier.takeNotices() == [.overBudget(rule: "a", perDay: 1)])
        _ = classifier.classify(RuleClassifierTests.frame(1, objects), placement: StatedPlaces())
        #expect(classifier.takeNotices().isEmpty)
        let next = classifier.classify(RuleClassifierTests.frame(86_400, [objects[1]]), placement: StatedPlaces())
        #expect(!(next.first?.reasons.contains(where: \.isOverBudget) ?? true))
    }

    @Test func `midnight is that of the pack`() throws {
        let pack = """
            pack: p
            version: "7"
            title: {zh: 测, en: T}
            utc_offset: "+08:00"
            rules:
              - {id: a, scene_type: smoke.seen, budget: {per_day: 1}}
            """
        var classifier = RuleClassifier(
            try RuleSet.parse(catalogue: (RuleClassifierTests.catalogue, "c"), packs: [(pack, "p")]))
        // 2026-08-20T03:00Z, 15:59:59Z and 16:00Z: 11:00, 23:59:59 and midnight there.
        let held = [0.0, 46_799, 46_800].enumerated().map { index, seconds in
            classifier.classify(
                RuleClassifierTests.frame(seconds, [RuleClassifierTests.object("smoke", track: "\(index)")]),
                placement: StatedPlaces()
            ).first?.reasons.contains(where: \.isOverBudget)
        }
        #expect(held == [false, true, false])
    }

    @Test(arguments: [
        ("budget: {}", "p:5:45: rules[0].budget.per_day: is missing"), ("budget: {per_day: 0}", "budget.per_day"),
        ("budget: {per_day: 10001}", "budget.per_day"), ("budget: {per_day: 3, per_hour: 1}", "budget.per_hour"),
        ("budget: 3", "budget"),
    ])
    func `mistakes are told with line and column`(_ text: String, _ expected: String) {
        let error = #expect(throws: RulesError.self) {
            try RelationTests.rules("  - {id: a, scene_type: smoke.seen, \(text)}\n")
        }
        #expect(error?.description.contains(expected) ?? false, "\(error?.description ?? "")")
    }
}
