/// Reads a pattern in the syntax of RE2.
struct RegularExpressionParser {
    struct Flags {
        var ignoresCase = false
        var isMultiline = false
        var dotTakesNewline = false
        /// Repetitions take as few as they can, and with a '?' as many.
        var swapsGreed = false
    }

    private(set) var rest: ArraySlice<Unicode.Scalar>
    var flags = Flags()
    /// Groups that have been opened, those with `(?:` aside.
    private(set) var groupCount = 0
    private var depth = 0

    /// Nesting of groups; RE2 has the same limit.
    private static let depthLimit = 250
    /// The greatest number in a counted repetition; RE2 has the same limit.
    private static let repetitionLimit = 1000

    static func parse(_ pattern: String) throws(RegularExpressionError) -> (RegularExpressionTree, groups: Int) {
        var parser = RegularExpressionParser(rest: Array(pattern.unicodeScalars)[...])
        let tree = try parser.alternatives()
        guard parser.rest.isEmpty else { throw RegularExpressionError("has a ')' without a '('") }
        return (tree, parser.groupCount)
    }

    private init(rest: ArraySlice<Unicode.Scalar>) { self.rest = rest }

    var next: Unicode.Scalar? { rest.first }

    mutating func take() -> Unicode.Scalar? { rest.popFirst() }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard rest.first == scalar else { return false }
        rest.removeFirst()
        return true
    }

    mutating func take(_ text: String) -> Bool {
        guard rest.starts(with: text.unicodeScalars) else { return false }
        rest.removeFirst(text.unicodeScalars.count)
        return true
    }

    private mutating func alternatives() throws(RegularExpressionError) -> RegularExpressionTree {
        var parts = [try sequence()]
        while take("|" as Unicode.Scalar) { parts.append(try sequence()) }
        return parts.count == 1 ? parts[0] : .alternatives(parts)
    }

    private mutating func sequence() throws(RegularExpressionError) -> RegularExpressionTree {
        var parts: [RegularExpressionTree] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            if take("\\Q") {
                try literalText(into: &parts)
                continue
            }
            let atom = try atom()
            parts.append(try repeated(atom))
        }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    /// The text up to `\E`, or to the end.
    private mutating func literalText(into parts: inout [RegularExpressionTree]) throws(RegularExpressionError) {
        while !rest.isEmpty, !take("\\E") {
            if let scalar = take() { parts.append(literal(scalar)) }
        }
        if let last = parts.popLast() { parts.append(try repeated(last)) }
    }

    func literal(_ scalar: Unicode.Scalar) -> RegularExpressionTree {
        guard flags.ignoresCase else { return .scalar(scalar) }
        let variants = CaseFolding.variants(of: scalar)
        guard !variants.isEmpty else { return .scalar(scalar) }
        var set = CharacterClass(scalar.value...scalar.value)
        set.items += variants.map { .range($0.value...$0.value) }
        return .character(set)
    }

    private mutating func atom() throws(RegularExpressionError) -> RegularExpressionTree {
        guard let scalar = take() else { return .empty }
        switch scalar {
        case "(": return try group()
        case "[": return .character(try bracketClass())
        case ".": return .character(flags.dotTakesNewline ? .all : .allButNewline)
        case "^": return .assert(flags.isMultiline ? .lineStart : .textStart)
        case "$": return .assert(flags.isMultiline ? .lineEnd : .textEnd)
        case "\\": return try escape()
        case "*", "+", "?": throw RegularExpressionError("repeats nothing with '\(scalar)'")
        default: return literal(scalar)
        }
    }

    /// The atom with the repetition that follows it.
    private mutating func repeated(_ atom: RegularExpressionTree) throws(RegularExpressionError)
        -> RegularExpressionTree
    {
        guard let (least, most) = try repetition() else { return atom }
        let isLazy = take("?" as Unicode.Scalar) != flags.swapsGreed
        if try repetition() != nil { throw RegularExpressionError("repeats a repetition") }
        return .repeated(atom, least: least, most: most, isLazy: isLazy)
    }

    private mutating func repetition() throws(RegularExpressionError) -> (Int, Int?)? {
        if take("*" as Unicode.Scalar) { return (0, nil) }
        if take("+" as Unicode.Scalar) { return (1, nil) }
        if take("?" as Unicode.Scalar) { return (0, 1) }
        guard next == "{" else { return nil }
        // A brace that starts no repetition is a literal.
        let start = rest
        rest.removeFirst()
        guard let least = number() else {
            rest = start
            return nil
        }
        var most: Int? = least
        if take("," as Unicode.Scalar) { most = number() }
        guard take("}" as Unicode.Scalar) else {
            rest = start
            return nil
        }
        guard least <= Self.repetitionLimit, most ?? least <= Self.repetitionLimit, least <= most ?? least else {
            throw RegularExpressionError(
                "repeats from \(least) to \(most ?? least), the limit is \(Self.repetitionLimit)")
        }
        return (least, most)
    }

    private mutating func number() -> Int? {
        let digits = rest.prefix { $0 >= "0" && $0 <= "9" }
        guard !digits.isEmpty else { return nil }
        rest.removeFirst(digits.count)
        return digits.prefix(8).reduce(0) { $0 * 10 + Int($1.value - 0x30) }
    }

    private mutating func group() throws(RegularExpressionError) -> RegularExpressionTree {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else {
            throw RegularExpressionError("is nested more than \(Self.depthLimit) levels deep")
        }
        let outer = flags
        var number: Int?
        if take("?P<") || take("?<") {
            try groupName()
            number = nextGroup()
        } else if take("?" as Unicode.Scalar) {
            guard try flagsEndWithColon() else { return .empty }
        } else {
            number = nextGroup()
        }
        let tree = try alternatives()
        guard take(")" as Unicode.Scalar) else { throw RegularExpressionError("has a '(' without a ')'") }
        flags = outer
        return number.map { .group($0, tree) } ?? tree
    }

    private mutating func nextGroup() -> Int {
        groupCount += 1
        return groupCount
    }

    private mutating func groupName() throws(RegularExpressionError) {
        var length = 0
        while let scalar = take(), scalar != ">" {
            guard CharacterClass.wordCharacters.contains(scalar) else {
                throw RegularExpressionError("has a malformed group name")
            }
            length += 1
        }
        guard length > 0 else { throw RegularExpressionError("has a malformed group name") }
    }

    /// Reads `i-s:` or `i-s)`. False for the latter, whose flags hold to the end of the group around it.
    private mutating func flagsEndWithColon() throws(RegularExpressionError) -> Bool {
        var isOn = true
        while let scalar = take() {
            switch scalar {
            case "i": flags.ignoresCase = isOn
            case "m": flags.isMultiline = isOn
            case "s": flags.dotTakesNewline = isOn
            case "U": flags.swapsGreed = isOn
            case "-" where isOn: isOn = false
            case ":": return true
            case ")": return false
            default: throw RegularExpressionError("has an unknown group '(?\(scalar)'")
            }
        }
        throw RegularExpressionError("has a '(' without a ')'")
    }
}
