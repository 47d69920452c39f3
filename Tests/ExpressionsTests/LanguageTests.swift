import Expressions
import Testing

struct LanguageTests {
    @Test(arguments: [
        // Literals.
        "0xFF == 255", "0xffu == 255u", ".5 == 0.5", "1e3 == 1000.0", "1.5E-1 == 0.15",
        "-9223372036854775808 < 0", "18446744073709551615u > 0u",
        "'\\x41\\u0042\\U00000043\\104' == 'ABCD'", "b'\\xff\\377' == b'\\xFF\\xff'", "b'\\303\\277' == bytes('ÿ')",
        "r'\\n' == '\\\\n'", "R\"\\d\".size() == 2", "'''a\n'b''' == \"a\\n'b\"", "\"\"\"x\"y\"\"\" == 'x\"y'",
        "br'\\x' == b'\\\\x'", "bR'''a''' == b'a'", "'\\?\\`\\\"\\'' == \"?`\\\"'\"",
        "'\\a\\b\\f\\n\\r\\t\\v'.size() == 7",
        "'\\U0001F600'.size() == 1",
        // Comments, blanks, commas.
        "1 // one\n + 2 == 3", "[1, 2,].size() == 2", "{'a': 1,}.size() == 1", "\t\u{0C}\r\n true",
        // Precedence and grouping.
        "1 + 2 * 3 == 7", "(1 + 2) * 3 == 9", "-2 - -3 == 1", "10 - 4 - 3 == 3", "2 * 3 % 4 == 2", "!true || true",
        "true || false && false", "1 < 2 == true", "true ? (false ? 1 == 2 : true) : false",
        "false ? 1 == 2 : false ? false : true", "--1 == 1", "!!true",
        // Fields and indexes of maps.
        "{'a': 1}.a == 1", "{'a': {'b': 2}}.a.b == 2", "{'a': 1}['a'] == 1", "{1: 'x'}[dyn(1u)] == 'x'",
        "{1u: 'x'}[dyn(1.0)] == 'x'", "{true: 1}[true] == 1", "{'if': 3}.if == 3",
        "{'a-b': 1, 'c/d.e f': 2}.`a-b` == 1",
        "{'c/d.e f': 2}.`c/d.e f` == 2", "has({'a': 1}.a)", "!has({'a': 1}.b)", "has({'a.b': 1}.`a.b`)",
        "'a' in {'a': 1}", "dyn(1.0) in [1]", "!(2 in {1: 1})", "dyn(1u) in {1: 1}",
        // Types.
        "type(1) == int", "type(1u) == uint", "type(1.0) == double", "type('') == string", "type(b'') == bytes",
        "type(true) == bool", "type(null) == null_type", "type([]) == list", "type({}) == map", "type(int) == type",
        "type(type(1)) == type(string)", "type(timestamp(0)) == google.protobuf.Timestamp",
        "type(duration('1s')) == google.protobuf.Duration", "int != dyn(1)", "type(dyn(1)) == int",
        // Equality across types.
        "dyn(1) == 1.0", "dyn(1u) != 2", "dyn('1') != 1", "[1, 'a', null] == [1.0, 'a', null]",
        "{'a': [1]} == {'a': dyn([1.0])}", "dyn(0.0/0.0) != dyn(0.0/0.0)", "dyn([]) != {}", "null == dyn(null)",
        "timestamp(0) != null", "1 < 1.5", "2u > 1.5", "dyn(-1) < 0u",
        // Order.
        "false < true", "'a' < 'b'", "'Z' < 'a'", "'\\uFFFF' < '\\U00010000'", "b'\\x01' < b'\\x01\\x00'",
        "timestamp(1) > timestamp(0)", "duration('1m') <= duration('60s')",
        // Sums.
        "'a' + 'b' == 'ab'", "b'a' + b'b' == b'ab'", "[1] + [2] == [1, 2]", "[1] + [dyn('a')] == [1, 'a']",
        "timestamp(10) - duration('4s') == timestamp(6)", "duration('1s') + timestamp(1) == timestamp(2)",
    ])
    func `evaluates to true`(_ source: String) {
        #expect(outcome(of: source) == "true")
    }

    @Test(arguments: [
        ("7 / 2", "3"), ("-7 / 2", "-3"), ("-7 % 2", "-1"), ("7.0 / 2.0", "3.5"), ("1.0 / 0.0", "Infinity"),
        ("-1.0 / 0.0", "-Infinity"), ("0.0 / 0.0", "NaN"), ("-0.0", "-0"), ("1e308 * 10.0", "Infinity"),
        ("5u - 3u", "2u"), ("-(-3)", "3"), ("2.5 * 2.0 - 1.0", "4"),
        ("9223372036854775807 + 1", "failed: overflow"), ("-9223372036854775808 / -1", "failed: overflow"),
        ("-(-9223372036854775808)", "failed: overflow"), ("-9223372036854775808 % -1", "failed: overflow"),
        ("0u - 1u", "failed: overflow"), ("3037000500 * 3037000500", "failed: overflow"),
        ("1 / 0", "failed: division_by_zero"), ("1 % 0", "failed: division_by_zero"),
        ("1u / 0u", "failed: division_by_zero"), ("1u % 0u", "failed: division_by_zero"),
        ("duration('9000000000s') + duration('9000000000s')", "failed: overflow"),
        ("timestamp('9999-12-31T23:59:59Z') + duration('1s')", "failed: overflow"),
    ])
    func `computes with numbers`(_ source: String, _ expected: String) {
        #expect(outcome(of: source) == expected)
    }

