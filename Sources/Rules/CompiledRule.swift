import Expressions
import Inspection

/// A rule whose conditions are compiled. Shared by every classifier.
final class CompiledRule: Sendable {
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
    /// In place of ``when`` for a track that the rule fired for.
    let hold: [Program]
    /// Nil for always.
    let hours: RuleHours?
    let parameters: RuleParameters
    /// The first that fits counts.
    let overrides: [RuleOverride]
    /// Of an override: where it stands.
    let overridden: String?
    let relations: RuleRelations
    /// It looks at other objects beside the one it is asked about.
    let isRelational: Bool
    let hasBudget: Bool
    /// Names of areas in its conditions, and in what else it computes.
    let areaWords: [AreaWord]
    /// Some condition, or what it computes, speaks of what is measured of the picture.
    let asksForPictures: Bool

    init(
        id: String, version: String, pack: String, sceneType: SceneType, match: RuleMatch, labels: Set<String>?,
        when: [Program], unless: [Program], window: RuleWindow, severity: Grade, confidence: Sureness,
        tests: [PackTest],
        asksForPictures: Bool, hold: [Program] = [], hours: RuleHours? = nil,
        parameters: RuleParameters = RuleParameters(), overrides: [RuleOverride] = [], overridden: String? = nil,
        relations: RuleRelations = RuleRelations(), areaWords: [AreaWord] = []
    ) {
        self.id = id
        self.version = version
        self.pack = pack
        self.sceneType = sceneType
        self.match = match
        self.labels = labels
        self.when = when
        self.unless = unless
        self.window = window
        self.severity = severity
        self.confidence = confidence
        self.tests = tests
        self.asksForPictures = asksForPictures
        self.hold = hold
        self.hours = hours
        self.parameters = parameters
        self.overrides = overrides
        self.overridden = overridden
        self.relations = relations
        self.areaWords = areaWords
        isRelational = relations.others != nil || relations.absence != nil
        hasBudget = relations.budget != nil
    }

    /// Its conditions, and what else it computes.
    var programs: [Program] {
        var programs = when + unless + hold
        if case .condition(let program) = severity { programs.append(program) }
        if case .condition(let program) = confidence { programs.append(program) }
        return programs
    }

    /// Registers that its conditions name outright.
    var registerNames: Set<String> {
        Set(programs.flatMap(\.referencedCalls).compactMap(Vocabulary.registerName))
    }

    /// Of an object whose analyser states none.
    static let assumedConfidence = 0.5

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
            let object = scene.view.object
            let isMark = scene.objectIndex != nil && object.kind == .mark
            value = object.confidence ?? (isMark ? 1 : Self.assumedConfidence)
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
}
