import Inspection
import Rules

/// How often each rule was asked over many frames, what came of it, and which condition stood in the way.
struct ExplanationSummary {
    fileprivate struct Condition {
        var text: String
        var part: RuleExplanation.Condition.Part
        var met = 0
        var unmet = 0
        /// Of those, the ones that had no value.
        var errors = 0
        var lastError: String?
        /// It was the only one that was not met.
        var alone = 0
    }

    fileprivate struct Rule {
        var version: String
        var asked = 0
        var outcomes: [RuleExplanation.Outcome: Int] = [:]
        /// The first frame of each.
        var examples: [RuleExplanation.Outcome: Int] = [:]
        var conditions: [String: Condition] = [:]
        var order: [String] = []
    }

    private var rules: [String: Rule] = [:]

    mutating func add(_ explanations: [RuleExplanation], of metadata: FrameMetadata) {
        for explanation in explanations where explanation.outcome != .otherLabel {
            rules[explanation.rule, default: Rule(version: explanation.version)].add(
                explanation, frame: metadata.frame.index)
        }
    }

    func lines(isText: Bool) -> [String] {
        if rules.isEmpty, isText { return ["no rule looks at any object of these frames"] }
        return rules.sorted { $0.key < $1.key }.flatMap { isText ? $0.value.lines($0.key) : [$0.value.json($0.key)] }
    }
}

extension ExplanationSummary.Rule {
    fileprivate mutating func add(_ explanation: RuleExplanation, frame: Int) {
        asked += 1
        outcomes[explanation.outcome, default: 0] += 1
        if examples[explanation.outcome] == nil { examples[explanation.outcome] = frame }
        let hindering = explanation.conditions.filter { !$0.isMet && $0.part != .hold }
        for condition in explanation.conditions {
            let key = "\(condition.part.rawValue) \(condition.index) \(condition.text)"
            if conditions[key] == nil {
                order.append(key)
                conditions[key] = .init(text: condition.text, part: condition.part)
            }
            if condition.isMet { conditions[key]?.met += 1 } else { conditions[key]?.unmet += 1 }
            if let why = condition.want {
                conditions[key]?.errors += 1
                conditions[key]?.lastError = why
            }
            if hindering == [condition] { conditions[key]?.alone += 1 }
        }
    }

    private var sorted: [(outcome: RuleExplanation.Outcome, count: Int)] {
        RuleExplanation.Outcome.allCases.compactMap { outcome in outcomes[outcome].map { (outcome, $0) } }
    }

    fileprivate func lines(_ rule: String) -> [String] {
        let came = sorted.map { "\($0.outcome.rawValue) \($0.count) (first: frame \(examples[$0.outcome] ?? 0))" }
        return ["\(rule) \(version): asked \(counted(asked, "time")): \(came.joined(separator: ", "))"]
            + order.compactMap { conditions[$0] }.map { condition in
                // Each time is counted in one of these: met, not met, without a value.
                var line = "  \(condition.part.rawValue) \(condition.text): met \(condition.met)"
                let failed = condition.unmet - condition.errors
                if failed > 0 || condition.errors == 0 { line += ", not met \(failed)" }
                if condition.errors > 0 {
                    line += ", without a value \(condition.errors) (\(condition.lastError ?? ""))"
                }
                if condition.alone > 0 {
                    line += "; it alone stood in the way "
                    line += condition.alone == condition.unmet ? "each time" : counted(condition.alone, "time")
                }
                return line
            }
    }

    fileprivate func json(_ rule: String) -> String {
        var json = JSONText()
        json.object { json in
            json.member("rule", rule)
            json.member("version", version)
            json.member("asked", asked)
            json.member("outcomes") { json in
                json.object { json in for (outcome, count) in sorted { json.member(outcome.rawValue, count) } }
            }
            json.member("conditions") { json in
                json.array { json in
                    for condition in order.compactMap({ conditions[$0] }) {
                        json.object { json in
                            json.member("part", condition.part.rawValue)
                            json.member("condition", condition.text)
                            json.member("met", condition.met)
                            json.member("not_met", condition.unmet)
                            json.member("alone", condition.alone)
                            json.member("errors", condition.errors)
                            if let error = condition.lastError { json.member("error", error) }
                        }
                    }
                }
            }
        }
        return json.string
    }
}
