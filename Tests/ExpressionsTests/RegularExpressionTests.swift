import Expressions
import Testing

struct RegularExpressionTests {
    @Test(arguments: [
        ("abc", "xabcx", true), ("^abc$", "xabc", false), ("a.c", "a\nc", false), ("(?s)a.c", "a\nc", true),
        ("(?i)HeLLo", "hEllO", true),
        ("(?i)straße", "STRAßE", true), ("(?i)[a-z]+$", "ABC", true), ("(?i)\u{212A}", "k", true), ("(?i)é", "É", true),
        ("a(?i)b", "aB", true),
        ("a(?i:b)c", "aBC", false), ("(?-i:a)", "A", false), ("[^abc]", "abc", false), ("[^abc]", "abcd", true),
        ("[]a]", "]", true), ("[a-]", "-", true),
        ("[\\d-]", "-", true), ("[\\]]", "]", true), ("[[:alpha:]]", "1", false), ("[[:^alpha:]]", "1", true),
        ("\\d{2,3}", "1", false), ("^\\d{2,3}$", "123", true),
        ("^\\d{2,}$", "1234", true), ("^a{0}$", "", true), ("a{,2}", "a{,2}", true), ("a{", "a{", true),
        ("\\bfoo\\b", "a foo b", true), ("\\bfoo\\b", "afoob", false),
        ("\\Bo", "foo", true), ("\\Afoo\\z", "foo", true), ("^b", "a\nb", false), ("(?m)^b$", "a\nb\nc", true),
        ("gr(a|e)y", "grey", true), ("(|a)b", "b", true),
        ("a|", "zzz", true), ("(?:ab)+c", "ababc", true), ("(?P<n>a)(?<m>b)", "ab", true), ("a*?b", "aaab", true),
        ("a+?", "a", true), ("a??", "", true),
        ("\\x41\\x{1F600}", "A😀", true), ("\\101\\0", "A\0", true), ("\\pL+", "日本", true), ("^\\p{Lu}$", "a", false),
        ("\\P{L}", "1", true), ("\\p{^L}", "a", false),
        ("\\p{Han}{2}", "日本", true), ("^.$", "é", true), ("^.$", "e\u{301}", false), ("^..$", "e\u{301}", true),
        ("\\Qa.b\\E", "axb", false), ("\\Qa.b\\E+", "a.bbb", true),
        ("\\s", "\u{0B}", false), ("[\\s]", "\t", true), ("\\S\\D\\W", "x!!", true), ("[^\\D5]", "5", false),
        ("[\\w&&]", "&", true), ("\\.", "a", false), ("\\_", "_", true),
        ("(a|b)*c|d", "d", true), ("^(a?){3}a{3}$", "aaa", true), ("$^", "", true), ("x*", "", true),
        ("", "anything", true), ("^$", "\n", false), ("[α-ω]+", "λόγος", true),
    ])
    func `matches as RE2 does`(_ pattern: String, _ text: String, _ expected: Bool) {
        #expect(matches(pattern, text) == "\(expected)")
    }

    @Test(arguments: [
        "(", ")", "[", "[a", "a**", "*", "+a", "?", "a{2,1}", "a{1001}", "\\", "(?<n", "(?P<>a)", "(?z)", "(?",
        "[[:nope:]]", "\\pX", "\\p{Nope}", "[z-a]", "\\8", "\\1",
        "\\x{110000}", "\\xZ", "\\C", "(?=a)", "(?!a)", "(a{500}){500}", "((((a{1000}){1000}){1000}){1000})",
        "(((){1000}){1000}){1000}", "\\y", "a+*",
        String(repeating: "(", count: 3000) + String(repeating: ")", count: 1000), String(repeating: "a", count: 5000),
    ])
    func `refuses a pattern that is none or too large`(_ pattern: String) {
        #expect(matches(pattern, "a") == "failed: invalid_argument")
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            "(a*)*b", "(a|a)*b", "(a|aa)+$b", "^(.*?,){11}P", "(x+x+)+y", "a*a*a*a*a*a*a*a*b", "(a?){50}a{50}b",
        ])
    func `takes linear time on patterns that make others explode`(_ pattern: String) {
        let clock = ContinuousClock()
        let text = String(repeating: "a", count: 5000)
        let time = clock.measure { #expect(matches(pattern, text) == "false") }
        #expect(time < .seconds(5))
    }

    private func matches(_ pattern: String, _ text: String) -> String {
        let environment = Environment(variables: [Variable("text", .string), Variable("pattern", .string)])
        return outcome(
            of: "text.matches(pattern)", in: environment, ["text": .string(text), "pattern": .string(pattern)])
    }
}
