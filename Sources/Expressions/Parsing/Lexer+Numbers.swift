extension Lexer {
    /// An int, uint or double literal without its sign.
    mutating func number() throws(ExpressionError) -> Token.Kind {
        let start = offset
        if peek() == 0x30, peek(1) | 0x20 == UInt8(ascii: "x"), peek(2).hexadecimalValue != nil {
            advance(2)
            while peek().hexadecimalValue != nil { advance() }
            return try integer(source.text(start + 2..<offset), radix: 16, from: start)
        }
        while peek().isDigit { advance() }
        var isDouble = false
        if peek() == UInt8(ascii: "."), peek(1).isDigit {
            isDouble = true
            advance()
            while peek().isDigit { advance() }
        }
        if peek() | 0x20 == UInt8(ascii: "e") {
            let signed = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-")
            if peek(signed ? 2 : 1).isDigit {
                isDouble = true
                advance(signed ? 2 : 1)
                while peek().isDigit { advance() }
            }
        }
        let text = source.text(start..<offset)
        guard isDouble else { return try integer(text, radix: 10, from: start) }
        guard let value = Double(text.first == "." ? "0" + text : text), value.isFinite else {
            throw source.error("the number is outside the range of double", at: start)
        }
        return .double(value)
    }

    private mutating func integer(
        _ digits: String, radix: Int, from start: Int
    ) throws(ExpressionError) -> Token.Kind {
        guard let value = UInt64(digits, radix: radix) else {
            throw source.error("the number has more than 64 bits", at: start)
        }
        if peek() | 0x20 == UInt8(ascii: "u") {
            advance()
            return .uint(value)
        }
        return .int(value)
    }
}
