import Expressions

/// Which rules fail again and again, and when that was said.
struct RuleFaults: Sendable {
    /// Failures after which it is said.
    static let patience: Int64 = 10
    /// Seconds of stream time, over all runs, after which it is said again.
    static let interval = 3600.0

    private struct Spell {
        /// Of the rule's counters, when the spell began.
        var errors: Int64 = 0
        var met: Int64 = 0
        var notMet: Int64 = 0
        var saidAt: Double?
    }

    /// Seconds of stream time in all runs.
    private(set) var elapsed = 0.0
    private var spells: [Int: Spell] = [:]
    private var notices: [RuleNotice] = []

    mutating func advance(from earlier: Double, to seconds: Double) {
        let passed = seconds - earlier
        if passed > 0, passed.isFinite { elapsed += passed }
    }

    /// A rule has just failed. Where a value is missing, that is told only of a rule that failed each time; any other failure
    /// also of one that was not met in between, since a condition before the one that fails decides of many objects.
    mutating func note(_ index: Int, _ counters: RuleClassifier.Counters, _ failure: EvaluationError) {
        let lacksValue = failure.kind == .absent
        let met = counters.fired &+ counters.withheld &+ counters.withheldByArea
        let told = met &+ counters.errors &+ counters.skipped &+ counters.undeclared
        let notMet = counters.evaluated &- told
        var spell = spells[index] ?? Spell(errors: counters.errors &- 1, met: met, notMet: notMet)
        if met != spell.met || lacksValue && notMet != spell.notMet {
            spell.errors = counters.errors &- 1
            spell.met = met
            spell.notMet = notMet
        }
        let times = counters.errors &- spell.errors
        if times >= Self.patience, spell.saidAt.map({ elapsed - $0 >= Self.interval }) ?? true {
            spell.saidAt = elapsed
            notices.append(
                .failing(rule: counters.rule, times: times, reason: failure.description, lacksValue: lacksValue))
        }
        spells[index] = spell
    }

    var hasNotices: Bool { !notices.isEmpty }

    mutating func takeNotices() -> [RuleNotice] {
        defer { notices = [] }
        return notices
    }
}

extension RuleClassifier {
    public var hasNotices: Bool { relations.hasNotices || faults.hasNotices }

    /// What is new of the rules, for people.
    public mutating func takeNotices() -> [RuleNotice] { relations.takeNotices() + faults.takeNotices() }

    /// What waited to be told until more was seen.
    public mutating func endFlight() { relations.endFlight() }
}
