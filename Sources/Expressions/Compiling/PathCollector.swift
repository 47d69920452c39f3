/// Finds what a condition looks at: dotted paths that start at a variable, and calls of host functions.
struct PathCollector {
    struct Path: Sendable {
        let text: String
        /// False for the call of a host function.
        let isVariable: Bool
        let step: ValueStep
    }

    let compiler: Compiler
    private(set) var paths: [Path] = []
    private var seen: Set<String> = []

    init(compiler: Compiler) { self.compiler = compiler }

    mutating func visit(_ node: Syntax) throws(ExpressionError) {
        if let variablePath = variablePath(node) {
            guard seen.insert(variablePath).inserted else { return }
            return paths.append(Path(text: variablePath, isVariable: true, step: try value(of: node)))
        }
        if compiler.isHostCall(node), !usesLocals(node) {
            let text = compiler.source.text(node.range)
            guard seen.insert(text).inserted else { return }
            paths.append(Path(text: text, isVariable: false, step: try compiler.code(node).asValue))
        }
        for child in node.children { try visit(child) }
    }

    private func value(of node: Syntax) throws(ExpressionError) -> ValueStep {
        guard case .select(let operand, let field, isTest: true) = node.kind else {
            return try compiler.code(node).asValue
        }
        // has(a.b) looked at a.b.
        let read = Syntax(
            id: node.id, range: node.range, depth: node.depth, kind: .select(operand, field: field, isTest: false))
        return try compiler.code(read).asValue
    }

    /// The dotted name of a node that is a variable or a field of one, at any depth.
    private func variablePath(_ node: Syntax) -> String? {
        if case .variable? = compiler.resolution(node) { return node.qualifiedName?.name }
        guard case .select(let operand, let field, _) = node.kind, compiler.resolution(node) == nil else { return nil }
        return variablePath(operand).map { "\($0).\(field)" }
    }

    private func usesLocals(_ node: Syntax) -> Bool {
        if case .local? = compiler.resolution(node) { return true }
        return node.children.contains { usesLocals($0) }
    }
}

extension Syntax {
    /// In order of the text.
    var children: [Syntax] {
        switch kind {
        case .literal, .identifier, .message: []
        case .select(let operand, _, _): [operand]
        case .index(let operand, let index): [operand, index]
        case .call(_, let arguments, _): arguments
        case .memberCall(let target, _, let arguments): [target] + arguments
        case .unary(_, let operand), .optional(let operand): [operand]
        case .binary(_, let left, let right): [left, right]
        case .and(let operands), .or(let operands), .list(let operands): operands
        case .conditional(let condition, let first, let second): [condition, first, second]
        case .map(let entries): entries.flatMap { [$0.key, $0.value] }
        case .comprehension(let comprehension):
            [comprehension.range] + (comprehension.filter.map { [$0] } ?? []) + [comprehension.body]
        case .bind(_, let value, let body): [value, body]
        }
    }
}
