/// What stands before the quotes of a string or bytes literal.
struct LiteralPrefix {
    var isBytes = false
    var isRaw = false
    var length = 0
}

extension Lexer {
    /// The prefix of a string or bytes literal when one starts here: `b`, `r`, `br` in either case, or none.
    func literalPrefix() -> LiteralPrefix? {
        var prefix = LiteralPrefix()
        if peek(prefix.length) | 0x20 == UInt8(ascii: "b") {
            prefix.isBytes = true
            prefix.length += 1
        }
        if peek(prefix.length) | 0x20 == UInt8(ascii: "r") {
            prefix.isRaw = true
            prefix.length += 1
        }
        let quote = peek(prefix.length)
        return quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") ? prefix : nil
    }

    mutating func quoted(_ prefix: LiteralPrefix) throws(ExpressionError) -> Token.Kind {
        let start = offset
        advance(prefix.length)
        let quote = peek()
        let isTriple = peek(1) == quote && peek(2) == quote
        advance(isTriple ? 3 : 1)
        var bytes: [UInt8] = []
        while true {
            guard !isAtEnd else { throw source.error("the string is not closed", at: start) }
            let byte = peek()
            if byte == quote, !isTriple || (peek(1) == quote && peek(2) == quote) {
                advance(isTriple ? 3 : 1)
                break
            }
            if !isTriple, byte == 0x0A || byte == 0x0D {
                throw source.error(
                    "a line ends inside the string", at: start, hint: "use three quotes around text of several lines")
            }
            if byte == UInt8(ascii: "\\"), !prefix.isRaw {
                try escape(into: &bytes, isBytes: prefix.isBytes)
            } else {
                bytes.append(byte)
                advance()
            }
        }
        return prefix.isBytes ? .bytes(bytes) : .string(String(decoding: bytes, as: UTF8.self))
    }

    /// Reads one escape sequence. In a string it stands for a code point, in bytes for an octet.
    private mutating func escape(into bytes: inout [UInt8], isBytes: Bool) throws(ExpressionError) {
        let start = offset
        let letter = peek(1)
        advance(2)
        let simple: UInt8? =
            switch letter {
            case UInt8(ascii: "a"): 0x07
            case UInt8(ascii: "b"): 0x08
            case UInt8(ascii: "f"): 0x0C
            case UInt8(ascii: "n"): 0x0A
            case UInt8(ascii: "r"): 0x0D
            case UInt8(ascii: "t"): 0x09
            case UInt8(ascii: "v"): 0x0B
            case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "?"), UInt8(ascii: "`"): letter
            default: nil
            }
        if let simple { return bytes.append(simple) }
        let value: UInt32
        switch letter {
        case UInt8(ascii: "x"), UInt8(ascii: "X"): value = try digits(2, radix: 16, from: start)
        case UInt8(ascii: "u") where !isBytes: value = try digits(4, radix: 16, from: start)
        case UInt8(ascii: "U") where !isBytes: value = try digits(8, radix: 16, from: start)
        case 0x30...0x33:
            advance(-1)
            value = try digits(3, radix: 8, from: start)
        default:
            throw source.error(
                "unknown escape sequence", at: start, hint: "write '\\\\' for a backslash, or a raw string r'…'")
        }
        if isBytes { return bytes.append(UInt8(truncatingIfNeeded: value)) }
        guard let scalar = Unicode.Scalar(value) else {
            throw source.error("the escape sequence is no Unicode code point", at: start)
        }
        bytes.append(contentsOf: Array(String(Character(scalar)).utf8))
    }

    private mutating func digits(_ count: Int, radix: UInt32, from start: Int) throws(ExpressionError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard let digit = peek().hexadecimalValue.map(UInt32.init), digit < radix else {
                throw source.error("the escape sequence needs \(count) digits", at: start)
            }
            value = value &* radix &+ digit
            advance()
        }
        return value
    }
}
