import Expressions
import Testing

struct TermTests {
    static let environment = Environment(
        variables: [
            Variable("object", .object("Object")), Variable("telemetry", .object("Telemetry")),
            Variable("limit", .double),
        ],
        records: [
            RecordType(
                "Object",
                fields: [
                    .init("label", .string), .init("confidence", .double), .init("area_px", .double),
                    .init("position", .object("Point")),
                ]),
            RecordType("Telemetry", fields: [.init("hae_m", .double, unit: "m")]),
            RecordType("Point", fields: [.init("latitude", .double)]),
        ],
        functions: [
            .global("distance", [.object("Point")], result: .double) { _ throws(EvaluationError) in .double(12.5) }
        ])

    /// A frame's own store, read by index alone.
    final class Store: Activation {
        var label: String? = "waste_pile"
        var confidence: Double? = 0.82

        func value(ofVariable variable: Int) -> CELValue? { variable == 2 ? .double(20) : nil }

        func value(ofField field: Int, ofVariable variable: Int) -> CELValue? {
            switch (variable, field) {
            case (0, 0): label.map { .string($0) }
            case (0, 1): confidence.map { .double($0) }
            case (0, 2): .double(500)
            case (0, 3):
                .record(
                    CELRecord(type: RecordType("Point", fields: [.init("latitude", .double)]), fields: [.double(31)]))
            case (1, 0): .double(80)
            default: nil
            }
        }
    }

    @Test func `splits a conjunction into its conditions`() throws {
        let source =
            "object.label == 'waste_pile' && (object.confidence > 0.6 && (limit > 1.0 || false)) && telemetry.hae_m > 50.0"
        let program = try Program(source, in: Self.environment)
        #expect(
            program.terms.map(\.text) == [
                "object.label == 'waste_pile'", "object.confidence > 0.6", "(limit > 1.0 || false)",
                "telemetry.hae_m > 50.0",
            ])
        #expect(program.referencedVariables == ["object", "telemetry", "limit"])
        #expect(program.referencedPaths == ["object.label", "object.confidence", "limit", "telemetry.hae_m"])
        let store = Store()
        #expect(program.evaluateBool(store) == .success(true))
        #expect(program.terms.allSatisfy { $0.evaluateBool(store) == .success(true) })
        store.confidence = 0.1
        #expect(program.evaluateBool(store) == .success(false))
        #expect(program.terms.map { $0.evaluateBool(store) == .success(true) } == [true, false, true, true])
    }

    @Test(arguments: [
        ("object.confidence > 0.6", ["object.confidence=0.82"]),
        ("0.5 < object.confidence && limit < 30.0", ["object.confidence=0.82", "limit=20"]),
        ("object.confidence > 0.6 || object.confidence < 0.1", ["object.confidence=0.82"]),
        ("has(object.area_px)", ["object.area_px=500"]),
        (
            "distance(object.position) < limit",
            ["distance(object.position)=12.5", "object.position=Point{latitude: 31}", "limit=20"]
        ),
        ("object.position.latitude > 1.0", ["object.position.latitude=31"]),
        ("['a'].exists(x, x == object.label)", ["object.label=waste_pile"]), ("true", []),
    ])
    func `traces what a condition looked at`(_ source: String, _ expected: [String]) throws {
        let program = try Program(source, in: Self.environment)
        #expect(program.trace(Store()).map { "\($0.path)=\($0.value.text)" } == expected)
        #expect(program.terms.flatMap { $0.trace(Store()) }.map { "\($0.path)=\($0.value.text)" } == expected)
    }

    @Test func `leaves out of the trace what has no value`() throws {
        let store = Store()
        store.label = nil
        let program = try Program("object.label == 'a' || limit > 1.0", in: Self.environment)
        #expect(program.trace(store).map(\.path) == ["limit"])
        #expect(program.evaluateBool(store) == .success(true))
    }

    @Test func `says so when the value is no bool`() throws {
        let program = try Program("limit + 1.0", in: Self.environment)
        #expect(program.resultType == .double)
        guard case .failure(let error) = program.evaluateBool(Store()) else { return #expect(Bool(false)) }
        #expect(error.kind == .noOverload)
    }
}
