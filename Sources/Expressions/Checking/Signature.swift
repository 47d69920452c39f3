/// The types that one overload of a function or operator takes and gives.
struct Signature: Sendable {
    /// True for `a.f(b)`, where `a` is the first parameter.
    let hasReceiver: Bool
    let parameters: [CELType]
    let result: CELType

    init(_ parameters: [CELType], _ result: CELType, hasReceiver: Bool = false) {
        self.parameters = parameters
        self.result = result
        self.hasReceiver = hasReceiver
    }

    /// A method: the receiver is the first parameter.
    static func method(_ receiver: CELType, _ parameters: [CELType], _ result: CELType) -> Signature {
        Signature([receiver] + parameters, result, hasReceiver: true)
    }
}

/// The overloads of the operators. Source: cel-spec, doc/langdef.md, "List of Standard Definitions".
enum OperatorSignatures {
    static let a = CELType.parameter("A")
    static let b = CELType.parameter("B")

    static let index = [Signature([.list(a), .int], a), Signature([.map(a, b), a], b)]
    static let conditional = [Signature([.bool, a, a], a)]

    static func of(_ sign: UnaryOperator) -> [Signature] {
        switch sign {
        case .not: [Signature([.bool], .bool)]
        case .negate: [.int, .double].map { Signature([$0], $0) }
        }
    }

    static func of(_ sign: BinaryOperator, acrossNumbers: Bool) -> [Signature] {
        switch sign {
        case .equal, .notEqual: equality
        case .less, .lessOrEqual, .greater, .greaterOrEqual: acrossNumbers ? order + orderAcrossNumbers : order
        case .in: membership
        case .add: sums
        case .subtract: differences
        case .multiply, .divide: [.int, .uint, .double].map { Signature([$0, $0], $0) }
        case .modulo: [.int, .uint].map { Signature([$0, $0], $0) }
        }
    }

    private static let equality = [Signature([a, a], .bool)]
    private static let membership = [Signature([a, .list(a)], .bool), Signature([a, .map(a, b)], .bool)]

    private static let order = [
        CELType.bool, .int, .uint, .double, .string, .bytes, .timestamp, .duration,
    ].map { Signature([$0, $0], .bool) }

    private static let orderAcrossNumbers = [
        (CELType.int, CELType.uint), (.int, .double), (.uint, .int), (.uint, .double), (.double, .int),
        (.double, .uint),
    ].map { Signature([$0, $1], .bool) }

    private static let sums =
        [CELType.int, .uint, .double, .string, .bytes, .duration, .list(a)].map { Signature([$0, $0], $0) }
        + [Signature([.timestamp, .duration], .timestamp), Signature([.duration, .timestamp], .timestamp)]

    private static let differences =
        [CELType.int, .uint, .double, .duration].map { Signature([$0, $0], $0) }
        + [Signature([.timestamp, .timestamp], .duration), Signature([.timestamp, .duration], .timestamp)]
}
