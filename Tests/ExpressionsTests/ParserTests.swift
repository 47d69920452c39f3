import Expressions
import Testing

struct ParserTests {
    @Test(arguments: [
        ("1 +", 1, 4), ("1 + + 2", 1, 5), ("(1", 1, 3), ("[1, 2", 1, 6), ("{1: 2", 1, 6), ("a b", 1, 3), ("'abc", 1, 1),
        ("1 &&\n  & 2", 2, 3), ("'日本' + #", 1, 8), ("x = 1", 1, 3), ("\n\n  if", 3, 3), ("'a\nb'", 1, 1),
        ("'\\q'", 1, 2),
        ("'\\uD800'", 1, 2), ("b'\\u0041'", 1, 3), ("'\\x4'", 1, 2), ("'\\400'", 1, 2), ("'\\", 1, 2),
        ("9223372036854775808", 1, 1),
        ("1 + -9223372036854775809", 1, 5), ("18446744073709551616u", 1, 1), ("1e999", 1, 1), ("1.", 1, 3),
        ("0x", 1, 2), ("a.", 1, 3),
        ("a.in", 1, 3), ("a.true", 1, 3), ("f(1,)", 1, 5), ("{1}", 1, 3), ("[1,,2]", 1, 4), ("a[?]", 1, 4),
        ("`a`", 1, 1), ("a.`b", 1, 3),
        ("", 1, 1), ("// only a comment", 1, 18), ("has(1)", 1, 5), ("has(a)", 1, 5), ("[1].all(1, true)", 1, 9),
        ("[1].all(a.b, true)", 1, 9),
        ("[1].exists(i, i, true)", 1, 15), ("-!true", 1, 2), ("true ? 1", 1, 9), ("true ? 1 : ", 1, 12), ("1 in", 1, 5),
        ("var", 1, 1), (".1.2", 1, 3),
    ])
    func `says where the text is not an expression`(_ source: String, _ line: Int, _ column: Int) {
        let error = #expect(throws: ExpressionError.self) { try Program(source, in: Environment()) }
        #expect(error?.issues.count == 1)
        #expect(error?.position.line == line)
        #expect(error?.position.column == column)
        #expect(error?.message.isEmpty == false)
    }

    @Test(arguments: [
        String(repeating: "(", count: 10_000) + "1" + String(repeating: ")", count: 10_000),
        String(repeating: "[", count: 10_000), String(repeating: "{1:", count: 10_000),
        String(repeating: "!", count: 10_000) + "true",
        String(repeating: "-", count: 10_000) + "1", String(repeating: "a.", count: 10_000) + "a",
        String(repeating: "f(", count: 10_000),
        "1" + String(repeating: "+1", count: 10_000), "a" + String(repeating: "[0]", count: 10_000),
        String(repeating: "true?1:", count: 8000) + "1", "[1]" + String(repeating: ".map(x,x)", count: 5000),
        String(repeating: "-(", count: 10_000), "true" + String(repeating: "==true", count: 5000),
    ])
    func `refuses deep nesting`(_ source: String) {
        let error = #expect(throws: ExpressionError.self) { try Program(source, in: Environment()) }
        #expect(error?.message == "the expression is nested more than 200 levels deep")
    }

    @Test func `takes long chains of conditions`() throws {
        let source = Array(repeating: "true", count: 5000).joined(separator: " && ")
        let program = try Program(source, in: Environment())
        #expect(program.terms.count == 5000)
        #expect(outcome(of: source) == "true")
        #expect(outcome(of: Array(repeating: "false", count: 5000).joined(separator: " || ")) == "false")
    }

    @Test(arguments: [150, 33])
    func `takes nesting within the limit`(_ depth: Int) {
        let open = String(repeating: "(", count: depth)
        #expect(outcome(of: open + "1" + String(repeating: ")", count: depth)) == "1")
        #expect(outcome(of: "1" + String(repeating: " + 1", count: depth)) == "\(depth + 1)")
        #expect(outcome(of: String(repeating: "true ? ", count: 1) + "1 : 2") == "1")
        #expect(
            outcome(
                of: String(repeating: "[", count: depth) + "7" + String(repeating: "]", count: depth)
                    + String(repeating: "[0]", count: 40)
            ).isEmpty == false)
    }

    @Test func `refuses a text over the limit`() {
        let error = #expect(throws: ExpressionError.self) {
            try Program("'" + String(repeating: "a", count: 70_000) + "'", in: Environment())
        }
        #expect(error?.message == "the expression has 70002 bytes, the limit is 65536")
    }

    @Test func `without macros their names are functions`() {
        #expect(answer(toLine: #"{"expr":"[1].all(x, true)","disable_macros":true}"#).hasPrefix("{\"error\""))
        #expect(answer(toLine: #"{"expr":"[1].all(x, true)"}"#) == #"{"value":{"bool":true}}"#)
    }
}