    @Test(arguments: [
        ("false && 1 / 0 > 0", "false"), ("1 / 0 > 0 && false", "false"), ("true || 1 / 0 > 0", "true"),
        ("1 / 0 > 0 || true", "true"), ("true && 1 / 0 > 0", "failed: division_by_zero"),
        ("1 / 0 > 0 || false", "failed: division_by_zero"), ("true ? 1 : 1 / 0", "1"),
        ("1 / 0 > 0 ? 1 : 2", "failed: division_by_zero"), ("[1, 2].all(x, x / 0 > 0 && false)", "false"),
        ("[0, 1].exists(x, 1 / x == 1)", "true"), ("[0, 2].exists(x, 1 / x == 1)", "failed: division_by_zero"),
        ("[0, 2].all(x, 1 / x == 1)", "false"), ("[1, 0].exists_one(x, 1 / x == 1)", "failed: division_by_zero"),
        ("dyn(1) && false", "false"), ("dyn('a') || true", "true"), ("dyn(1) && true", "failed: no_such_overload"),
        ("(1 / 0 > 0 && 2 > 1 && 3 > 4) == false", "true"), ("1 / 0 == 1 && 1 % 0 == 1 && false && true", "false"),
    ])
    func `lets one side decide over the error of the other`(_ source: String, _ expected: String) {
        #expect(outcome(of: source) == expected)
    }

    @Test(arguments: [
        ("[1, 2, 3].map(x, x * 2)", "[2, 4, 6]"), ("[1, 2, 3].map(x, x > 1, x * 2)", "[4, 6]"),
        ("[1, 2, 3].filter(x, x % 2 == 1)", "[1, 3]"), ("{'a': 1, 'b': 2}.filter(k, k != 'a')", "[b]"),
        ("{'a': 1}.map(k, k + '!')", "[a!]"), ("[5, 6].all(i, v, v == i + 5)", "true"),
        ("[5, 6].exists(i, v, i == 1 && v == 6)", "true"), ("{'a': 1}.all(k, v, k == 'a' && v == 1)", "true"),
        ("[5, 6].existsOne(i, v, v > 5)", "true"), ("{'a': 1, 'b': 1}.existsOne(k, v, v == 1)", "false"),
        ("[1, 2, 3].existsOne(x, x > 2)", "true"), ("[1, 2].transformList(i, v, i * 10 + v)", "[1, 12]"),
        ("[1, 2].transformList(i, v, i > 0, v)", "[2]"), ("{'a': 1}.transformList(k, v, k)", "[a]"),
        ("{'a': 1, 'b': 2}.transformMap(k, v, v * 10)", "{a: 10, b: 20}"),
        ("{'a': 1, 'b': 2}.transformMap(k, v, v > 1, v)", "{b: 2}"), ("[7, 8].transformMap(i, v, v)", "{0: 7, 1: 8}"),
        ("{'a': 1}.transformMapEntry(k, v, {v: k})", "{1: a}"),
        ("{'a': 1, 'b': 2}.transformMapEntry(k, v, v > 1, {v: k})", "{2: b}"),
        ("{'a': 1, 'b': 1}.transformMapEntry(k, v, {v: k})", "failed: invalid_argument"),
        ("[[1], [2, 3]].exists(x, x.exists(y, y == 3))", "true"), ("[1, 2].all(x, [x].all(x, x > 0))", "true"),
        ("cel.bind(x, 2, x * x)", "4"), ("cel.bind(x, 1, [2].map(y, cel.bind(x, y, x + 1)) + [x])", "[3, 1]"),
        ("dyn(1).all(x, true)", "failed: no_such_overload"), ("[true].map(x, x ? 1 : 2)", "[1]"),
        ("[].exists(x, x)", "false"), ("[].all(x, x)", "true"),
    ])
    func `expands macros`(_ source: String, _ expected: String) {
        #expect(outcome(of: source) == expected)
    }

    @Test(arguments: [
        ("{'a': 1, 'a': 2}", "failed: invalid_argument"), ("{0: 1, 0u: 2}", "failed: invalid_argument"),
        ("{1.5: 1}", "failed: invalid_argument"), ("{null: 1}", "failed: invalid_argument"),
        ("{'a': 1}.b", "failed: absent"), ("{'a': 1}['b']", "failed: absent"), ("[1][1]", "failed: absent"),
        ("[1][-1]", "failed: absent"), ("[1][dyn(9223372036854775807)]", "failed: absent"),
        ("[1][dyn(18446744073709551615u)]", "failed: absent"), ("[1][dyn(0.5)]", "failed: invalid_argument"),
        ("[1][dyn(0.0/0.0)]", "failed: invalid_argument"), ("{'a': 1}[dyn(1.5)]", "failed: absent"),
        ("{'a': 1}[dyn(null)]", "failed: no_such_overload"), ("dyn(1).a", "failed: no_such_overload"),
        ("has(dyn(1).a)", "failed: no_such_overload"), ("dyn(1) in dyn(2)", "failed: no_such_overload"),
        ("dyn([1]) < dyn([2])", "failed: no_such_overload"), ("-dyn(1u)", "failed: no_such_overload"),
        ("dyn(1) + dyn(1.0)", "failed: no_such_overload"), ("dyn(1.0) % dyn(1.0)", "failed: no_such_overload"),
    ])
    func `fails at evaluation`(_ source: String, _ expected: String) {
        #expect(outcome(of: source) == expected)
    }
}
