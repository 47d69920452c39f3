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

    /// A rule was asked, with these counts of it before and after.
    mutating func note(
        _ asked: CompiledRule, _ scene: FrameScene, _ before: RuleClassifier.Counters, _ after: RuleClassifier.Counters
    ) {
        guard rule == nil || rule == asked.id else { return }
        var explanation = RuleExplanation(
            rule: asked.id, version: asked.version, pack: asked.pack, sceneType: asked.sceneType.id, outcome: .notMet,
            object: scene.objectIndex, other: nil, conditions: [], error: nil, place: scene.place)
        let outcome = Self.outcome(before, after)
        (explanation.conditions, explanation.other) = Self.conditions(of: asked, scene)
        let isMet = explanation.conditions.allSatisfy { $0.isMet || $0.part == .hold }
        // What is met and was not counted found no room among the detections of the frame.
        explanation.outcome = outcome ?? (isMet ? .dropped : .notMet)
        if outcome == .undecided { explanation.error = after.lastError }
        explanations.append(explanation)
    }

    private static func outcome(
        _ before: RuleClassifier.Counters, _ after: RuleClassifier.Counters
    ) -> RuleExplanation.Outcome? {
        if after.fired > before.fired { return .fired }
        if after.withheld > before.withheld { return .withheldByWindow }
        if after.withheldByArea > before.withheldByArea { return .withheldByArea }
        if after.skipped > before.skipped { return .noPicture }
        if after.errors > before.errors { return .undecided }
        if after.passedOver > before.passedOver { return .notInForce }
        return after.undeclared > before.undeclared ? .undeclared : nil
    }

    /// Of a pair that no detection was made of, those of the other with which most of them are met.
    private static func conditions(
        of rule: CompiledRule, _ scene: FrameScene
    ) -> (conditions: [RuleExplanation.Condition], other: Int?) {
        guard rule.match == .pair, scene.otherIndex == nil else {
            return (conditions(of: rule, at: scene), scene.otherIndex)
        }
        defer { scene.otherIndex = nil }
        var best = (conditions: conditions(of: rule, at: scene), other: Int?.none)
        var most = -1
        for other in candidates(for: rule, scene).prefix(maximumOthers) {
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
            for (index, term) in programs.flatMap(\.terms).enumerated() {
                conditions.append(
                    .init(
                        part: part, index: index, text: term.text, result: result(term.evaluateBool(scene)),
                        values: values(term.trace(scene))))
            }
        }
        for (index, program) in rule.unless.enumerated() {
            conditions.append(
                .init(
                    part: .unless, index: index, text: program.source, result: result(program.evaluateBool(scene)),
                    values: values(program.trace(scene))))
        }
        return conditions
    }

    private static func result(_ result: Result<Bool, EvaluationError>) -> RuleExplanation.Condition.Result {
        switch result {
        case .success(let holds): holds ? .holds : .fails
        case .failure(let error): .error(error.description)
        }
    }

    private static func values(_ seen: [Expressions.Observation]) -> [Detection.Reason.Value] {
        seen.map { Detection.Reason.Value(name: $0.path, value: ShownValue.text($0.value)) }
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
        guard let rule, let asked = rules.first(where: { $0.id == rule }), asked.match != .frame,
            let labels = asked.labels
        else { return (detections, explanations) }
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
