import Expressions
import Testing

struct FunctionTests {
    @Test(arguments: [
        ("int(1.9)", "1"), ("int(-1.9)", "-1"), ("int('-42')", "-42"), ("int(5u)", "5"), ("int(timestamp(7))", "7"),
        ("int(1e19)", "failed: overflow"), ("int(0.0/0.0)", "failed: overflow"), ("int(-9.3e18)", "failed: overflow"),
        ("int(9223372036854775807.0)", "failed: overflow"), ("int(18446744073709551615u)", "failed: overflow"),
        ("int('x')", "failed: invalid_argument"), ("int('9223372036854775808')", "failed: invalid_argument"),
        ("int('')", "failed: invalid_argument"), ("int('0x10')", "failed: invalid_argument"),
        ("uint(3)", "3u"), ("uint(3.99)", "3u"), ("uint('7')", "7u"), ("uint(-1)", "failed: overflow"),
        ("uint(-0.5)", "failed: overflow"), ("uint(18446744073709551616.0)", "failed: overflow"),
        ("uint('-1')", "failed: invalid_argument"), ("double(3)", "3"), ("double('1e2')", "100"),
        ("double('nan')", "NaN"), ("double('x')", "failed: invalid_argument"), ("string(1)", "\"1\""),
        ("string(1u)", "\"1\""), ("string(123.456)", "\"123.456\""), ("string(-4.5e-3)", "\"-0.0045\""),
        ("string(6.02214e23)", "\"6.02214e+23\""), ("string(1e-7)", "\"1e-07\""), ("string(100.0)", "\"100\""),
        ("string(true)", "\"true\""), ("string(b'abc')", "\"abc\""), ("string(b'\\xff')", "failed: invalid_argument"),
        ("string(timestamp(0))", "\"1970-01-01T00:00:00Z\""), ("string(duration('1h1ms'))", "\"3600.001s\""),
        ("string(duration('-1.5s'))", "\"-1.5s\""), ("bytes('ÿ') == b'\\xc3\\xbf'", "true"), ("bool('true')", "true"),
        ("bool('F')", "false"), ("bool('TrUe')", "failed: invalid_argument"), ("dyn(1)", "1"),
        ("timestamp('2009-02-13T23:31:30.5+01:00')", "2009-02-13T22:31:30.5Z"),
        ("timestamp('2024-02-30T00:00:00Z')", "failed: invalid_argument"),
        ("timestamp('2024-02-29T00:00:00Z')", "2024-02-29T00:00:00Z"),
        ("timestamp('2009-02-13 23:31:30Z')", "failed: invalid_argument"),
        ("timestamp('')", "failed: invalid_argument"),
        ("duration('1h2m3.5s')", "3723.5s"), ("duration('0')", "0s"), ("duration('-0.5ms')", "-0.0005s"),
        ("duration('1')", "failed: invalid_argument"), ("duration('s')", "failed: invalid_argument"),
        ("duration('9223372036854775808ns')", "failed: invalid_argument"),
        ("duration('-9223372036854775808ns')", "-9223372036.854775808s"), ("duration('1µs')", "0.000001s"),
    ])
    func `converts`(_ source: String, _ expected: String) {
        #expect(outcome(of: source) == expected)
    }

    @Test(arguments: [
        ("'Am\\u00E9lie' == 'Ame\\u0301lie'", "false"), ("'e\\u0301'.size()", "2"), ("size('👨‍👩‍👧')", "5"),
        ("{'\\u00E9': 1, 'e\\u0301': 2}.size()", "2"), ("'\\u00E9' in {'e\\u0301': 2}", "false"),
        ("'\\u00E9' in ['e\\u0301']", "false"), ("'\\u212A' == 'K'", "false"), ("'e\\u0301'.startsWith('e')", "true"),
        ("'e\\u0301'.contains('e')", "true"), ("'e\\u0301x'.charAt(1) == '\\u0301'", "true"),
        ("'\\u1E69' == '\\u0073\\u0307\\u0323'", "false"), ("'s\\u0323\\u0307' == 's\\u0307\\u0323'", "false"),
        ("'\\r\\n'.size()", "2"), ("'a\\r\\nb'.split('\\n').size()", "2"),
        ("'e\\u0301'.replace('e', 'a') == 'a\\u0301'", "true"),
        ("'日本'.reverse()", "\"本日\""), ("'日本語'.indexOf('語')", "2"), ("'日本語'.substring(1, 2)", "\"本\""),
    ])
    func `counts and compares code points`(_ source: String, _ expected: String) {
        #expect(outcome(of: source) == expected)
    }

