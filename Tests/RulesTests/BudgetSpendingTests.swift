import Inspection
import Testing

@testable import Rules

/// Budgets of the day over restarts and over changes of the rules.
@Suite struct BudgetSpendingTests {
    /// 2026-08-20, of which the frames are, as days since 1970.
    private static let day: Int64 = 20_685

    private static func classifier(_ perDay: Int...) throws -> RuleClassifier {
        RuleClassifier(
            try RelationTests.rules(
                perDay.enumerated()
                    .map { "  - {id: r\($0.offset), scene_type: smoke.seen, budget: {per_day: \($0.element)}}\n" }
                    .joined() + "  - {id: free, scene_type: smoke.seen}\n"))
    }

    /// Whether what each rule finds of the track is over its budget.
    private static func over(_ classifier: inout RuleClassifier, _ seconds: Double, _ track: String) -> [Bool] {
        classifier.classify(
            RuleClassifierTests.frame(seconds, [RuleClassifierTests.object("smoke", track: track)]),
            placement: StatedPlaces()
        ).map { $0.reasons.contains(where: \.isOverBudget) }
    }

    @Test func `what was spent before a restart stays spent until midnight`() throws {
        var before = try Self.classifier(2, 3)
        #expect(before.spending.isEmpty && before.admissions == 0)
        #expect(Self.over(&before, 0, "1") == [false, false, false])
        #expect(Self.over(&before, 1, "1") == [false, false, false])
        #expect(before.admissions == 2)
        #expect(Self.over(&before, 2, "2") == [false, false, false])
        #expect(
            before.spending == [
                RuleSpending(rule: "r0", day: Self.day, spent: 2), RuleSpending(rule: "r1", day: Self.day, spent: 2),
            ])

        var after = try Self.classifier(2, 3)
        after.resume(before.spending)
        #expect(after.spending == before.spending && after.admissions == 0)
        #expect(Self.over(&after, 3, "3") == [true, false, false])
        #expect(after.takeNotices() == [.overBudget(rule: "r0", perDay: 2)])
        #expect(Self.over(&after, 4, "4") == [true, true, false])
        #expect(after.admissions == 1 && after.spending.map(\.spent) == [2, 3])
        #expect(Self.over(&after, 86_400, "5") == [false, false, false])
        #expect(
            after.spending == [
                RuleSpending(rule: "r0", day: Self.day + 1, spent: 1),
                RuleSpending(rule: "r1", day: Self.day + 1, spent: 1),
            ])
    }

    @Test func `the first thing of another day is admitted anew, though the count is that of the day before`() throws {
        var classifier = try Self.classifier(1)
        #expect(Self.over(&classifier, 0, "1") == [false, false])
        #expect(classifier.admissions == 1)
        #expect(Self.over(&classifier, 86_400, "2") == [false, false])
        #expect(classifier.admissions == 2)
        #expect(classifier.spending == [RuleSpending(rule: "r0", day: Self.day + 1, spent: 1)])
    }

    @Test func `what was spent on another day is past`() throws {
        for day in [Self.day - 1, Self.day + 2, .min, .max] {
            var classifier = try Self.classifier(1)
            classifier.resume([RuleSpending(rule: "r0", day: day, spent: 1)])
            #expect(Self.over(&classifier, 0, "1") == [false, false], "\(day)")
        }
    }

    @Test func `spending of unknown rules and absurd counts do no harm`() throws {
        var classifier = try Self.classifier(1, 1)
        classifier.resume([
            RuleSpending(rule: "gone", day: Self.day, spent: 5), RuleSpending(rule: "free", day: Self.day, spent: 5),
            RuleSpending(rule: "r0", day: Self.day, spent: -7), RuleSpending(rule: "r1", day: Self.day, spent: .max),
        ])
        #expect(Self.over(&classifier, 0, "1") == [false, true, false])
        #expect(classifier.spending.map(\.spent) == [1, .max])
    }

    @Test func `rules that are read again go on, tracks and all`() throws {
        var before = try Self.classifier(1, 2)
        #expect(Self.over(&before, 0, "1") == [false, false, false])
        #expect(Self.over(&before, 1, "2") == [true, false, false])
        var after = try Self.classifier(1, 1)
        after.resumeBudgets(of: before)
        #expect(after.admissions == 3 && after.spending.map(\.spent) == [1, 2])
        #expect(Self.over(&after, 2, "1") == [false, false, false])
        #expect(Self.over(&after, 3, "3") == [true, true, false])
        // That r0 is over was said today.
        #expect(
            before.takeNotices() == [.overBudget(rule: "r0", perDay: 1)]
                && after.takeNotices() == [.overBudget(rule: "r1", perDay: 1)])
        var more = try Self.classifier(3)
        more.resumeBudgets(of: before)
        #expect(Self.over(&more, 4, "2") == [false, false])
        #expect(Self.over(&more, 4, "3") == [false, false] && Self.over(&more, 4, "4") == [true, false])
        #expect(more.takeNotices() == [.overBudget(rule: "r0", perDay: 3)])
    }
}
