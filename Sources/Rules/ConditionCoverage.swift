import Expressions

/// What a rule's tests showed of one of its conditions: whether each of its two outcomes was seen.
public struct ConditionCoverage: Sendable, Hashable, CustomStringConvertible {
    public enum Part: String, Sendable {
        case when, unless, hold
    }

    public var pack: String
    public var rule: String
    public var part: Part
    /// Place in its list, from 0.
    public var index: Int
    /// Its text.
    public var condition: String
    public var isSeenTrue: Bool
    public var isSeenFalse: Bool

    public var isCovered: Bool { isSeenTrue && isSeenFalse }

    /// `rule: unless[0] was never true: object.touches_edge`.
    public var description: String {
        let missing = isSeenTrue ? "never false" : isSeenFalse ? "never true" : "never decided"
        return "\(rule): \(part.rawValue)[\(index)] was \(isCovered ? "both true and false" : missing): \(condition)"
    }
}

/// Looks at every condition of one rule, also at those that the classifier need not ask because another one has decided
/// already, so that each can be told of by itself.
struct ConditionWitness: Sendable {
    private struct Outcomes: Sendable {
        var isTrue = false
        var isFalse = false
    }

    private let rule: CompiledRule
    private let conditions: [(part: ConditionCoverage.Part, index: Int, program: Program)]
    private var outcomes: [Outcomes]

    init(_ rule: CompiledRule) {
        self.rule = rule
        let parts: [(ConditionCoverage.Part, [Program])] = [
            (.when, rule.when), (.unless, rule.unless), (.hold, rule.hold),
        ]
        conditions = parts.flatMap { part, programs in
            programs.enumerated().map { (part: part, index: $0, program: $1) }
        }
        outcomes = Array(repeating: Outcomes(), count: conditions.count)
    }

    /// At a rule about pairs with every other object that it may be asked about.
    mutating func look(at scene: FrameScene) {
        guard let labels = rule.relations.others else { return decide(scene) }
        for (other, label) in scene.labels.enumerated()
        where other != scene.objectIndex && (labels.isEmpty || labels.contains(label)) {
            scene.otherIndex = other
            decide(scene)
        }
        scene.otherIndex = nil
    }

    /// A condition that cannot be decided was neither true nor false.
    private mutating func decide(_ scene: FrameScene) {
        for (index, condition) in conditions.enumerated() {
            guard case .success(let holds) = condition.program.evaluateBool(scene) else { continue }
            if holds { outcomes[index].isTrue = true } else { outcomes[index].isFalse = true }
        }
    }

    var coverage: [ConditionCoverage] {
        zip(conditions, outcomes).map { condition, seen in
            ConditionCoverage(
                pack: rule.pack, rule: rule.id, part: condition.part, index: condition.index,
                condition: condition.program.source, isSeenTrue: seen.isTrue, isSeenFalse: seen.isFalse)
        }
    }
}
