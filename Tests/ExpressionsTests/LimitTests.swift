import Expressions
import Testing

@Suite(.timeLimit(.minutes(1)))
struct LimitTests {
    private static let ten = "[0,1,2,3,4,5,6,7,8,9]"

    @Test(arguments: [
        // 10^8 rounds.
        "\(ten).all(a, \(ten).all(b, \(ten).all(c, \(ten).all(d, \(ten).all(e, \(ten).all(f, \(ten).all(g, \(ten).all(h, true))))))))",
        // 2^60 elements through shared lists: compared, written, searched.
        "\(doubling("a == a"))", "\(doubling("'%s'.format([a])"))", "\(doubling("a in [a]"))",
        "\(doubling("sets.contains([b60], [a])"))", "\(doubling("[b60, c60].distinct()"))",
        "\(doubling("[a].flatten(99)"))",
        "lists.range(100001)", "[lists.range(60000), lists.range(60000)].flatten()",
        // Long strings that are alike, sorted, searched and replaced.
        "cel.bind(t, '\(String(repeating: "a", count: 20_000))', lists.range(2000).map(i, t).sort())",
        "regex.extractAll('\(String(repeating: "a", count: 20_000))', 'a(?:a*b)?')",
        "regex.replace('\(String(repeating: "a", count: 20_000))', 'a', '\(String(repeating: "b", count: 2000))')",
        // Strings and lists that double.
        "\(growing("'0123456789abcdef'"))", "\(growing("b'0123456789abcdef'"))",
        "\(growing("[0, 1, 2, 3, 4, 5, 6, 7]"))",
        "'\(String(repeating: "a", count: 20_000))'.replace('', '\(String(repeating: "b", count: 20_000))')",
        "\(ten).map(a, \(ten).map(b, \(ten).map(c, \(ten).map(d, '\(String(repeating: "ab", count: 9000))'.matches('^(a?b?)*$')))))",
    ])
    func `stops what would take too long or too much`(_ source: String) {
        #expect(outcome(of: source) == "failed: limit")
    }

    /// Sixty nested bindings, each a list of the one before, twice.
    private static func doubling(_ body: String) -> String {
        var source = body.replacing("a ==", with: "b60 ==").replacing("== a", with: "== c60").replacing(
            "[a]", with: "[c60]"
        ).replacing("a in", with: "b60 in")
        for level in (1...60).reversed() {
            source =
                "cel.bind(b\(level), [b\(level - 1), b\(level - 1)], cel.bind(c\(level), [c\(level - 1), c\(level - 1)], \(source)))"
        }
        return "cel.bind(b0, [dyn(1)], cel.bind(c0, [dyn(1)], \(source)))"
    }

    private static func growing(_ start: String) -> String {
        var source = "x30.size()"
        for level in (1...30).reversed() { source = "cel.bind(x\(level), x\(level - 1) + x\(level - 1), \(source))" }
        return "cel.bind(x0, \(start), \(source))"
    }

    @Test func `does not infer exponentially large types`() {
        var source = "b60 == b60"
        for level in (1...60).reversed() { source = "cel.bind(b\(level), {b\(level - 1): b\(level - 1)}, \(source))" }
        #expect(outcome(of: "cel.bind(b0, 1, \(source))") == "failed: invalid_argument")
    }

    @Test func `charges a pattern for what it visits`() {
        let pattern = "(a|" + String(repeating: "(|)", count: 900) + ")*$"
        let source = "['\(String(repeating: "a", count: 30_000))b'].all(t, t.matches('\(pattern)'))"
        #expect(outcome(of: source) == "failed: limit")
    }

    @Test func `joins many short strings`() {
        let source =
            "\(Self.ten).map(a, \(Self.ten).map(b, \(Self.ten).map(c, '0123456789').join('')).join('')).join(', ').size()"
        #expect(outcome(of: source) == "10018")
    }

    @Test func `does not write an exponentially long answer`() {
        var source = "x40"
        for level in (1...40).reversed() { source = "cel.bind(x\(level), [x\(level - 1), x\(level - 1)], \(source))" }
        #expect(
            answer(toLine: "{\"expr\":\"cel.bind(x0, [1], \(source))\"}")
                == #"{"error":"the value is too long to write"}"#)
    }

