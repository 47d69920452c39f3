import Geodesy
import Inspection
import LocatedYAML

/// How one test inside a pack came out.
public struct PackTestResult: Sendable, Hashable, CustomStringConvertible {
    public var pack: String
    public var rule: String
    public var test: String
    public var passed: Bool
    /// What was expected and what came, when it failed.
    public var explanation: String
    /// Where it stands: `pack.yaml:14`.
    public var place: String

    /// `rule: test`; when it failed, with its place before and the explanation behind.
    public var description: String { passed ? "\(rule): \(test)" : "\(place): \(rule): \(test): \(explanation)" }
}

extension RuleSet {
    /// Runs every test of every pack.
    public func runTests() -> [PackTestResult] { testReport().results }

    /// The same, with what the tests showed of each condition.
    public func testReport() -> PackTestReport {
        var report = PackTestReport(results: [], conditions: [])
        for rule in rules {
            var witness = ConditionWitness(rule)
            for test in rule.tests { report.results.append(run(test, of: rule, &witness)) }
            if rule.tests.isEmpty { report.untested.append(.init(pack: rule.pack, rule: rule.id)) }
            report.conditions += witness.coverage
            report.unflown += witness.overridesNotMet
        }
        return report
    }

    private func run(_ test: PackTest, of rule: CompiledRule, _ witness: inout ConditionWitness) -> PackTestResult {
        var classifier = classifier(test, rule)
        classifier.witness = witness
        var fired: [(frame: Int, detection: Detection)] = []
        for (index, frame) in test.frames.enumerated() {
            let placement = FixedPlacement(place: frame.place, area: frame.area, slope: frame.slope)
            fired += classifier.classify(frame.metadata, placement: placement).map { (index, $0) }
        }
        witness = classifier.witness ?? witness
        var unmatched = fired
        var problems: [String] = []
        for expectation in test.expect {
            if let index = unmatched.firstIndex(where: { matches(expectation, $0.frame, $0.detection, test) }) {
                unmatched.remove(at: index)
            } else {
                problems.append(
                    "nothing came as expected of frame \(expectation.frame)"
                        + (unknownLabel(expectation, test, rule) ?? hindrance(expectation, test, rule) ?? ""))
            }
        }
        problems += unmatched.prefix(Self.toldFirings).map {
            "it fired at frame \($0.frame) with severity \($0.detection.severity.rawValue) and confidence \($0.detection.confidence)"
        }
        if unmatched.count > Self.toldFirings {
            problems.append(
                "and \(unmatched.count - Self.toldFirings) times more, last at frame \(unmatched.last?.frame ?? 0)")
        }
        if !problems.isEmpty {
            if let error = classifier.counters.first?.lastError { problems.append("last error: \(error)") }
            problems += test.ground.unknownNames(rule.programs)
        }
        return PackTestResult(
            pack: rule.pack, rule: rule.id, test: test.name, passed: problems.isEmpty,
            explanation: problems.joined(separator: "; "), place: "\(test.file):\(test.line)")
    }

    /// Detections that nothing expects and a failure tells.
    private static let toldFirings = 3

    private func classifier(_ test: PackTest, _ rule: CompiledRule) -> RuleClassifier {
        RuleClassifier(
            RuleSet(catalogue: catalogue, packs: [rule.pack], rules: [rule]), source: test.source,
            ground: HeldGround(test.ground))
    }

    /// What kept the rule from firing at the expected object; of several, at that which met most.
    private func hindrance(_ expectation: PackTest.Expectation, _ test: PackTest, _ rule: CompiledRule) -> String? {
        var classifier = classifier(test, rule)
        for frame in test.frames.prefix(expectation.frame) {
            _ = classifier.classify(frame.metadata, placement: FixedPlacement(place: frame.place))
        }
        let frame = test.frames[expectation.frame]
        let explanations = classifier.explain(
            frame.metadata, placement: FixedPlacement(place: frame.place), rule: rule.id
        ).explanations.filter {
            $0.outcome != .otherLabel && (expectation.object == nil || $0.object == expectation.object)
        }
        guard !explanations.contains(where: { $0.outcome == .fired }) else { return nil }
        let nearest = explanations.max { $0.conditions.count(where: \.isMet) < $1.conditions.count(where: \.isMet) }
        guard let nearest, let condition = nearest.conditions.first(where: { !$0.isMet }) else { return nil }
        let object = nearest.object.map { " of object \($0)" } ?? ""
        let verdict =
            switch condition.result {
            case .holds: "held"
            case .fails: "did not hold"
            case .error(let reason), .unknown(let reason): "could not be decided (\(reason))"
            }
        let values = condition.values.map { "\($0.name) = \($0.value)" }.joined(separator: ", ")
        return ": \(condition.part.rawValue)[\(condition.index)] \(verdict)\(object): \(condition.text)"
            + (values.isEmpty ? "" : " [\(values)]")
    }

    /// The label of the expected object, where the rule looks at none such; of several objects, where it looks at none.
    private func unknownLabel(
        _ expectation: PackTest.Expectation, _ test: PackTest, _ rule: CompiledRule
    ) -> String? {
        guard let labels = rule.labels else { return nil }
        var objects = test.frames[expectation.frame].metadata.objects
        if let object = expectation.object { objects = objects.indices.contains(object) ? [objects[object]] : [] }
        guard let label = objects.first?.label,
            objects.allSatisfy({ !labels.contains(Label.normalized($0.label)) })
        else { return nil }
        let hint = NearestName.hint(for: label, among: labels)
        return ": the rule looks at no label '\(label)'" + (hint.isEmpty ? "" : " (\(hint))")
    }

    private func matches(
        _ expectation: PackTest.Expectation, _ frame: Int, _ detection: Detection, _ test: PackTest
    ) -> Bool {
        guard frame == expectation.frame else { return false }
        if let severity = expectation.severity, severity != detection.severity { return false }
        if let confidence = expectation.confidence, abs(confidence - detection.confidence) > 1e-6 { return false }
        if let object = expectation.object {
            let objects = test.frames[frame].metadata.objects
            guard objects.indices.contains(object), objects[object] == detection.object else { return false }
        }
        return true
    }
}

/// Puts everything at one place that has none of its own.
struct FixedPlacement: Placement {
    let place: Result<Geotag, PlacementRefusal>
    var area: Double?
    var slope: Double?

    func outline(of object: FrameObject, in frame: FrameMetadata) -> GroundOutline? {
        area.map { GroundOutline(corners: [], area: $0) }
    }

    func slope(at point: GeodeticPoint) -> Double? { slope }

    func place(
        _ object: FrameObject, footing: Footing, in frame: FrameMetadata
    ) -> Result<Geotag, PlacementRefusal> {
        guard let stated = object.statedPosition else { return place }
        var tag = (try? place.get()) ?? TestFrame.tag(at: stated.point)
        tag.point = stated.point
        return .success(tag)
    }
}
