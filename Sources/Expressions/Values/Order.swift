/// How two values stand to each other.
enum Order: Sendable {
    case before, equal, after
    /// NaN is involved.
    case unordered

    init<T: Comparable>(_ left: T, _ right: T) {
        self = left < right ? .before : left == right ? .equal : left > right ? .after : .unordered
    }

    var reversed: Order {
        switch self {
        case .before: .after
        case .after: .before
        case .equal, .unordered: self
        }
    }
}

/// Numbers of all three types on one line.
enum NumberOrder {
    /// Nil when one of the values is no number.
    static func compare(_ left: CELValue, _ right: CELValue) -> Order? {
        switch (left, right) {
        case (.int(let left), .int(let right)): Order(left, right)
        case (.uint(let left), .uint(let right)): Order(left, right)
        case (.double(let left), .double(let right)): Order(left, right)
        case (.int(let left), .uint(let right)): compare(left, right)
        case (.uint(let left), .int(let right)): compare(right, left).reversed
        case (.int(let left), .double(let right)): compare(left, right)
        case (.double(let left), .int(let right)): compare(right, left).reversed
        case (.uint(let left), .double(let right)): compare(left, right)
        case (.double(let left), .uint(let right)): compare(right, left).reversed
        default: nil
        }
    }

    private static func compare(_ left: Int64, _ right: UInt64) -> Order {
        left < 0 ? .before : Order(UInt64(left), right)
    }

    /// Within the range of int the int is rounded to a double, as the conformance cases demand.
    private static func compare(_ left: Int64, _ right: Double) -> Order { Order(Double(left), right) }

    private static func compare(_ left: UInt64, _ right: Double) -> Order { Order(Double(left), right) }
}

extension Order {
    /// The order of two values of one orderable type or of two numbers; nil for others.
    init?(_ left: CELValue, _ right: CELValue) {
        switch (left, right) {
        case (.string(let left), .string(let right)):
            self = CodePoints.precedes(left, right) ? .before : CodePoints.equal(left, right) ? .equal : .after
        case (.bytes(let left), .bytes(let right)):
            self = left.lexicographicallyPrecedes(right) ? .before : left == right ? .equal : .after
        case (.bool(let left), .bool(let right)): self = left == right ? .equal : right ? .before : .after
        case (.timestamp(let left), .timestamp(let right)): self = Order(left, right)
        case (.duration(let left), .duration(let right)): self = Order(left, right)
        default:
            guard let order = NumberOrder.compare(left, right) else { return nil }
            self = order
        }
    }
}
