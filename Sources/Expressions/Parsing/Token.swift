/// One lexical element of an expression.
struct Token: Sendable {
    enum Kind: Sendable {
        case identifier(String)
        /// A field name between backquotes.
        case quotedField(String)
        /// The magnitude; the sign is the parser's.
        case int(UInt64)
        case uint(UInt64)
        case double(Double)
        case string(String)
        case bytes([UInt8])
        case symbol(Symbol)
        case end
    }

    enum Symbol: String, Sendable {
        case leftParenthesis = "("
        case rightParenthesis = ")"
        case leftBracket = "["
        case rightBracket = "]"
        case leftBrace = "{"
        case rightBrace = "}"
        case dot = "."
        case comma = ","
        case colon = ":"
        case question = "?"
        case or = "||"
        case and = "&&"
        case not = "!"
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case plus = "+"
        case minus = "-"
        case times = "*"
        case divide = "/"
        case modulo = "%"
        case `in` = "in"
    }

    let kind: Kind
    /// Offsets of UTF-8 bytes in the source.
    let range: Range<Int>

    /// How the token is called in a message.
    var description: String {
        switch kind {
        case .identifier(let name), .quotedField(let name): "'\(name)'"
        case .int, .uint, .double: "a number"
        case .string: "a string"
        case .bytes: "a bytes literal"
        case .symbol(let symbol): "'\(symbol.rawValue)'"
        case .end: "the end of the expression"
        }
    }
}
