import Expressions
import Testing

/// Expressions broken at random. Whatever happens is right but a trap, a hang or an overflow of the stack.
struct MutationTests {
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        /// SplitMix64.
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    private static let seeds = [
        "object.label == 'waste_pile' && object.confidence > 0.6 && object.area_px > 400.0",
        "[1, 2, 3].map(x, x * 2).exists(y, y > 4)",
        "{'a': 1, 'b': [1.5, 2u, null]}.all(k, v, v != 'x')", "-9223372036854775808 / -1 + 9223372036854775807 % 3",
        "'a\\u00e9\\x41'.matches('^(a|b)*[c-e]{2,5}\\\\d+$')",
        "timestamp('2009-02-13T23:31:30.5Z').getHours('+08:00') - int(duration('1h2m').getMinutes())",
        "'%s %.3f %x'.format(['a', 1.5, 255])",
        "math.greatest(1, 2.5, 3u) == math.bitShiftLeft(1, 63)",
        "cel.bind(x, b'\\xff', [x, x].transformMap(i, v, i > 0, string(v)))",
        "'tacocat'.substring(-1, 99).split('').join(',').lastIndexOf('a', 4)",
        "lists.range(9).slice(2, 7).sortBy(x, -x).map(x, [x, [x]]).flatten(2).distinct().reverse().first().value()",
        "sets.intersects([1, 2u], [2.0, 'a']) || ['b', 'a'].sort().last().orValue('') == 'b'",
        "regex.replace('a1b22', '([a-z]|\\\\d+?)*x?', '[\\\\1]', 3) + regex.extractAll('aXbX', '(a)?X').join()",
        "cidr('10.9.8.7/12').masked().containsIP(ip('::ffff:a01:203')) || string(ip('1:0:0:2::3')) == ''",
        "has(object.label) ? int(1e19) : uint(-1.0)", "1.0 / 0.0 > double('nan') || dyn(1u) in [1, 2.0]",
        "r'''raw'''.replace('', 'x', 9223372036854775807) // comment",
    ]

    private static let parts = [
        "(", ")", "[", "]", "{", "}", ".", ",", ":", "?", "!", "-", "+", "*", "/", "%", "==", "<", "&&", "||", " in ",
        "'", "\"", "\\", "b'", "r'", "1e", "0x", "u", "null",
        "9223372036854775807", "-9223372036854775808", "1e308", "0.0", "''", "é", "\u{301}", "😀", "\0", "\n", "//", "`",
        "has(", ".map(x, ", ".all(i, v, ", "dyn(", "[0]", "type(",
    ]

    @Test(.timeLimit(.minutes(2))) func `never traps on twenty thousand mutations`() {
        var random = Generator(state: 20_261_121)
        let environment = TermTests.environment
        let store = TermTests.Store()
        var accepted = 0
        for round in 0..<20_000 {
            var bytes = Array(Self.seeds[round % Self.seeds.count].utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) { Self.mutate(&bytes, &random) }
            let source = String(decoding: bytes, as: UTF8.self)
            guard let program = try? Program(source, in: environment) else { continue }
            accepted += 1
            _ = program.evaluate(store)
            _ = program.trace(store)
            _ = program.terms.map { $0.evaluateBool(store) }
        }
        #expect(accepted > 500)
    }

    @Test(.timeLimit(.minutes(2))) func `never traps without the check either`() {
        var random = Generator(state: 7)
        for round in 0..<10_000 {
            var bytes = Array(Self.seeds[round % Self.seeds.count].utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) { Self.mutate(&bytes, &random) }
            #expect(!outcome(of: String(decoding: bytes, as: UTF8.self), checked: false).isEmpty)
        }
    }

    private static func mutate(_ bytes: inout [UInt8], _ random: inout Generator) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        let other = Int.random(in: 0...bytes.count, using: &random)
        let range = min(place, other)..<min(max(place, other), min(place, other) + 12)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes.insert(contentsOf: Array(parts.randomElement(using: &random)!.utf8), at: place)
        case 1: bytes.removeSubrange(range)
        case 2: bytes.insert(contentsOf: bytes[range], at: place)
        case 3: if place < bytes.count { bytes[place] = UInt8.random(in: 0...255, using: &random) }
        default: bytes.replaceSubrange(range, with: Array(parts.randomElement(using: &random)!.utf8))
        }
    }
}
