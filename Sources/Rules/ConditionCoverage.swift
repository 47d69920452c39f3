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
/// already, so that each can be told of by itself. Overrides put other parameters into the same conditions: whichever form an
/// object meets shows the outcome of the one condition that is written.
struct ConditionWitness: Sendable {
    private struct Outcomes: Sendable {
        var isTrue = false
        var isFalse = false
    }

    private let rule: CompiledRule
    private let conditions: [(part: ConditionCoverage.Part, index: Int, program: Program)]
    private var outcomes: [Outcomes]
    private var metOverrides: Set<Int> = []

    init(_ rule: CompiledRule) {
        self.rule = rule
        conditions = Self.conditions(of: rule)
        outcomes = Array(repeating: Outcomes(), count: conditions.count)
    }

    private static func conditions(
        of rule: CompiledRule
    ) -> [(part: ConditionCoverage.Part, index: Int, program: Program)] {
        let parts: [(ConditionCoverage.Part, [Program])] = [
            (.when, rule.when), (.unless, rule.unless), (.hold, rule.hold),
        ]
        return parts.flatMap { part, programs in
            programs.enumerated().map { (part: part, index: $0, program: $1) }
        }
    }

    /// `variant`: the rule, or what an override makes of it where the scene is. At a rule about pairs with every other object
    /// that it may be asked about.
    mutating func look(at scene: FrameScene, as variant: CompiledRule) {
        if let index = rule.overrides.firstIndex(where: { $0.rule === variant }) { metOverrides.insert(index) }
        let programs = variant === rule ? conditions.map(\.program) : Self.conditions(of: variant).map(\.program)
        guard let labels = rule.relations.others else { return decide(programs, scene) }
        for (other, label) in scene.labels.enumerated()
        where other != scene.objectIndex && (labels.isEmpty || labels.contains(label)) {
            scene.otherIndex = other
            decide(programs, scene)
        }
        scene.otherIndex = nil
    }

    /// A condition that cannot be decided was neither true nor false.
    private mutating func decide(_ programs: [Program], _ scene: FrameScene) {
        for (index, program) in zip(outcomes.indices, programs) {
            guard case .success(let holds) = program.evaluateBool(scene) else { continue }
            if holds { outcomes[index].isTrue = true } else { outcomes[index].isFalse = true }
        }
    }

    /// Those that change a parameter and by which nothing was decided; what switches a rule off is not seen.
    var overridesNotMet: [PackTestReport.UnmetOverride] {
        rule.overrides.indices.filter { index in
            guard let variant = rule.overrides[index].rule, variant.parameters != rule.parameters else { return false }
            return !metOverrides.contains(index)
        }.map { PackTestReport.UnmetOverride(pack: rule.pack, rule: rule.id, index: $0) }
    }

    var coverage: [ConditionCoverage] {
        zip(conditions, outcomes).map { condition, seen in
            ConditionCoverage(
                pack: rule.pack, rule: rule.id, part: condition.part, index: condition.index,
                condition: condition.program.source, isSeenTrue: seen.isTrue, isSeenFalse: seen.isFalse)
        }
    }
}
