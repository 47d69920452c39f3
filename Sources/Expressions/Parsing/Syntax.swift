/// A node of the syntax tree, macros expanded.
struct Syntax: Sendable {
    indirect enum Kind: Sendable {
        case literal(CELValue)
        /// `isAbsolute` for a leading dot: only the root namespace is searched.
        case identifier(String, isAbsolute: Bool)
        /// `operand.field`, or `has(operand.field)` when it only tests for presence.
        case select(Syntax, field: String, isTest: Bool)
        case index(Syntax, Syntax)
        /// `name(arguments)`; `isAbsolute` for a leading dot.
        case call(String, [Syntax], isAbsolute: Bool)
        /// `target.name(arguments)`.
        case memberCall(Syntax, String, [Syntax])
        case unary(UnaryOperator, Syntax)
        case binary(BinaryOperator, Syntax, Syntax)
        /// At least two.
        case and([Syntax])
        /// At least two.
        case or([Syntax])
        case conditional(Syntax, Syntax, Syntax)
        case list([Syntax])
        case map([(key: Syntax, value: Syntax)])
        /// `Name{field: value}`: parsed, so that the check can say why it is refused.
        case message(String)
        case comprehension(Comprehension)
        /// `?element` of a list or `?key: value` of a map, which is left out when the optional has no value.
        case optional(Syntax)
        /// `cel.bind(name, value, body)`.
        case bind(String, Syntax, Syntax)
    }

    /// Counts the nodes of one expression from 0; the check's results are tables by it.
    let id: Int
    /// Bytes of the source, parentheses included.
    let range: Range<Int>
    /// Levels below and including this node.
    let depth: Int
    let kind: Kind
    /// True between parentheses, which end a qualified name: `(a.b).c` selects the field c.
    var isGrouped = false
}

/// A macro over the elements of a list or the entries of a map.
struct Comprehension: Sendable {
    enum Form: Sendable {
        case all, exists, existsOne, transformList, transformMap, transformMapEntry
    }

    let form: Form
    let range: Syntax
    /// One name: the element of a list, the key of a map. Two names: index and element, key and value.
    let variables: [String]
    let filter: Syntax?
    let body: Syntax
}

enum UnaryOperator: String, Sendable {
    case not = "!"
    case negate = "-"
}

enum BinaryOperator: String, Sendable {
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case `in` = "in"
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case modulo = "%"

    /// The greater binds the tighter.
    var precedence: Int {
        switch self {
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .in: 1
        case .add, .subtract: 2
        case .multiply, .divide, .modulo: 3
        }
    }
}

extension Syntax {
    /// `a.b.c` when the node is nothing but names and dots.
    var qualifiedName: (name: String, isAbsolute: Bool)? {
        switch kind {
        case .identifier(let name, let isAbsolute):
            return (name, isAbsolute)
        case .select(let operand, let field, isTest: false):
            guard !operand.isGrouped, let prefix = operand.qualifiedName else { return nil }
            return (prefix.name + "." + field, prefix.isAbsolute)
        default:
            return nil
        }
    }

    var isOptional: Bool {
        if case .optional = kind { true } else { false }
    }

    /// The conditions of a conjunction, however it is grouped.
    var conjunction: [Syntax] {
        guard case .and(let operands) = kind else { return [self] }
        return operands.flatMap(\.conjunction)
    }
}
