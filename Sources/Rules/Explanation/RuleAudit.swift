import Expressions
public import Inspection

/// Looks at every condition of what a classifier is asked, also at those that it need not ask because another has decided, and
/// at what came of it. Only explanations have one.
struct RuleAudit: Sendable {
    /// Others that an object of a pair is looked at with to find the nearest miss.
    static let maximumOthers = 64

    /// Nil for all.
    let rule: String?
    private(set) var explanations: [RuleExplanation] = []

    init(rule: String?) { self.rule = rule }

    /// A rule was asked, with these counts of it before and after. `isDropped`: what it gave found no room among the
    /// detections of the frame.
    mutating func note(
        _ asked: CompiledRule, _ scene: FrameScene, _ before: RuleClassifier.Counters, _ after: RuleClassifier.Counters,
        isDropped: Bool, standing: [RuleExplanation.Condition] = []
    ) {
        guard rule == nil || rule == asked.id else { return }
        var explanation = RuleExplanation(
            rule: asked.id, version: asked.version, pack: asked.pack, sceneType: asked.sceneType.id, outcome: .notMet,
            object: scene.objectIndex, other: nil, conditions: [], error: nil, place: scene.place)
        (explanation.conditions, explanation.other) = Self.conditions(of: asked, scene)
        explanation.conditions += standing
        explanation.outcome = isDropped ? .dropped : Self.outcome(asked, scene, before, after)
        explanation.override = asked.overridden
        if explanation.outcome == .undecided { explanation.error = after.lastError }
        explanations.append(explanation)
    }

    private static func outcome(
        _ asked: CompiledRule, _ scene: FrameScene, _ before: RuleClassifier.Counters, _ after: RuleClassifier.Counters
    ) -> RuleExplanation.Outcome {
        if after.fired > before.fired { return .fired }
        if after.withheld > before.withheld { return .withheldByWindow }
        if after.withheldByArea > before.withheldByArea { return .withheldByArea }
        if after.skipped > before.skipped {
            let isLookedAt = asked.relations.absence == nil || !scene.metadata.lookedFor.isEmpty
            return isLookedAt ? .noPicture : .undeclared
        }
        if after.errors > before.errors { return .undecided }
        if after.passedOver > before.passedOver { return .notInForce }
        return after.undeclared > before.undeclared ? .undeclared : .notMet
    }

    /// Of a pair that no detection was made of, those of the other with which most of them are met.
    private static func conditions(
        of rule: CompiledRule, _ scene: FrameScene
    ) -> (conditions: [RuleExplanation.Condition], other: Int?) {
        guard rule.match == .pair else {
            return (conditions(of: rule, at: scene) + absence(rule, scene), nil)
        }
        guard scene.otherIndex == nil else { return (conditions(of: rule, at: scene), scene.otherIndex) }
        defer { scene.otherIndex = nil }
        let others = candidates(for: rule, scene)
        guard !others.isEmpty else { return (conditions(of: rule, at: scene) + [noOther(rule)], nil) }
        var best = (conditions: [RuleExplanation.Condition](), other: Int?.none)
        var most = -1
        for other in others.prefix(maximumOthers) {
            scene.otherIndex = other
            let found = conditions(of: rule, at: scene)
            let met = found.count { $0.isMet }
            guard met > most else { continue }
            most = met
            best = (found, other)
        }
        return best
    }

    private static func candidates(for rule: CompiledRule, _ scene: FrameScene) -> [Int] {
        let labels = rule.relations.others ?? []
        return scene.labels.indices.filter {
            $0 != scene.objectIndex && (labels.isEmpty || labels.contains(scene.labels[$0]))
        }
    }

    private static func conditions(of rule: CompiledRule, at scene: FrameScene) -> [RuleExplanation.Condition] {
        var conditions: [RuleExplanation.Condition] = []
        for (part, programs) in [(RuleExplanation.Condition.Part.when, rule.when), (.hold, rule.hold)] {
            var index = 0
            for program in programs {
                for term in program.terms {
                    defer { index += 1 }
                    guard isAsked(program, scene) else { continue }
                    scene.consulted.forget()
                    conditions.append(
                        .init(
                            part: part, index: index, text: term.text, result: result(term.evaluateBool(scene)),
                            values: values(term.trace(scene), scene)))
                }
            }
        }
        for (index, program) in rule.unless.enumerated() where isAsked(program, scene) {
            scene.consulted.forget()
            conditions.append(
                .init(
                    part: .unless, index: index, text: program.source, result: result(program.evaluateBool(scene)),
                    values: values(program.trace(scene), scene)))
        }
        return conditions
    }

    /// What speaks of the other object is asked of pairs alone.
    private static func isAsked(_ program: Program, _ scene: FrameScene) -> Bool {
        scene.otherIndex != nil || !program.referencedVariables.contains(Vocabulary.otherName)
    }

    private static func noOther(_ rule: CompiledRule) -> RuleExplanation.Condition {
        let labels = (rule.relations.others ?? []).sorted().joined(separator: ", ")
        return .init(
            part: .other, index: 0, text: labels.isEmpty ? "any object" : "one of \(labels)", result: .fails, values: []
        )
    }

    private static func absence(_ rule: CompiledRule, _ scene: FrameScene) -> [RuleExplanation.Condition] {
        guard let absence = rule.relations.absence, let object = scene.objectIndex else { return [] }
        return [absence.explanation(of: object, in: scene)]
    }

    private static func result(_ result: Result<Bool, EvaluationError>) -> RuleExplanation.Condition.Result {
        switch result {
        case .success(let holds): holds ? .holds : .fails
        case .failure(let error): .error(error.description)
        }
    }

    /// What was looked at, and the rows of registers that answered: `permits.row`.
    private static func values(
        _ seen: [Expressions.Observation], _ scene: FrameScene
    ) -> [Detection.Reason.Value] {
        SharedConditions.values(seen) + scene.consulted.values
    }
}

extension RuleClassifier {
    /// Classifies the frame as ``classify(_:placement:)`` does, and says why each rule fired or did not. With a `rule`, only
    /// of that one; then also of the objects that it does not look at.
    public mutating func explain(
        _ frame: FrameMetadata, placement: any Placement, rule: String? = nil
    ) -> (detections: [Detection], explanations: [RuleExplanation]) {
        audit = RuleAudit(rule: rule)
        defer { audit = nil }
        let detections = classify(frame, placement: placement)
        var explanations = audit?.explanations ?? []
        guard let rule, let index = rules.firstIndex(where: { $0.id == rule }) else {
            return (detections, explanations)
        }
        let asked = rules[index]
        explanations += whereDisabled(index, frame, placement)
        guard asked.match != .frame, let labels = asked.labels else { return (detections, explanations) }
        for (index, object) in frame.objects.enumerated() where !labels.contains(Label.normalized(object.label)) {
            var other = RuleExplanation(
                rule: rule, version: asked.version, pack: asked.pack, sceneType: asked.sceneType.id,
                outcome: .otherLabel, object: index, other: nil, conditions: [], error: nil, place: nil)
            other.labels = labels.sorted()
            explanations.append(other)
        }
        return (detections, explanations)
    }
}
