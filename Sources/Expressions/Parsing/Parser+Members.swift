extension Parser {
    /// A primary expression and the selections, calls and indexes that follow it. `negativeFrom` is the offset of the
    /// minus sign of a negative literal, so that the least int can be written.
    mutating func member(negativeFrom sign: Int?) throws(ExpressionError) -> Syntax {
        var operand = try primary(negativeFrom: sign)
        while true {
            if take(.dot) {
                operand = try selection(of: operand)
            } else if take(.leftBracket) {
                let isOptional = take(.question)
                let index = try expression()
                try expect(.rightBracket)
                if isOptional {
                    operand = try node(
                        .call(OptionalFunctions.indexing, [operand, index], isAbsolute: true),
                        operand.range.lowerBound..<end, over: [operand, index])
                    continue
                }
                operand = try node(.index(operand, index), operand.range.lowerBound..<end, over: [operand, index])
            } else if isAt(.leftBrace), !operand.isGrouped, let name = operand.qualifiedName {
                operand = try message(name.name, from: operand.range.lowerBound)
            } else {
                return operand
            }
        }
    }

    private mutating func selection(of operand: Syntax) throws(ExpressionError) -> Syntax {
        let start = operand.range.lowerBound
        if take(.question) {
            let field: String
            switch token.kind {
            case .quotedField(let name): field = name
            case .identifier(let name) where !Self.keywords.contains(name): field = name
            default: throw unexpected("a field name")
            }
            let name = try literal(.string(field), from: token.range.lowerBound)
            return try node(
                .call(OptionalFunctions.selection, [operand, name], isAbsolute: true), start..<end,
                over: [operand, name])
        }
        if case .quotedField(let field) = token.kind {
            place += 1
            return try node(.select(operand, field: field, isTest: false), start..<end, over: [operand])
        }
        guard case .identifier(let name) = token.kind, !Self.keywords.contains(name) else {
            throw unexpected("a field name")
        }
        let nameToken = token
        place += 1
        guard take(.leftParenthesis) else {
            return try node(.select(operand, field: name, isTest: false), start..<end, over: [operand])
        }
        let arguments = try list(until: .rightParenthesis, allowsTrailingComma: false)
        if expandsMacros, let expansion = try memberMacro(operand, name, arguments, start..<end, nameToken.range) {
            return expansion
        }
        return try node(.memberCall(operand, name, arguments), start..<end, over: [operand] + arguments)
    }

    private mutating func primary(negativeFrom sign: Int?) throws(ExpressionError) -> Syntax {
        let start = sign ?? token.range.lowerBound
        let kind = token.kind
        switch kind {
        case .int(let magnitude):
            let limit = UInt64(Int64.max) + (sign == nil ? 0 : 1)
            guard magnitude <= limit else {
                throw source.error("the number is outside the range of int", at: start, hint: "a uint ends with 'u'")
            }
            let value = Int64(truncatingIfNeeded: magnitude)
            return try literal(.int(sign == nil ? value : 0 &- value), from: start)
        case .uint(let value): return try literal(.uint(value), from: start)
        case .double(let value): return try literal(.double(sign == nil ? value : -value), from: start)
        case .string(let value): return try literal(.string(value), from: start)
        case .bytes(let value): return try literal(.bytes(value), from: start)
        case .identifier, .symbol(.dot): return try name(from: start)
        case .symbol(.leftParenthesis):
            place += 1
            let inner = try expression()
            try expect(.rightParenthesis)
            return Syntax(
                id: inner.id, range: start..<end, depth: inner.depth, kind: inner.kind, isGrouped: true)
        case .symbol(.leftBracket):
            place += 1
            let elements = try list(until: .rightBracket, allowsTrailingComma: true)
            return try node(.list(elements), start..<end, over: elements)
        case .symbol(.leftBrace):
            place += 1
            return try map(from: start)
        default:
            throw unexpected("a value")
        }
    }

    private mutating func literal(_ value: CELValue, from start: Int) throws(ExpressionError) -> Syntax {
        place += 1
        return try node(.literal(value), start..<end)
    }

    /// A constant word, a variable, or a call of a global function.
    private mutating func name(from start: Int) throws(ExpressionError) -> Syntax {
        let isAbsolute = take(.dot)
        guard case .identifier(let name) = token.kind else { throw unexpected("a name") }
        if !isAbsolute {
            switch name {
            case "true": return try literal(.bool(true), from: start)
            case "false": return try literal(.bool(false), from: start)
            case "null": return try literal(.null, from: start)
            default: break
            }
        }
        guard !Self.keywords.contains(name), !Self.reserved.contains(name) else {
            throw source.error("'\(name)' is a reserved word", at: token.range.lowerBound)
        }
        let nameToken = token
        place += 1
        guard take(.leftParenthesis) else {
            return try node(.identifier(name, isAbsolute: isAbsolute), start..<end)
        }
        let arguments = try list(until: .rightParenthesis, allowsTrailingComma: false)
        if expandsMacros, !isAbsolute,
            let expansion = try globalMacro(name, arguments, start..<end, nameToken.range)
        {
            return expansion
        }
        return try node(.call(name, arguments, isAbsolute: isAbsolute), start..<end, over: arguments)
    }

    private mutating func list(
        until close: Token.Symbol, allowsTrailingComma: Bool
    ) throws(ExpressionError) -> [Syntax] {
        var elements: [Syntax] = []
        if take(close) { return elements }
        while true {
            if allowsTrailingComma, isAt(.question) {
                let start = token.range.lowerBound
                place += 1
                let element = try expression()
                elements.append(try node(.optional(element), start..<end, over: [element]))
            } else {
                elements.append(try expression())
            }
            if take(close) { return elements }
            guard take(.comma) else { throw unexpected("',' or '\(close.rawValue)'") }
            if allowsTrailingComma, take(close) { return elements }
        }
    }

    private mutating func map(from start: Int) throws(ExpressionError) -> Syntax {
        var entries: [(key: Syntax, value: Syntax)] = []
        while !take(.rightBrace) {
            let mark = token.range.lowerBound
            let isOptional = take(.question)
            let key = try expression()
            try expect(.colon)
            var value = try expression()
            if isOptional { value = try node(.optional(value), mark..<end, over: [value]) }
            entries.append((key, value))
            if take(.rightBrace) { break }
            guard take(.comma) else { throw unexpected("',' or '}'") }
        }
        return try node(.map(entries), start..<end, over: entries.flatMap { [$0.key, $0.value] })
    }

    private mutating func message(_ name: String, from start: Int) throws(ExpressionError) -> Syntax {
        try expect(.leftBrace)
        while !take(.rightBrace) {
            _ = take(.question)
            switch token.kind {
            case .identifier, .quotedField: place += 1
            default: throw unexpected("a field name")
            }
            try expect(.colon)
            _ = try expression()
            if take(.rightBrace) { break }
            guard take(.comma) else { throw unexpected("',' or '}'") }
        }
        return try node(.message(name), start..<end)
    }

    /// Words that stand for values or operators, never for a name.
    static let keywords: Set<String> = ["false", "in", "null", "true"]

    /// Words kept free for host languages: they may name fields, not variables or functions.
    static let reserved: Set<String> = [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
        "namespace", "return", "var", "void", "while",
    ]
}
