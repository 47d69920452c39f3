import Expressions
import Inspection

/// A rule whose conditions are compiled. Shared by every classifier.
struct CompiledRule: Sendable {
    enum Grade: Sendable {
        case constant(Severity)
        case condition(Program)
    }

    enum Sureness: Sendable {
        /// The object's own.
        case inherited
        case constant(Double)
        case condition(Program)
    }

    let id: String
    let version: String
    let pack: String
    let sceneType: SceneType
    let match: RuleMatch
    /// Normalized; nil for objects of any label.
    let labels: Set<String>?
    let when: [Program]
    let unless: [Program]
    let window: RuleWindow
    let severity: Grade
    let confidence: Sureness
    let tests: [PackTest]
    /// Some condition, or what it computes, speaks of what is measured of the picture.
    let asksForPictures: Bool

    /// Of an object whose analyser states none.
    static let assumedConfidence = 0.5

    /// The reasons when every condition holds and no exception does; nil when it does not fire.
    func reasons(_ scene: FrameScene) throws(EvaluationError) -> [Detection.Reason]? {
        for condition in when where try !condition.evaluateBool(scene).get() { return nil }
        for exception in unless where try exception.evaluateBool(scene).get() { return nil }
        var reasons: [Detection.Reason] = []
        if labels != nil, scene.objectIndex != nil {
            let label = scene.object.label
            reasons.append(.init(condition: "label", values: [.init(name: "object.label", value: Self.shown(label))]))
        }
        for condition in when {
            for term in condition.terms {
                reasons.append(.init(condition: term.text, values: Self.values(term.trace(scene))))
            }
        }
        for exception in unless {
            reasons.append(
                .init(condition: "not (\(exception.source))", values: Self.values(exception.trace(scene))))
        }
        return reasons
    }

    func severity(_ scene: FrameScene) throws(EvaluationError) -> Severity {
        switch severity {
        case .constant(let severity): return severity
        case .condition(let program):
            guard case .string(let word) = try program.evaluate(scene).get(), let severity = Severity(rawValue: word)
            else { throw EvaluationError(.invalidArgument, "severity is none of blue, yellow, orange, red") }
            return severity
        }
    }

    /// 0…1.
    func confidence(_ scene: FrameScene) throws(EvaluationError) -> Double {
        let value: Double
        switch confidence {
        case .inherited:
            let isMark = scene.objectIndex != nil && scene.object.kind == .mark
            value = scene.object.confidence ?? (isMark ? 1 : Self.assumedConfidence)
        case .constant(let constant): value = constant
        case .condition(let program):
            switch try program.evaluate(scene).get() {
            case .double(let number): value = number
            case .int(let number): value = Double(number)
            case .uint(let number): value = Double(number)
            default: throw EvaluationError(.invalidArgument, "confidence is not a number")
            }
        }
        guard value.isFinite else { throw EvaluationError(.invalidArgument, "confidence is not finite") }
        return min(max(value, 0), 1)
    }

    private static func values(_ seen: [Expressions.Observation]) -> [Detection.Reason.Value] {
        seen.map { Detection.Reason.Value(name: $0.path, value: shown($0.value)) }
    }

    /// Numbers to six decimals, which is a decimetre on the ground for degrees and more than a sensor knows of anything else.
    private static func shown(_ value: CELValue) -> String {
        guard case .double(let number) = value, abs(number) < 1e9 else { return shown(value.text) }
        return shown(CELValue.double((number * 1e6).rounded() / 1e6).text)
    }

    /// Reasons are stored with every finding: long text is cut.
    private static func shown(_ text: String) -> String {
        let limit = 256
        guard text.utf8.count > limit else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit / 4))) + "…"
    }
}
