extension BinaryOperator {
    /// Whether `==`, `!=`, `<`, `<=`, `>` or `>=` holds of two values of one type. With NaN only `!=` does.
    @inline(__always)
    func holds<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
        switch self {
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        case .equal: left == right
        default: left != right
        }
    }
}

extension Order {
    /// Whether `<`, `<=`, `>` or `>=` holds; none does with NaN.
    func satisfies(_ sign: BinaryOperator) -> Bool {
        switch sign {
        case .less: self == .before
        case .lessOrEqual: self == .before || self == .equal
        case .greater: self == .after
        default: self == .after || self == .equal
        }
    }
}
