/// What is kept of rules over restarts. Implemented by `Store`.
public protocol RuleRecords: Sendable {
    /// What the rules of a source spent of their budgets, as it was last saved.
    func spending(of source: Name) async throws(StoreError) -> [RuleSpending]
    /// In place of what was saved of the source before.
    func save(_ spending: [RuleSpending], of source: Name) async throws(StoreError)

    /// What was said of the findings of a rule: of the `newest` that anything was said of, in the order in which it was
    /// said. At most ``RuleJudgements/kept`` of a rule are known.
    func judgements(of rule: String, newest: Int) async throws(StoreError) -> RuleJudgements
}

/// What one rule spent of its budget on one day.
public struct RuleSpending: Sendable, Hashable {
    public var rule: String
    /// Days since 1970-01-01 by the wall clock of the rule.
    public var day: Int64
    /// Things.
    public var spent: Int

    public init(rule: String, day: Int64, spent: Int) {
        self.rule = rule
        self.day = day
        self.spent = spent
    }
}

/// How many of a rule's findings were real, as far as anybody has said.
public struct RuleJudgements: Sendable, Hashable {
    /// Judgements that are kept of one rule.
    public static let kept = 1000

    public var upheld: Int
    public var dismissed: Int
    /// Of the newest revision when this was read: what is read later is never of a lower one.
    public var sequence: Int64
    public var judged: Int { upheld &+ dismissed }

    public init(upheld: Int, dismissed: Int, sequence: Int64) {
        self.upheld = upheld
        self.dismissed = dismissed
        self.sequence = sequence
    }
}

extension FindingRecord {
    /// Whether the matter was real: an officer's last word on it; else true when an officer handled it, or when the
    /// platform closed its case; false when the platform rejected it. Nil while nobody has said.
    public var isUpheld: Bool? {
        switch verdicts.last(where: { $0.kind != .handled })?.kind {
        case .upheld?: return true
        case .dismissed?: return false
        case .handled?, nil: break
        }
        if !verdicts.isEmpty { return true }
        return caseRecord?.stage.isUpheld
    }
}

extension CaseRecord.Stage {
    /// What the end of a case says of its matter; nil of a case that goes on.
    public var isUpheld: Bool? {
        switch self {
        case .closed: true
        case .rejected: false
        case .reported, .accepted, .dispatched, .handling, .fedBack, .checking: nil
        }
    }
}
