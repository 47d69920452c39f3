extension Compiler {
    func unary(_ sign: UnaryOperator, _ operand: Syntax) throws(ExpressionError) -> Code {
        let code = try code(operand)
        switch (sign, type(operand)) {
        case (.not, _):
            let step = code.asBool
            return .bool { frame throws(EvaluationError) in !(try step(&frame)) }
        case (.negate, .double):
            let step = code.asDouble
            return .double { frame throws(EvaluationError) in -(try step(&frame)) }
        case (.negate, _):
            let step = code.asValue
            return .value { frame throws(EvaluationError) in try Arithmetic.negate(try step(&frame)) }
        }
    }

    func binary(_ sign: BinaryOperator, _ left: Syntax, _ right: Syntax) throws(ExpressionError) -> Code {
        let types = (type(left), type(right))
        let left = try code(left)
        let right = try code(right)
        switch sign {
        case .in: return .bool(membership(left, right, of: types.0))
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
            return .bool(comparison(sign, left, right, types))
        case .add, .subtract, .multiply, .divide, .modulo: return arithmetic(sign, left, right, types)
        }
    }

    private func arithmetic(_ sign: BinaryOperator, _ left: Code, _ right: Code, _ types: (CELType, CELType)) -> Code {
        switch types {
        case (.int, .int):
            let (left, right) = (left.asInt, right.asInt)
            return .int { frame throws(EvaluationError) in
                let value = try left(&frame)
                return try Arithmetic.int(sign, value, try right(&frame))
            }
        case (.double, .double):
            let (left, right) = (left.asDouble, right.asDouble)
            return .double { frame throws(EvaluationError) in
                let value = try left(&frame)
                return Arithmetic.double(sign, value, try right(&frame))
            }
        default:
            let (left, right) = (left.asValue, right.asValue)
            return .value { frame throws(EvaluationError) in
                let value = try left(&frame)
                return try Arithmetic.apply(sign, value, try right(&frame), &frame.meter)
            }
        }
    }

    private func membership(_ left: Code, _ right: Code, of type: CELType) -> BoolStep {
        if type == .string, case .list(let elements)? = right.constant {
            let keys = Set(elements.compactMap { MapKey(inserting: $0) })
            let step = left.asString
            return { frame throws(EvaluationError) in keys.contains(.string(try step(&frame))) }
        }
        let (value, container) = (left.asValue, right.asValue)
        return { frame throws(EvaluationError) in
            let value = try value(&frame)
            return try Selection.contains(try container(&frame), value, &frame.meter)
        }
    }

    private func comparison(
        _ sign: BinaryOperator, _ left: Code, _ right: Code, _ types: (CELType, CELType)
    ) -> BoolStep {
        let numbers: Set<CELType> = [.int, .uint, .double]
        if numbers.contains(types.0), numbers.contains(types.1), types.0 == .double || types.1 == .double {
            return doubles(sign, left, right)
        }
        switch types {
        case (.int, .int): return ints(sign, left.asInt, right.asInt)
        case (.string, .string): return strings(sign, left, right)
        default: break
        }
        let (left, right) = (left.asValue, right.asValue)
        if sign == .equal || sign == .notEqual {
            let wanted = sign == .equal
            return { frame throws(EvaluationError) in
                let value = try left(&frame)
                let other = try right(&frame)
                return try frame.meter.equal(value, other) == wanted
            }
        }
        return { frame throws(EvaluationError) in
            let value = try left(&frame)
            let other = try right(&frame)
            try frame.meter.charge(1 + value.breadth)
            guard let order = Order(value, other) else { throw .noOverload(sign.rawValue, value, other) }
            return order.satisfies(sign)
        }
    }

    /// An int or uint that meets a double is rounded to one, as everywhere in CEL's number line.
    private func doubles(_ sign: BinaryOperator, _ left: Code, _ right: Code) -> BoolStep {
        let value = left.asDouble
        if let constant = right.constant, let bound = constant.number {
            switch sign {
            case .less: return { frame throws(EvaluationError) in try value(&frame) < bound }
            case .lessOrEqual: return { frame throws(EvaluationError) in try value(&frame) <= bound }
            case .greater: return { frame throws(EvaluationError) in try value(&frame) > bound }
            case .greaterOrEqual: return { frame throws(EvaluationError) in try value(&frame) >= bound }
            case .equal: return { frame throws(EvaluationError) in try value(&frame) == bound }
            default: return { frame throws(EvaluationError) in try value(&frame) != bound }
            }
        }
        let other = right.asDouble
        return { frame throws(EvaluationError) in
            let left = try value(&frame)
            let right = try other(&frame)
            return sign.holds(left, right)
        }
    }

    private func ints(_ sign: BinaryOperator, _ value: @escaping IntStep, _ other: @escaping IntStep) -> BoolStep {
        { frame throws(EvaluationError) in
            let left = try value(&frame)
            let right = try other(&frame)
            return sign.holds(left, right)
        }
    }

    private func strings(_ sign: BinaryOperator, _ left: Code, _ right: Code) -> BoolStep {
        let value = left.asString
        if case .string(let text)? = right.constant, sign == .equal || sign == .notEqual {
            let wanted = sign == .equal
            let count = text.utf8.count
            let isASCII = text.utf8.allSatisfy { $0 < 0x80 }
            // An ASCII text of the same length in bytes that is canonically equal is the same text.
            guard isASCII else {
                return { frame throws(EvaluationError) in CodePoints.equal(try value(&frame), text) == wanted }
            }
            return { frame throws(EvaluationError) in
                let value = try value(&frame)
                return (value.utf8.count == count && value == text) == wanted
            }
        }
        let other = right.asString
        return { frame throws(EvaluationError) in
            let left = try value(&frame)
            let right = try other(&frame)
            try frame.meter.charge(bytes: left.utf8.count)
            switch sign {
            case .equal: return CodePoints.equal(left, right)
            case .notEqual: return !CodePoints.equal(left, right)
            default: return Order(.string(left), .string(right))?.satisfies(sign) ?? false
            }
        }
    }
}

extension CELValue {
    /// The number as a double; nil for anything else.
    fileprivate var number: Double? {
        switch self {
        case .double(let value): value
        case .int(let value): Double(value)
        case .uint(let value): Double(value)
        default: nil
        }
    }
}
