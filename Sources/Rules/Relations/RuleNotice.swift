/// What the operator should read of a rule, once.
public enum RuleNotice: Sendable, Hashable, CustomStringConvertible {
    /// It waits for the absence of what no analyser of the source says that it can see.
    case undeclared(rule: String, labels: [String])
    /// It said more than its budget of the day: what it says until midnight waits for a person.
    case overBudget(rule: String, perDay: Int)
    /// Too few of its findings were real: what it finds waits for a person until it recovers.
    case underFloor(rule: String, upheld: Int, of: Int, least: String)
    /// Enough of its findings are real again.
    case recovered(rule: String, upheld: Int, of: Int)
    /// Its conditions fail again and again, and were never met meanwhile.
    case failing(rule: String, times: Int64, reason: String, lacksValue: Bool)

    /// It may well be so for a while: there is no telemetry yet, or none at all.
    public var isMinor: Bool {
        if case .failing(_, _, _, lacksValue: true) = self { true } else { false }
    }

    public var description: String {
        switch self {
        case .undeclared(let rule, let labels):
            "the rule \(rule) does not fire: it asks for the absence of \(labels.joined(separator: ", ")), and no analyser of the source declares that it can see any of these"
        case .overBudget(let rule, let perDay):
            "the rule \(rule) is over its budget of \(perDay) a day: what it finds until midnight waits for a person"
        case .underFloor(let rule, let upheld, let judged, let least):
            "the rule \(rule) is under its precision floor of \(least): \(upheld) of its last \(judged) judged findings were upheld; what it finds waits for a person"
        case .failing(let rule, let times, let reason, _):
            "the rule \(rule) does not fire: its conditions failed \(times) times and were met not once meanwhile (\(reason))"
        case .recovered(let rule, let upheld, let judged):
            "the rule \(rule) is above its precision floor again: \(upheld) of its last \(judged) judged findings were upheld"
        }
    }
}
