/// What a node compiles to: a closure of the narrowest type that the check allows, so that rules over numbers and labels
/// run without wrapping their values.
enum Code: Sendable {
    case constant(CELValue)
    case bool(BoolStep)
    case int(IntStep)
    case double(DoubleStep)
    case string(StringStep)
    case value(ValueStep)

    /// Nil when the value is not known before evaluation.
    var constant: CELValue? {
        if case .constant(let value) = self { value } else { nil }
    }

    var asValue: ValueStep {
        switch self {
        case .constant(let value): { _ throws(EvaluationError) in value }
        case .bool(let step): { frame throws(EvaluationError) in .bool(try step(&frame)) }
        case .int(let step): { frame throws(EvaluationError) in .int(try step(&frame)) }
        case .double(let step): { frame throws(EvaluationError) in .double(try step(&frame)) }
        case .string(let step): { frame throws(EvaluationError) in .string(try step(&frame)) }
        case .value(let step): step
        }
    }

    /// Fails at evaluation when the value is no bool.
    var asBool: BoolStep {
        if case .bool(let step) = self { return step }
        if case .constant(.bool(let value)) = self { return { _ throws(EvaluationError) in value } }
        let step = asValue
        return { frame throws(EvaluationError) in
            let value = try step(&frame)
            guard case .bool(let bool) = value else {
                throw EvaluationError(.noOverload, "a condition must be bool, not \(value.type.name)")
            }
            return bool
        }
    }

    /// Fails at evaluation when the value is no int.
    var asInt: IntStep {
        if case .int(let step) = self { return step }
        if case .constant(.int(let value)) = self { return { _ throws(EvaluationError) in value } }
        let step = asValue
        return { frame throws(EvaluationError) in
            let value = try step(&frame)
            guard case .int(let int) = value else { throw Self.unexpected(value, "int") }
            return int
        }
    }

    /// The number as a double. Fails at evaluation when the value is no number.
    var asDouble: DoubleStep {
        switch self {
        case .double(let step): return step
        case .int(let step): return { frame throws(EvaluationError) in Double(try step(&frame)) }
        default: break
        }
        let step = asValue
        return { frame throws(EvaluationError) in
            let value = try step(&frame)
            switch value {
            case .double(let double): return double
            case .int(let int): return Double(int)
            case .uint(let uint): return Double(uint)
            default: throw Self.unexpected(value, "double")
            }
        }
    }

    /// Fails at evaluation when the value is no string.
    var asString: StringStep {
        if case .string(let step) = self { return step }
        if case .constant(.string(let value)) = self { return { _ throws(EvaluationError) in value } }
        let step = asValue
        return { frame throws(EvaluationError) in
            let value = try step(&frame)
            guard case .string(let string) = value else { throw Self.unexpected(value, "string") }
            return string
        }
    }

    private static func unexpected(_ value: CELValue, _ wanted: String) -> EvaluationError {
        EvaluationError(.noOverload, "the value is \(value.type.name), declared \(wanted)")
    }
}