    @Test(arguments: [
        ("'tacocat'.charAt(3)", "\"o\""), ("'tacocat'.charAt(7)", "\"\""),
        ("'tacocat'.charAt(8)", "failed: invalid_argument"),
        ("'tacocat'.indexOf('ac')", "1"), ("'tacocat'.indexOf('none')", "-1"), ("'tacocat'.indexOf('', 3)", "3"),
        ("'tacocat'.indexOf('a', 3)", "5"), ("'tacocat'.indexOf('a', 7)", "-1"),
        ("'tacocat'.indexOf('a', 30)", "failed: invalid_argument"),
        ("'tacocat'.indexOf('a', -1)", "failed: invalid_argument"),
        ("'tacocat'.lastIndexOf('at')", "5"), ("'tacocat'.lastIndexOf('')", "7"),
        ("'tacocat'.lastIndexOf('a', 4)", "1"),
        ("'tacocat'.lastIndexOf('tacocatx')", "-1"), ("'tacocat'.lastIndexOf('a', -1)", "failed: invalid_argument"),
        ("'aaaa'.lastIndexOf('aa')", "2"), ("'ta©o©αT'.lowerAscii()", "\"ta©o©αt\""),
        ("'tacoÆt'.upperAscii()", "\"TACOÆT\""),
        ("'12 days 12 hours'.replace('{0}', '2')", "\"12 days 12 hours\""), ("'aaa'.replace('a', 'b', 2)", "\"bba\""),
        ("'ab'.replace('', '-')", "\"-a-b-\""), ("'ab'.replace('', '-', 2)", "\"-a-b\""),
        ("'aa'.replace('a', 'b', 0)", "\"aa\""),
        ("'a,b,c'.split(',')", "[a, b, c]"), ("'a,b,c'.split(',', 2)", "[a, b,c]"), ("'abc'.split('')", "[a, b, c]"),
        ("'abc'.split('', 2)", "[a, bc]"), ("'a,b'.split(',', 0)", "[]"), ("'a,b'.split(',', 1)", "[a,b]"),
        ("'a,b'.split(',', -1)", "[a, b]"), ("''.split(',').size()", "1"), ("['a', 'b'].join('-')", "\"a-b\""),
        ("[].join('-')", "\"\""),
        ("'tacocat'.substring(4)", "\"cat\""), ("'tacocat'.substring(7)", "\"\""),
        ("'tacocat'.substring(2, 1)", "failed: invalid_argument"),
        ("'tacocat'.substring(40)", "failed: invalid_argument"), ("' \\t\\u00a0x\\u3000'.trim()", "\"x\""),
        ("'\\u200bx'.trim().size()", "2"), ("'gums'.reverse()", "\"smug\""),
        ("strings.quote('a\\n\"b\\\\')", "\"\\\"a\\\\n\\\\\\\"b\\\\\\\\\\\"\""),
        ("'hubba'.matches('^h.*a$')", "true"), ("matches('hubba', 'ubb')", "true"), ("'abc'.contains('')", "true"),
        ("base64.encode(b'hello')", "\"aGVsbG8=\""), ("base64.decode('aGVsbG8=') == b'hello'", "true"),
        ("base64.decode('aGVsbG8') == b'hello'", "true"), ("base64.decode('a')", "failed: invalid_argument"),
    ])
    func `works on strings`(_ source: String, _ expected: String) {
        #expect(outcome(of: source) == expected)
    }

    @Test(arguments: [
        ("'%s %s'.format(['a', 1])", "a 1"), ("'%d%%'.format([50])", "50%"), ("'%s'.format([1.0])", "1"),
        ("'%.3f'.format([123.4994])", "123.499"), ("'%.3f'.format([123.4999])", "123.500"),
        ("'%f'.format([1])", "1.000000"),
        ("'%.0f'.format([2.5])", "2"), ("'%.0f'.format([3.5])", "4"), ("'%.2f'.format([-0.005])", "-0.01"),
        ("'%.1f'.format([9.95])", "9.9"),
        ("'%f'.format([1e21])", "1000000000000000000000.000000"), ("'%e'.format([1052.032911275])", "1.052033e+03"),
        ("'%.1e'.format([-3.14])", "-3.1e+00"), ("'%e'.format([0.0])", "0.000000e+00"),
        ("'%.2e'.format([0.00099999])", "1.00e-03"),
        ("'%x'.format([255])", "ff"), ("'%X'.format([-255])", "-FF"), ("'%x'.format(['hi'])", "6869"),
        ("'%x'.format([b'\\xff'])", "ff"),
        ("'%o'.format([8])", "10"), ("'%b'.format([5])", "101"), ("'%b'.format([true])", "1"),
        ("'%b'.format([-5])", "-101"),
        ("'%s'.format([[1, 'a', null, 1.5]])", "[1, a, null, 1.5]"),
        ("'%s'.format([{'b': 1, 'a': 2.0}])", "{a: 2, b: 1}"),
        ("'%s'.format([duration('1h')])", "3600s"), ("'%s'.format([timestamp(0)])", "1970-01-01T00:00:00Z"),
        ("'%s'.format([int])", "int"),
        ("'%f'.format([0.0/0.0])", "NaN"), ("'%e'.format(['-Infinity'])", "-Infinity"),
        ("'%e'.format([-1.0/0.0])", "-Infinity"),
        ("'%d'.format([9223372036854775807])", "9223372036854775807"),
        ("'%.6f'.format([5e-324])", "0.000000"), ("'%.1f'.format([0.25])", "0.2"), ("'%.1f'.format([0.75])", "0.8"),
    ])
    func `formats`(_ source: String, _ expected: String) {
        #expect(outcome(of: source) == "\"\(expected)\"")
    }

