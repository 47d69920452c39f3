import Expressions

/// A rule of four conditions over one object, against the same conditions written in Swift over the same lookups, and against
/// the Rust engine of the Python package common-expression-language.
struct ExpressionFigures {
    static let evaluations = 1_000_000
    static let source =
        #"object.label == "garbage" && object.confidence >= 0.5 && object.width_px >= 16.0 && object.height_px >= 12.0"#

    static let anchorEvaluations = 40_000

    /// An interpreter that can import cel.
    var python: String?
    /// `cel_rule.py`.
    var script: String

    func figures() async throws -> [Figure] {
        let fields: [RecordType.Field] = [
            .init("label", .string), .init("confidence", .double), .init("width_px", .double),
            .init("height_px", .double),
        ]
        let environment = Environment(
            variables: [Variable("object", .object("Object"))], records: [RecordType("Object", fields: fields)])
        let program = try Program(Self.source, in: environment)
        return [
            try await Turns.figure(
                "CEL: a rule of 4 terms", unit: "ns", against: "the same four comparisons compiled from Swift",
                ours: { try compiled(program) }, anchor: { try written() }),
            try await Turns.figure(
                "CEL: the same, another engine", unit: "ns",
                against: python == nil
                    ? "common-expression-language is not installed" : "common-expression-language (Rust), from Python",
                ours: { try compiled(program) }, anchor: python.map { python in { try rust(python) } }),
        ]
    }

    private func rust(_ python: String) throws -> Double {
        let words = try PythonAnchor.words(python, script, Self.source, String(Self.anchorEvaluations))
        return try PythonAnchor.nanoseconds(in: words, of: script)
    }

    private func compiled(_ program: Program) throws -> Double {
        let object = SampleObject()
        var held = 0
        let seconds = Turns.seconds {
            for index in 0..<Self.evaluations {
                object.turn(to: index)
                if case .success(true) = program.evaluateBool(object) { held &+= 1 }
            }
        }
        return try checked(seconds, held)
    }

    private func written() throws -> Double {
        let object = SampleObject()
        var held = 0
        let seconds = Turns.seconds {
            for index in 0..<Self.evaluations {
                object.turn(to: index)
                if object.string(ofField: 0, ofVariable: 0) == "garbage",
                    let confidence = object.double(ofField: 1, ofVariable: 0), confidence >= 0.5,
                    let width = object.double(ofField: 2, ofVariable: 0), width >= 16,
                    let height = object.double(ofField: 3, ofVariable: 0), height >= 12
                {
                    held &+= 1
                }
            }
        }
        return try checked(seconds, held)
    }

    private func checked(_ seconds: Double, _ held: Int) throws -> Double {
        try BenchError.check(held == Self.evaluations / 4 * 3, "the rule held \(held) times of \(Self.evaluations)")
        return seconds / Double(Self.evaluations) * 1e9
    }
}

/// Three of four objects fulfil the rule, the fourth fails its last term: every evaluation sees all four. Lookups are never
/// inlined, or the compiler would answer the comparisons of the anchor once and for all.
final class SampleObject: Activation {
    private let labels = ["garbage", "garbage", "garbage", "garbage"]
    private let confidences = [0.82, 0.64, 0.91, 0.77]
    private let widths: [Double] = [60, 44, 90, 31]
    private let heights: [Double] = [48, 30, 61, 8]
    private var current = 0

    func turn(to index: Int) { current = index & 3 }

    func value(ofVariable variable: Int) -> CELValue? { nil }

    func value(ofField field: Int, ofVariable variable: Int) -> CELValue? {
        field == 0
            ? string(ofField: 0, ofVariable: 0).map { .string($0) }
            : double(ofField: field, ofVariable: variable).map { .double($0) }
    }

    @inline(never)
    func string(ofField field: Int, ofVariable variable: Int) -> String? { field == 0 ? labels[current] : nil }

    @inline(never)
    func double(ofField field: Int, ofVariable variable: Int) -> Double? {
        switch field {
        case 1: confidences[current]
        case 2: widths[current]
        case 3: heights[current]
        default: nil
        }
    }
}
