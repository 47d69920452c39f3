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

    /// `rule: test`, and the explanation when it failed.
    public var description: String { "\(rule): \(test)" + (passed ? "" : ": \(explanation)") }
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
            report.conditions += witness.coverage
        }
        return report
    }

    private func run(_ test: PackTest, of rule: CompiledRule, _ witness: inout ConditionWitness) -> PackTestResult {
        var classifier = RuleClassifier(
            RuleSet(catalogue: catalogue, packs: [rule.pack], rules: [rule]), source: test.source,
            ground: HeldGround(test.ground))
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
                    "nothing came as expected of frame \(expectation.frame)" + unknownLabel(expectation, test, rule))
            }
        }
        problems += unmatched.map {
            "it fired at frame \($0.frame) with severity \($0.detection.severity.rawValue) and confidence \($0.detection.confidence)"
        }
        if let error = classifier.counters.first?.lastError, !problems.isEmpty {
            problems.append("last error: \(error)")
        }
        return PackTestResult(
            pack: rule.pack, rule: rule.id, test: test.name, passed: problems.isEmpty,
            explanation: problems.joined(separator: "; "))
    }

    /// The label of the expected object, where the rule looks at none such; of several objects, where it looks at none.
    private func unknownLabel(
        _ expectation: PackTest.Expectation, _ test: PackTest, _ rule: CompiledRule
    ) -> String {
        guard let labels = rule.labels else { return "" }
        var objects = test.frames[expectation.frame].metadata.objects
        if let object = expectation.object { objects = objects.indices.contains(object) ? [objects[object]] : [] }
        guard let label = objects.first?.label,
            objects.allSatisfy({ !labels.contains(Label.normalized($0.label)) })
        else { return "" }
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
