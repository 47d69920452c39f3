extension RegularExpressionParser {
    /// What a backslash outside of brackets starts.
    mutating func escape() throws(RegularExpressionError) -> RegularExpressionTree {
        switch next {
        case "b": return assertion(.wordBoundary)
        case "B": return assertion(.notWordBoundary)
        case "A": return assertion(.textStart)
        case "z": return assertion(.textEnd)
        default: break
        }
        if let set = try escapedClass() { return .character(set) }
        return literal(try escapedScalar())
    }

    private mutating func assertion(_ assertion: RegularExpression.Assertion) -> RegularExpressionTree {
        _ = take()
        return .assert(assertion)
    }

    /// `\d`, `\pL`, `\P{Lu}` and the like; nil when the escape is a single character.
    private mutating func escapedClass() throws(RegularExpressionError) -> CharacterClass? {
        guard let scalar = next else { throw RegularExpressionError("ends with a backslash") }
        let simple: CharacterClass? =
            switch scalar {
            case "d": .digits
            case "D": CharacterClass.digits.negated
            case "s": .blanks
            case "S": CharacterClass.blanks.negated
            case "w": .wordCharacters
            case "W": CharacterClass.wordCharacters.negated
            default: nil
            }
        if let simple {
            _ = take()
            return simple
        }
        guard scalar == "p" || scalar == "P" else { return nil }
        _ = take()
        var name = ""
        if take("{" as Unicode.Scalar) {
            while let part = take(), part != "}" { name.unicodeScalars.append(part) }
        } else if let part = take() {
            name.unicodeScalars.append(part)
        }
        let isNegated = name.unicodeScalars.first == "^"
        guard let set = GeneralCategorySet(isNegated ? String(name.dropFirst()) : name) else {
            throw RegularExpressionError("has an unknown class \\p{\(name)}")
        }
        var result = CharacterClass()
        result.items = [.category(set)]
        result.isNegated = (scalar == "P") != isNegated
        return result
    }

    private mutating func escapedScalar() throws(RegularExpressionError) -> Unicode.Scalar {
        guard let scalar = take() else { throw RegularExpressionError("ends with a backslash") }
        switch scalar {
        case "a": return "\u{07}"
        case "f": return "\u{0C}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "v": return "\u{0B}"
        case "x": return try hexadecimal()
        case "0"..."7": return try octal(scalar)
        default:
            guard scalar.value < 0x80, !CharacterClass.wordCharacters.contains(scalar) || scalar == "_" else {
                throw RegularExpressionError("has an unknown escape '\\\(scalar)'")
            }
            return scalar
        }
    }

    /// `\123`, `\0`; RE2 has no back references.
    private mutating func octal(_ first: Unicode.Scalar) throws(RegularExpressionError) -> Unicode.Scalar {
        guard first == "0" || (next.map { ("0"..."7").contains($0) } ?? false) else {
            throw RegularExpressionError("has an unknown escape '\\\(first)'")
        }
        var value = first.value - 0x30
        for _ in 0..<2 {
            guard let digit = next, ("0"..."7").contains(digit) else { break }
            _ = take()
            value = value * 8 + digit.value - 0x30
        }
        return try scalar(value)
    }

    /// `\x7F` or `\x{10FFFF}`.
    private mutating func hexadecimal() throws(RegularExpressionError) -> Unicode.Scalar {
        var value: UInt32 = 0
        var count = 0
        let isBraced = take("{" as Unicode.Scalar)
        while count < (isBraced ? 8 : 2), let digit = next, digit.isASCII,
            let number = UInt8(truncatingIfNeeded: digit.value).hexadecimalValue
        {
            _ = take()
            value = value << 4 | UInt32(number)
            count += 1
        }
        guard isBraced ? count > 0 && take("}" as Unicode.Scalar) : count == 2 else {
            throw RegularExpressionError("has a malformed escape '\\x'")
        }
        return try scalar(value)
    }

    private func scalar(_ value: UInt32) throws(RegularExpressionError) -> Unicode.Scalar {
        guard let scalar = Unicode.Scalar(value) else {
            throw RegularExpressionError("names no Unicode code point with an escape")
        }
        return scalar
    }

    /// What stands between `[` and `]`; the former is taken.
    mutating func bracketClass() throws(RegularExpressionError) -> CharacterClass {
        var set = CharacterClass()
        set.foldsCase = flags.ignoresCase
        set.isNegated = take("^" as Unicode.Scalar)
        var isFirst = true
        while isFirst || next != "]" {
            isFirst = false
            guard next != nil else { throw RegularExpressionError("has a '[' without a ']'") }
            if let named = try namedClass() {
                set.items += named.isNegated ? [.subset(named)] : named.items
                continue
            }
            let low = try classScalar()
            guard next == "-", rest.dropFirst().first.map({ $0 != "]" }) ?? false else {
                set.items.append(.range(low.value...low.value))
                continue
            }
            _ = take()
            let high = try classScalar()
            guard low <= high else {
                throw RegularExpressionError("has a range from \(low) to \(high) the wrong way round")
            }
            set.items.append(.range(low.value...high.value))
        }
        _ = take()
        return set
    }

    /// `[:alpha:]`, `[:^alpha:]`, `\d` and the like inside brackets.
    private mutating func namedClass() throws(RegularExpressionError) -> CharacterClass? {
        if take("[:") {
            let isNegated = take("^" as Unicode.Scalar)
            var name = ""
            while let scalar = next, scalar != ":" {
                name.unicodeScalars.append(scalar)
                _ = take()
            }
            guard take(":]"), let set = CharacterClass.posix(name) else {
                throw RegularExpressionError("has an unknown class [:\(name):]")
            }
            return isNegated ? set.negated : set
        }
        guard next == "\\", let following = rest.dropFirst().first, "dDsSwWpP".unicodeScalars.contains(following) else {
            return nil
        }
        _ = take()
        return try escapedClass()
    }

    private mutating func classScalar() throws(RegularExpressionError) -> Unicode.Scalar {
        guard let scalar = take() else { throw RegularExpressionError("has a '[' without a ']'") }
        return scalar == "\\" ? try escapedScalar() : scalar
    }
}
