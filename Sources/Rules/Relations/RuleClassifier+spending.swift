public import Inspection

/// What budgets of the day spent, over restarts and over changes of the rules.
extension RuleClassifier {
    /// Grows whenever a budget admits a thing: ``spending`` is another then.
    public var admissions: Int64 { relations.admissions }

    /// Of every rule that has a budget and was asked, in the order of the rules.
    public var spending: [RuleSpending] {
        relations.budgets.sorted { $0.key < $1.key }.compactMap { index, budget in
            budget.spending.map { RuleSpending(rule: rules[index].id, day: $0.day, spent: $0.spent) }
        }
    }

    /// Goes on after a restart with what was spent before it. Rules that are not known, or have no budget, are passed over.
    public mutating func resume(_ spending: [RuleSpending]) {
        let known = Dictionary(spending.map { ($0.rule, $0) }) { $1 }
        for (index, budget) in relations.budgets {
            guard let earlier = known[rules[index].id] else { continue }
            var budget = budget
            budget.resume(day: earlier.day, spent: earlier.spent)
            relations.replace(budget, of: index)
        }
    }

    /// Goes on with the budgets of the same source's rules before they were changed, tracks and all.
    public mutating func resumeBudgets(of earlier: RuleClassifier) {
        relations.countOn(from: earlier.relations)
        var known: [String: DailyBudget] = [:]
        for (index, budget) in earlier.relations.budgets { known[earlier.rules[index].id] = budget }
        for (index, budget) in relations.budgets {
            guard let before = known[rules[index].id] else { continue }
            relations.replace(DailyBudget(budget.options, after: before), of: index)
        }
    }
}
