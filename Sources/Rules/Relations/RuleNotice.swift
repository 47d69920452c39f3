/// What the operator should read of a rule, once.
public enum RuleNotice: Sendable, Hashable, CustomStringConvertible {
    /// It waits for the absence of what no analyser of the source says that it can see.
    case undeclared(rule: String, labels: [String])
    /// It said more than its budget of the day: what it says until midnight waits for a person.
    case overBudget(rule: String, perDay: Int)

    public var description: String {
        switch self {
        case .undeclared(let rule, let labels):
            "the rule \(rule) does not fire: it asks for the absence of \(labels.joined(separator: ", ")), and no analyser of the source declares that it can see any of these"
        case .overBudget(let rule, let perDay):
            "the rule \(rule) is over its budget of \(perDay) a day: what it finds until midnight waits for a person"
        }
    }
}
