import Expressions
import Inspection

/// The distinct conditions and reasons of a classifier's rules. Rules of one pack, and of several packs over one catalogue,
/// say much the same of an object: each condition is decided, and each reason written, once for what the scene is turned to.
struct SharedConditions {
    /// One rule, in indices of the shared conditions and reasons.
    struct Plan {
        /// In the order in which they are decided.
        var conditions: [Condition] = []
        /// In the order in which they are written.
        var reasons: [Int] = []
        /// Of a rule about pairs: what is decided of each pair anew.
        var ofPairs: [Condition] = []
        /// Its reasons are those of no other turn or rule: they speak of a pair.
        var isOfPair = false
    }

    struct Condition {
        var index: Int
        /// False for an exception, which must not hold.
        var wanted: Bool
    }

    private struct Written {
        var condition: String
        /// Nil for the reason that the object's label is one of the rule's.
        var source: Source?
        var reason = Detection.Reason(condition: "", values: [])
        /// The rows of registers that it was held against.
        var consulted: [Detection.Reason] = []
        /// The turn in which `reason` was written.
        var turn: UInt64 = 0
    }

    private enum Source {
        case term(Term)
        case exception(Program)
    }

    private var programs: [Program] = []
    /// By condition: the turn in which it was decided, twice, and 1 more when it holds.
    private var verdicts: [UInt64] = []
    private var written: [Written] = []
    private var turn: UInt64 = 0
    private var programIndex: [String: Int] = [:]
    private var reasonIndex: [String: Int] = [:]

    /// Conditions mean the same where the rules look at the same with the same footing, and parameters where they have the
    /// same values. `holding`: those for a track that the rule fired for.
    mutating func plan(_ rule: CompiledRule, holding: Bool = false) -> Plan {
        let base = "\(rule.match.rawValue) \(rule.sceneType.footing.rawValue) "
        func scope(_ program: Program) -> String { base + rule.parameters.key(program) }
        let when = holding ? rule.hold : rule.when
        var plan = Plan()
        var conditions: [(condition: Condition, cost: Int)] = []
        for program in when {
            conditions.append((Condition(index: add(program, scope(program)), wanted: true), program.cost))
        }
        for program in rule.unless {
            conditions.append((Condition(index: add(program, scope(program)), wanted: false), program.cost))
        }
        // Whoever decides first, all must: what asks for the ground or walks over objects waits for what costs nothing.
        for cost in 0...Program.greatestCost {
            plan.conditions += conditions.filter { $0.cost == cost }.map(\.condition)
        }
        if rule.match == .pair { part(&plan) }
        if rule.labels != nil, rule.match != .frame { plan.reasons.append(add(nil, "label", base)) }
        for program in when {
            for term in program.terms { plan.reasons.append(add(.term(term), term.text, scope(program))) }
        }
        for program in rule.unless {
            plan.reasons.append(add(.exception(program), "not (\(program.source))", scope(program)))
        }
        return plan
    }

    /// Parts what speaks of the other object from what is decided once for all pairs.
    private func part(_ plan: inout Plan) {
        plan.isOfPair = true
        let speaksOfOther = { (condition: Condition) in
            programs[condition.index].referencedVariables.contains(Vocabulary.otherName)
        }
        plan.ofPairs = plan.conditions.filter(speaksOfOther)
        plan.conditions.removeAll(where: speaksOfOther)
    }

    private mutating func add(_ program: Program, _ scope: String) -> Int {
        if let known = programIndex[scope + program.source] { return known }
        programIndex[scope + program.source] = programs.count
        programs.append(program)
        verdicts.append(0)
        return programs.count - 1
    }

    private mutating func add(_ source: Source?, _ condition: String, _ scope: String) -> Int {
        let kind =
            switch source {
            case nil: "label "
            case .term: "term "
            case .exception: "exception "
            }
        if let known = reasonIndex[scope + kind + condition] { return known }
        reasonIndex[scope + kind + condition] = written.count
        written.append(Written(condition: condition, source: source))
        return written.count - 1
    }

    /// Forgets what was decided: the scene is turned to something else.
    mutating func beginTurn() { turn &+= 1 }

    /// Whether every condition holds and no exception does.
    mutating func hold(_ plan: Plan, _ scene: FrameScene) throws(EvaluationError) -> Bool {
        for condition in plan.conditions where try holds(condition.index, scene) != condition.wanted { return false }
        return true
    }

    /// The same of what speaks of the other object of the pair that the scene is turned to.
    func holdOfPair(_ plan: Plan, _ scene: FrameScene) throws(EvaluationError) -> Bool {
        for condition in plan.ofPairs {
            guard try programs[condition.index].evaluateBool(scene).get() == condition.wanted else { return false }
        }
        return true
    }

    private mutating func holds(_ index: Int, _ scene: FrameScene) throws(EvaluationError) -> Bool {
        let known = verdicts[index]
        if known >> 1 == turn { return known & 1 == 1 }
        let holds = try programs[index].evaluateBool(scene).get()
        verdicts[index] = turn << 1 | (holds ? 1 : 0)
        return holds
    }

    /// Why a rule fires, in the order of its text, with what it looked at. `more` places are kept for the caller.
    mutating func reasons(_ plan: Plan, _ scene: FrameScene, more: Int) -> [Detection.Reason] {
        var reasons: [Detection.Reason] = []
        reasons.reserveCapacity(plan.reasons.count + more)
        for index in plan.reasons {
            if written[index].turn != turn || plan.isOfPair { write(index, scene) }
            reasons.append(written[index].reason)
            for reason in written[index].consulted where !reasons.contains(reason) { reasons.append(reason) }
        }
        return reasons
    }

    private mutating func write(_ index: Int, _ scene: FrameScene) {
        scene.consulted.forget()
        let values: [Detection.Reason.Value] =
            switch written[index].source {
            case nil: [.init(name: "object.label", value: ShownValue.text(scene.object.label))]
            case .term(let term): Self.values(term.trace(scene))
            case .exception(let program): Self.values(program.trace(scene))
            }
        written[index].reason = Detection.Reason(condition: written[index].condition, values: values)
        written[index].consulted = scene.consulted.reasons
        written[index].turn = turn
    }

    static func values(_ seen: [Expressions.Observation]) -> [Detection.Reason.Value] {
        seen.compactMap { observation in
            // What was asked of whole objects and registers says enough; their fields would fill the reason.
            if case .record(let record) = observation.value, ["Object", "Part", "Register"].contains(record.type.name) {
                return nil
            }
            return Detection.Reason.Value(name: observation.path, value: ShownValue.text(observation.value))
        }
    }
}

extension Program {
    /// 0 for fields of the object and its frame, 1 for walks over objects, 2 for what needs the ground or calls a function
    /// of the vocabulary.
    fileprivate var cost: Int {
        if callsHost || asksForGroundHistory || !referencedVariables.isDisjoint(with: ["ground", "area"]) {
            return Self.greatestCost
        }
        return hasComprehension || referencedVariables.contains("objects") ? 1 : 0
    }

    fileprivate static var greatestCost: Int { 2 }
}