    @Test(arguments: [
        "'%d'.format(['a'])", "'%s'.format([])", "'x'.format([1])", "'%z'.format([1])", "'%'.format([1])",
        "'%.f'.format([1])",
        "'%.101f'.format([1.0])", "'%x'.format([1.5])", "'%b'.format(['a'])", "'%f'.format(['a'])",
    ])
    func `refuses a format that does not suit its values`(_ source: String) {
        #expect(outcome(of: source) == "failed: invalid_argument")
    }

    @Test(arguments: [
        ("math.greatest(1, 2, 3)", "3"), ("math.greatest([1.5, 2.5])", "2.5"), ("math.least(1u, 2u)", "1u"),
        ("math.least(-1, 2.5, 3u)", "-1"),
        ("math.greatest(dyn([]))", "failed: invalid_argument"), ("math.greatest(dyn('a'))", "failed: no_such_overload"),
        ("math.ceil(1.2)", "2"),
        ("math.floor(-1.2)", "-2"), ("math.round(1.5)", "2"), ("math.round(-1.5)", "-2"), ("math.round(2.5)", "3"),
        ("math.trunc(-1.9)", "-1"),
        ("math.abs(-5)", "5"), ("math.abs(-9223372036854775808)", "failed: overflow"), ("math.abs(-1.5)", "1.5"),
        ("math.sign(-7)", "-1"),
        ("math.sign(3u)", "1u"), ("math.sign(-0.5)", "-1"), ("math.isNaN(0.0/0.0)", "true"),
        ("math.isInf(1.0/0.0)", "true"),
        ("math.isFinite(1.0/0.0)", "false"), ("math.bitAnd(12, 10)", "8"), ("math.bitOr(12u, 3u)", "15u"),
        ("math.bitXor(5, 1)", "4"),
        ("math.bitNot(0)", "-1"), ("math.bitNot(0u)", "18446744073709551615u"), ("math.bitShiftLeft(1, 3)", "8"),
        ("math.bitShiftLeft(1, 64)", "0"), ("math.bitShiftRight(-1, 60)", "15"),
        ("math.bitShiftRight(1u, -1)", "failed: invalid_argument"),
        ("math.sqrt(16)", "4"),
    ])
    func `computes with the math extension`(_ source: String, _ expected: String) {
        #expect(outcome(of: source) == expected)
    }

    @Test(arguments: [
        ("getFullYear()", "2009"), ("getMonth()", "1"), ("getDate()", "13"), ("getDayOfMonth()", "12"),
        ("getDayOfWeek()", "5"),
        ("getDayOfYear()", "43"), ("getHours()", "23"), ("getMinutes()", "31"), ("getSeconds()", "30"),
        ("getMilliseconds()", "123"),
        ("getHours('+08:00')", "7"), ("getDate('+08:00')", "14"), ("getHours('08:00')", "7"),
        ("getMinutes('-09:30')", "1"),
        ("getHours('UTC')", "23"), ("getHours('Asia/Shanghai')", "7"),
        ("getHours('Mars/Olympus')", "failed: invalid_argument"),
        ("getHours('../../etc/passwd')", "failed: invalid_argument"),
        ("getHours('+99:00')", "failed: invalid_argument"), ("getHours('')", "failed: invalid_argument"),
    ])
    func `reads the fields of a timestamp`(_ call: String, _ expected: String) {
        #expect(outcome(of: "timestamp('2009-02-13T23:31:30.123456789Z').\(call)") == expected)
    }
}