    @Test(arguments: [
        "", "{", "[]", "1", "\"a\"", "{}", "{\"expr\":1}", "{\"expr\":\"1\"", "{\"expr\":\"1\"}x",
        "{\"expr\":\"x\",\"bindings\":[]}",
        "{\"expr\":\"x\",\"bindings\":{\"x\":1}}",
        "{\"expr\":\"x\",\"bindings\":{\"x\":{\"int\":\"9223372036854775808\"}}}",
        "{\"expr\":\"x\",\"bindings\":{\"x\":{\"map\":[[{\"int\":\"1\"}]]}}}",
        "{\"expr\":\"x\",\"bindings\":{\"x\":{\"map\":[[{\"null\":null},{\"null\":null}]]}}}",
        "{\"expr\":\"x\",\"bindings\":{\"x\":{\"bytes\":\"abc\"}}}",
        "{\"expr\":\"x\",\"bindings\":{\"x\":{\"bytes\":\"zz\"}}}", "{\"expr\":\"\\ud800\"}", "{\"expr\":\"\\u12\"}",
        "{\"expr\":\"a\nb\"}",
        "{\"expr\":\"x\",\"bindings\":{\"x\":" + String(repeating: "{\"list\":[", count: 10_000),
        String(repeating: "[", count: 100_000), "{\"expr\":\"1 +\"}",
    ])
    func `answers a malformed line with an error`(_ line: String) {
        #expect(answer(toLine: line).hasPrefix("{\"error\":\""))
    }

    @Test func `answers with every type of value`() {
        let line =
            #"{"expr":"[null, true, -1, 2u, 0.5, 'a\"\\n\\u0001', b'\\x01', {'k': 1}, timestamp(0), duration('1500ms'), int]"}"#
        let expected =
            #"{"value":{"list":[{"null":null},{"bool":true},{"int":"-1"},{"uint":"2"},{"double":"0.5"},{"string":"a\"\u000a\u0001"},{"bytes":"01"},"#
            + #"{"map":[[{"string":"k"},{"int":"1"}]]},{"timestamp":"1970-01-01T00:00:00Z"},{"duration":"1.5s"},{"type":"int"}]}}"#
        #expect(answer(toLine: line) == expected)
        #expect(answer(toLine: #"{"expr":"x","bindings":{"x":{"double":"-inf"}}}"#) == #"{"value":{"double":"-inf"}}"#)
        #expect(answer(toLine: #"{"expr":"x","bindings":{"x":{"double":"nan"}}}"#) == #"{"value":{"double":"nan"}}"#)
    }

    private static let bounded = {
        var options = Environment.Options()
        options.limits.rounds = 100_000
        return Environment(
            variables: [Variable("l", .list(.int)), Variable("m", .map(.string, .dyn))], options: options)
    }()

    @Test(arguments: [
        "l.all(a, l.all(b, l.all(c, a < b)))", "m.all(k, l.map(a, l.filter(b, b > a)).size() > 0)",
        "cel.bind(x, l + l + l + l, x.all(a, x.all(b, a == b)))",
        "l.map(a, l).all(r, r.all(a, r.all(b, a == b)))", "[1, 2].all(a, l.all(b, l.all(c, l.all(d, true))))",
        "cel.block([l], cel.index(0).all(a, l.all(b, l.all(c, true))))",
        "l.transformMapEntry(i, a, {a: i}).all(a, l.all(b, l.all(c, true)))",
        "lists.range(1000).all(a, l.all(b, a == b))", "lists.range(l[0]).all(a, l.exists(b, a == b))",
        "[l, l].flatten().all(a, l.all(b, a == b))", "m.map(k, [k]).flatten().all(a, l.exists(b, true))",
        "l.sort().all(a, l.reverse().all(b, l.slice(0, 9).distinct().all(c, true)))",
        "l.sortBy(a, size(l.filter(b, l.exists(c, c < b))))",
    ])
    func `refuses what may take too many rounds before it is evaluated`(_ source: String) {
        let error = #expect(throws: ExpressionError.self) { try Program(source, in: Self.bounded) }
        #expect(error?.message.contains("rounds over lists of 256 elements, the limit is 100000") == true)
    }

    @Test(arguments: [
        "l.all(a, l.all(b, a == b))", "l.all(a, [1, 2, 3].all(b, a != b)) && l.exists(a, a > 1)",
        "lists.range(10).all(a, l.all(b, a == b))", "l.sort().all(a, l.all(b, a == b))",
        "l.sortBy(a, -a).all(a, l.all(b, a == b))", "[[1], [2, 3]].flatten().all(a, l.all(b, a == b))",
        "l.map(a, [a]).flatten().all(a, a > 0)",
        "[[1, 2], [3]].all(a, a.all(b, [4].all(c, b < c)))", "l.filter(a, a > 0).map(a, a * 2).exists(a, a == 4)",
    ])
    func `takes what is bounded`(_ source: String) {
        #expect(throws: Never.self) { try Program(source, in: Self.bounded) }
    }
}
