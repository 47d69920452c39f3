import Testing

@testable import Expressions

@Suite struct HintTests {
    static let environment = Environment(
        variables: [
            Variable("object", .object("Object")), Variable("objects", .list(.object("Object"))),
            Variable("param", .object("Param")),
        ],
        records: [
            RecordType("Object", fields: [.init("label", .string), .init("confidence", .double)]),
            RecordType("Param", fields: [.init("least", .double, constant: 60)]),
        ],
        functions: [
            .member("distance_m", of: .object("Object"), [.object("Object")], result: .double) {
                _ throws(EvaluationError) in .double(1)
            },
            .global("head", [.object("Object")], result: .string) { _ throws(EvaluationError) in .string("") },
        ], absent: ["other": "there is none here"])

    private static func hint(_ source: String) -> String? {
        do {
            _ = try Program(source, in: environment)
            return "no mistake"
        } catch {
            return error.hint
        }
    }

    @Test(arguments: [
        ("object.confidence => 0.5", "greater or equal is '>='"), ("object.confidence =< 0.5", "less or equal is '<='"),
        ("object.confidence = 0.5", "equality is '=='"), ("object.confidence <> 0.5", "inequality is '!='"),
        ("true and false", "conjunction is '&&'"), ("true OR false", "disjunction is '||'"),
        ("not true", "negation is '!'"), ("not(true)", "negation is '!'"),
        ("true && not object.label == ''", "negation is '!'"),
        ("object.confidence > 0,5", "write 0.5, with a point"),
        ("object.confidence ≥ 0.5", "write '>='"), ("object.confidence ≤ 0.5", "write '<='"),
        ("object.label ≠ 'x'", "write '!='"), ("object.confidence ＞ 0.5", "write '>'"),
        ("object.confidence ＜ 0.5", "write '<'"), ("object.label == “x”", "write '\"'"),
        ("object.distance_m（object）", "write '('"), ("true ＝＝ true", "write '=='"), ("true ？ 1 ： 2", "write '?'"),
        ("true ? 1 ： 2", "write ':'"), ("[1，2]", "write ','"), ("true\u{3000}&& true", "write a plain blank"),
        ("object.label == garbage", "put text in quotes: 'garbage'"),
        ("garbage != object.label", "put text in quotes: 'garbage'"),
        ("object.label in [garbage, 'x']", "put text in quotes: 'garbage'"),
        ("objects.exists(o, o.label == objct)", "did you mean 'object'?"),
        ("object.label == other", "there is none here"), ("object.label in [other]", "there is none here"),
        ("label == 'garbage'", "did you mean 'object.label'?"), ("'garbage' != label", "did you mean 'object.label'?"),
        ("label in ['garbage']", "did you mean 'object.label'?"),
        ("confidence > 0.5", "did you mean 'object.confidence'?"), ("0.5 < least", "did you mean 'param.least'?"),
        ("objects.exists(o, label == 'x')", "did you mean 'o.label' or 'object.label'?"),
        ("object.label == label", "did you mean 'object.label'?"),
        ("distance_m(object) > 1.0", "it is written Object.distance_m(Object)"),
        ("object.head() == ''", "it is written head(Object)"), ("other.label == ''", "there is none here"),
        ("objct.label == ''", "did you mean 'object'?"),
    ])
    func `what to write instead is said`(source: String, hint: String) { #expect(Self.hint(source) == hint) }

    @Test(arguments: [
        "1 , 5", "true 5", "a(1,5", "object.label == 'x' 'y'", "€", "[0,5", "garbage == 'x'", "garbage == 1",
    ])
    func `nothing is said where nothing is known`(source: String) { #expect(Self.hint(source) == nil) }

    @Test(arguments: [
        ("object.confidence >= 50", "Object.confidence >= 50.0 object.confidence nil"),
        ("50.0 < object.confidence", "Object.confidence > 50.0 object.confidence nil"),
        ("true && (false || object.confidence < -1.5)", "Object.confidence < -1.5 object.confidence nil"),
        ("objects.exists(o, o.confidence == param.least)", "Object.confidence == 60.0 o.confidence param.least"),
        ("object.distance_m(object) <= 5.0", "distance_m() <= 5.0 object.distance_m(object) nil"),
    ])
    func `what is held against a constant is known`(source: String, wanted: String) throws {
        let found = try Program(source, in: Self.environment).comparisons
        let said = found.map { comparison in
            guard case .number(let number) = comparison.constant else { return "no number" }
            return "\(comparison.subject) \(comparison.sign.rawValue) \(number) \(comparison.subjectText) "
                + (comparison.path ?? "nil")
        }
        #expect(said == [wanted])
    }

    @Test func `members of a list are compared too`() throws {
        let found = try Program("object.label in ['a', 'B c'] || object.label != 'D'", in: Self.environment).comparisons
        #expect(found.map(\.constant) == [.text("a"), .text("B c"), .text("D")])
        #expect(found.map(\.position.column) == [18, 23, 49])
    }

    @Test func `a long list, a long text and many comparisons are cut`() throws {
        let members = (0..<500).map { "'x\($0)'" }.joined(separator: ",")
        let listed = try Program("object.label in [\(members)]", in: Self.environment).comparisons
        #expect(listed.count == Comparison.maximumMembers)
        #expect(listed.last?.text == "object.label in ['x99']")
        let names = String(repeating: "名", count: 500)
        let long = try Program("object.label == '\(names)'", in: Self.environment).comparisons
        #expect(long.map(\.constant) == [.text(names)])
        #expect(long.allSatisfy { $0.text.hasSuffix("名…") && $0.text.utf8.count <= Comparison.maximumText + 3 })
        let few = Array(repeating: "'x'", count: 120).joined(separator: ",")
        let many = Array(repeating: "object.label in [\(few)]", count: 12).joined(separator: "||")
        #expect(try Program(many, in: Self.environment).comparisons.count == Comparison.maximum)
    }

    @Test(arguments: ["object.confidence > object.confidence", "1 < 2", "object.label.size() > 3", "param.least > 1.0"])
    func `nothing else counts as held against a constant`(source: String) throws {
        #expect(try Program(source, in: Self.environment).comparisons.isEmpty)
    }
}
