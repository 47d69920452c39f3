/// Splits an expression into tokens. Source: cel-spec, doc/langdef.md, "Syntax".
struct Lexer {
    let source: SourceText
    private(set) var offset = 0

    init(_ source: SourceText) { self.source = source }

    /// All tokens, the last of them `.end`.
    static func tokens(of source: SourceText) throws(ExpressionError) -> [Token] {
        var lexer = Lexer(source)
        var tokens: [Token] = []
        while true {
            let token = try lexer.next()
            tokens.append(token)
            if case .end = token.kind { return tokens }
        }
    }

    /// The byte `ahead` of the next one; 0 past the end, where no token needs it.
    func peek(_ ahead: Int = 0) -> UInt8 {
        let index = offset + ahead
        return index < source.bytes.count ? source.bytes[index] : 0
    }

    var isAtEnd: Bool { offset >= source.bytes.count }

    mutating func advance(_ count: Int = 1) { offset += count }

    private mutating func next() throws(ExpressionError) -> Token {
        skipBlanks()
        let start = offset
        guard !isAtEnd else { return Token(kind: .end, range: start..<start) }
        let kind = try kindOfNext()
        return Token(kind: kind, range: start..<offset)
    }

    private mutating func kindOfNext() throws(ExpressionError) -> Token.Kind {
        let byte = peek()
        if let prefix = literalPrefix() { return try quoted(prefix) }
        if byte.isIdentifierStart { return word() }
        if byte.isDigit || (byte == UInt8(ascii: ".") && peek(1).isDigit) { return try number() }
        if byte == UInt8(ascii: "`") { return try quotedField() }
        return .symbol(try symbol())
    }

    private mutating func skipBlanks() {
        while !isAtEnd {
            switch peek() {
            case 0x09, 0x0A, 0x0C, 0x0D, 0x20:
                advance()
            case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "/"):
                while !isAtEnd, peek() != 0x0A { advance() }
            default:
                return
            }
        }
    }

    private mutating func word() -> Token.Kind {
        let start = offset
        while peek().isIdentifierPart { advance() }
        let name = source.text(start..<offset)
        return name == "in" ? .symbol(.in) : .identifier(name)
    }

    private mutating func quotedField() throws(ExpressionError) -> Token.Kind {
        let start = offset
        advance()
        while peek().isIdentifierPart || "./- ".utf8.contains(peek()) { advance() }
        guard peek() == UInt8(ascii: "`"), offset > start + 1 else {
            throw source.error("a quoted field name holds letters, digits, '_', '.', '-', '/' and blanks", at: start)
        }
        advance()
        return .quotedField(source.text(start + 1..<offset - 1))
    }

    private mutating func symbol() throws(ExpressionError) -> Token.Symbol {
        if let symbol = Token.Symbol(rawValue: source.text(offset..<offset + 2)) {
            advance(2)
            return symbol
        }
        if let symbol = Token.Symbol(rawValue: source.text(offset..<offset + 1)) {
            advance()
            return symbol
        }
        var end = offset + 1
        while end < source.bytes.count, source.bytes[end] & 0xC0 == 0x80 { end += 1 }
        let found = source.text(offset..<end)
        let hint: String? =
            switch (peek(), peek(1)) {
            case (UInt8(ascii: "="), UInt8(ascii: ">")): "greater or equal is '>='"
            case (UInt8(ascii: "="), UInt8(ascii: "<")): "less or equal is '<='"
            case (UInt8(ascii: "="), _): "equality is '=='"
            case (UInt8(ascii: "&"), _): "conjunction is '&&'"
            case (UInt8(ascii: "|"), _): "disjunction is '||'"
            default: Self.plain(found).map { "write \($0)" }
            }
        throw source.error("unexpected character '\(found)'", at: offset, hint: hint)
    }
}

extension Lexer {
    /// What keyboards and word processors write for a sign of the language, and the sign in quotes: `≥`, `“`, full-width `＞`.
    fileprivate static func plain(_ text: String) -> String? {
        guard let scalar = text.unicodeScalars.first else { return nil }
        let sign: String
        switch scalar {
        case "≥", "≧", "⩾": sign = ">="
        case "≤", "≦", "⩽": sign = "<="
        case "≠": sign = "!="
        case "“", "”", "„", "«", "»", "「", "」": sign = "\""
        case "‘", "’", "‚": return "\"'\""
        case "∧", "且": sign = "&&"
        case "∨", "或": sign = "||"
        case "¬", "非": sign = "!"
        case "×", "·": sign = "*"
        case "÷": sign = "/"
        case "−", "–", "—": sign = "-"
        case "、": sign = ","
        case "。": sign = "."
        case "【": sign = "["
        case "】": sign = "]"
        case "\u{3000}", "\u{A0}": return "a plain blank"
        case "\u{FF07}": return "\"'\""
        // The full-width forms stand in the order of ASCII.
        case "\u{FF01}"..."\u{FF5E}":
            guard let ascii = Unicode.Scalar(scalar.value - 0xFEE0) else { return nil }
            sign = ["=": "==", "&": "&&", "|": "||"][String(Character(ascii))] ?? String(Character(ascii))
        default: return nil
        }
        return "'\(sign)'"
    }
}

extension UInt8 {
    var isDigit: Bool { self >= 0x30 && self <= 0x39 }
    var isIdentifierStart: Bool { (self | 0x20) >= 0x61 && (self | 0x20) <= 0x7A || self == 0x5F }
    var isIdentifierPart: Bool { isIdentifierStart || isDigit }

    /// 0…15 for a hexadecimal digit.
    var hexadecimalValue: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x41 + 10
        case 0x61...0x66: self - 0x61 + 10
        default: nil
        }
    }
}
