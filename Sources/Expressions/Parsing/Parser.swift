/// Recursive descent over the grammar of cel-spec, doc/langdef.md, "Syntax". Chains of operators are loops, so only real
/// nesting deepens the stack, and that is limited.
struct Parser {
    let source: SourceText
    let tokens: [Token]
    let depthLimit: Int
    let expandsMacros: Bool
    var place = 0
    private var nesting = 0
    private(set) var nodeCount = 0

    static func parse(_ text: String, options: Environment.Options) throws(ExpressionError) -> (Syntax, nodes: Int) {
        let source = SourceText(text)
        guard source.bytes.count <= options.limits.sourceBytes else {
            let limit = options.limits.sourceBytes
            throw source.error("the expression has \(source.bytes.count) bytes, the limit is \(limit)", at: 0)
        }
        let tokens = try Lexer.tokens(of: source)
        var parser = Parser(
            source: source, tokens: tokens, depthLimit: options.limits.depth, expandsMacros: options.macros)
        let tree = try parser.expression()
        guard case .end = parser.token.kind else { throw parser.unexpected() }
        return (tree, parser.nodeCount)
    }

    init(source: SourceText, tokens: [Token], depthLimit: Int, expandsMacros: Bool) {
        self.source = source
        self.tokens = tokens
        self.depthLimit = depthLimit
        self.expandsMacros = expandsMacros
    }

    var token: Token { tokens[min(place, tokens.count - 1)] }

    func unexpected(_ wanted: String? = nil) -> ExpressionError {
        let found =
            if case .end = token.kind { "the expression ends too early" } else { "unexpected \(token.description)" }
        return source.error(
            wanted.map { "\(found), expected \($0)" } ?? found, at: token.range.lowerBound, hint: hint)
    }

    /// What other languages write where the parser stopped.
    private var hint: String? {
        let before = place > 0 ? tokens[place - 1] : nil
        switch token.kind {
        case .identifier(let word):
            if case .identifier(let word)? = before?.kind, let sign = Self.sign(forWord: word) { return sign }
            return Self.sign(forWord: word)
        case .symbol(.comma):
            guard case .int? = before?.kind, place + 1 < tokens.count, case .int = tokens[place + 1].kind,
                before?.range.upperBound == token.range.lowerBound,
                token.range.upperBound == tokens[place + 1].range.lowerBound, let before
            else { return nil }
            return "write \(source.text(before.range)).\(source.text(tokens[place + 1].range)), with a point"
        case .symbol(.greater):
            if case .symbol(.less)? = before?.kind { return "inequality is '!='" }
            return nil
        default:
            if case .identifier(let word)? = before?.kind { return Self.sign(forWord: word) }
            return nil
        }
    }

    static func sign(forWord word: String) -> String? {
        switch word.lowercased() {
        case "and": "conjunction is '&&'"
        case "or": "disjunction is '||'"
        case "not": "negation is '!'"
        default: nil
        }
    }

    func isAt(_ symbol: Token.Symbol) -> Bool {
        if case .symbol(symbol) = token.kind { true } else { false }
    }

    mutating func take(_ symbol: Token.Symbol) -> Bool {
        guard isAt(symbol) else { return false }
        place += 1
        return true
    }

    mutating func expect(_ symbol: Token.Symbol) throws(ExpressionError) {
        guard take(symbol) else { throw unexpected("'\(symbol.rawValue)'") }
    }

    /// Where the last taken token ends.
    var end: Int { place > 0 ? tokens[place - 1].range.upperBound : 0 }

    mutating func node(
        _ kind: Syntax.Kind, _ range: Range<Int>, over children: [Syntax] = []
    ) throws(ExpressionError) -> Syntax {
        let depth = (children.map(\.depth).max() ?? 0) + 1
        guard depth <= depthLimit else { throw tooDeep(at: range.lowerBound) }
        defer { nodeCount += 1 }
        return Syntax(id: nodeCount, range: range, depth: depth, kind: kind)
    }

    private func tooDeep(at offset: Int) -> ExpressionError {
        source.error("the expression is nested more than \(depthLimit) levels deep", at: offset)
    }

    mutating func expression() throws(ExpressionError) -> Syntax {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= depthLimit else { throw tooDeep(at: token.range.lowerBound) }
        let condition = try disjunction()
        guard take(.question) else { return condition }
        let first = try disjunction()
        try expect(.colon)
        let second = try expression()
        return try node(
            .conditional(condition, first, second), condition.range.lowerBound..<second.range.upperBound,
            over: [condition, first, second])
    }

    private mutating func disjunction() throws(ExpressionError) -> Syntax {
        var operands = [try conjunction()]
        while take(.or) { operands.append(try conjunction()) }
        guard operands.count > 1 else { return operands[0] }
        return try node(.or(operands), operands[0].range.lowerBound..<end, over: operands)
    }

    private mutating func conjunction() throws(ExpressionError) -> Syntax {
        var operands = [try binary(1)]
        while take(.and) { operands.append(try binary(1)) }
        guard operands.count > 1 else { return operands[0] }
        return try node(.and(operands), operands[0].range.lowerBound..<end, over: operands)
    }

    /// Relations, sums and products: left-associative operators from `precedence` up.
    private mutating func binary(_ precedence: Int) throws(ExpressionError) -> Syntax {
        guard precedence <= 3 else { return try unary() }
        var left = try binary(precedence + 1)
        while case .symbol(let symbol) = token.kind, let sign = BinaryOperator(rawValue: symbol.rawValue),
            sign.precedence == precedence
        {
            place += 1
            let right = try binary(precedence + 1)
            left = try node(
                .binary(sign, left, right), left.range.lowerBound..<right.range.upperBound, over: [left, right])
        }
        return left
    }

    private mutating func unary() throws(ExpressionError) -> Syntax {
        let start = token.range.lowerBound
        var signs: [(UnaryOperator, Int)] = []
        while case .symbol(let symbol) = token.kind, let sign = UnaryOperator(rawValue: symbol.rawValue) {
            if let first = signs.first, first.0 != sign {
                guard sign == .negate, isNumber(place + 1) else { throw unexpected("a value") }
            }
            signs.append((sign, token.range.lowerBound))
            place += 1
            guard signs.count <= depthLimit else { throw tooDeep(at: start) }
        }
        let inner = signs.last?.0 == .negate && isNumber(place) ? signs.removeLast().1 : nil
        var operand = try member(negativeFrom: inner)
        for (sign, offset) in signs.reversed() {
            operand = try node(.unary(sign, operand), offset..<operand.range.upperBound, over: [operand])
        }
        return operand
    }

    /// True where a literal stands that a minus sign belongs to.
    private func isNumber(_ place: Int) -> Bool {
        switch tokens[min(place, tokens.count - 1)].kind {
        case .int, .double: true
        default: false
        }
    }
}
