extension CELValue {
    /// CEL's equality: numbers by value across their types, strings by code points, maps without regard to order, NaN
    /// unequal to everything, values of other types unequal. Never an error.
    public func equals(_ other: CELValue) -> Bool {
        var budget = Int.max
        return equals(other, budget: &budget) ?? false
    }

    /// The same for values that an expression made: lists that share elements can be exponentially larger than what they
    /// cost to make, so every element compared costs one of `budget`. Nil when it is used up.
    func equals(_ other: CELValue, budget: inout Int) -> Bool? {
        budget -= 1
        guard budget >= 0 else { return nil }
        switch (self, other) {
        case (.null, .null): return true
        case (.bool(let left), .bool(let right)): return left == right
        case (.int(let left), .int(let right)): return left == right
        case (.uint(let left), .uint(let right)): return left == right
        case (.double(let left), .double(let right)): return left == right
        case (.string(let left), .string(let right)): return CodePoints.equal(left, right)
        case (.bytes(let left), .bytes(let right)): return left == right
        case (.timestamp(let left), .timestamp(let right)): return left == right
        case (.duration(let left), .duration(let right)): return left == right
        case (.type(let left), .type(let right)): return left.name == right.name
        case (.list(let left), .list(let right)): return Self.equal(left, right, &budget)
        case (.map(let left), .map(let right)): return Self.equal(left, right, &budget)
        case (.record(let left), .record(let right)): return Self.equal(left, right, &budget)
        case (.optional(let left), .optional(let right)):
            guard let left = left.value, let right = right.value else { return left.value == nil && right.value == nil }
            return left.equals(right, budget: &budget)
        default: return NumberOrder.compare(self, other) == .equal
        }
    }

    private static func equal(_ left: [CELValue], _ right: [CELValue], _ budget: inout Int) -> Bool? {
        guard left.count == right.count else { return false }
        for (left, right) in zip(left, right) {
            guard let same = left.equals(right, budget: &budget) else { return nil }
            guard same else { return false }
        }
        return true
    }

    private static func equal(_ left: CELMap, _ right: CELMap, _ budget: inout Int) -> Bool? {
        guard left.count == right.count else { return false }
        for entry in left.entries {
            guard let value = right[entry.key] else { return false }
            guard let same = entry.value.equals(value, budget: &budget) else { return nil }
            guard same else { return false }
        }
        return true
    }

    private static func equal(_ left: CELRecord, _ right: CELRecord, _ budget: inout Int) -> Bool? {
        guard left !== right else { return true }
        guard left.type.name == right.type.name, !left.fields.isEmpty, left.fields.count == right.fields.count else {
            return false
        }
        for (left, right) in zip(left.fields, right.fields) {
            guard let left, let right else {
                guard left == nil, right == nil else { return false }
                continue
            }
            guard let same = left.equals(right, budget: &budget) else { return nil }
            guard same else { return false }
        }
        return true
    }
}
