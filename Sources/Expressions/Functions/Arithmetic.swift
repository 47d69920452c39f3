/// The arithmetic operators on values of any types. Integer overflow and division by zero are errors.
enum Arithmetic {
    static func apply(
        _ sign: BinaryOperator, _ left: CELValue, _ right: CELValue, _ meter: inout Meter
    ) throws(EvaluationError) -> CELValue {
        switch (left, right) {
        case (.int(let left), .int(let right)): return .int(try int(sign, left, right))
        case (.uint(let left), .uint(let right)): return .uint(try uint(sign, left, right))
        case (.double(let left), .double(let right)) where sign != .modulo: return .double(double(sign, left, right))
        default: break
        }
        switch sign {
        case .add: return try add(left, right, &meter)
        case .subtract: return try subtract(left, right)
        default: throw .noOverload(sign.rawValue, left, right)
        }
    }

    static func int(_ sign: BinaryOperator, _ left: Int64, _ right: Int64) throws(EvaluationError) -> Int64 {
        let (value, overflow) =
            switch sign {
            case .add: left.addingReportingOverflow(right)
            case .subtract: left.subtractingReportingOverflow(right)
            case .multiply: left.multipliedReportingOverflow(by: right)
            case .divide: left.dividedReportingOverflow(by: right)
            default: left.remainderReportingOverflow(dividingBy: right)
            }
        guard !overflow else { throw integerError(sign, isZero: right == 0) }
        return value
    }

    static func uint(_ sign: BinaryOperator, _ left: UInt64, _ right: UInt64) throws(EvaluationError) -> UInt64 {
        let (value, overflow) =
            switch sign {
            case .add: left.addingReportingOverflow(right)
            case .subtract: left.subtractingReportingOverflow(right)
            case .multiply: left.multipliedReportingOverflow(by: right)
            case .divide: left.dividedReportingOverflow(by: right)
            default: left.remainderReportingOverflow(dividingBy: right)
            }
        guard !overflow else { throw integerError(sign, isZero: right == 0) }
        return value
    }

    /// `sign` is one of + - * /.
    static func double(_ sign: BinaryOperator, _ left: Double, _ right: Double) -> Double {
        switch sign {
        case .add: left + right
        case .subtract: left - right
        case .multiply: left * right
        default: left / right
        }
    }

    private static func integerError(_ sign: BinaryOperator, isZero: Bool) -> EvaluationError {
        switch sign {
        case .divide where isZero: EvaluationError(.divisionByZero, "division by zero")
        case .modulo where isZero: EvaluationError(.divisionByZero, "modulus by zero")
        default: EvaluationError(.overflow, "'\(sign.rawValue)' overflows 64 bits")
        }
    }

    private static func add(
        _ left: CELValue, _ right: CELValue, _ meter: inout Meter
    ) throws(EvaluationError) -> CELValue {
        switch (left, right) {
        case (.string(let left), .string(let right)):
            try meter.allow(bytes: left.utf8.count + right.utf8.count)
            return .string(left + right)
        case (.bytes(let left), .bytes(let right)):
            try meter.allow(bytes: left.count + right.count)
            return .bytes(left + right)
        case (.list(let left), .list(let right)):
            try meter.allow(elements: left.count + right.count)
            return .list(left + right)
        case (.timestamp(let time), .duration(let duration)), (.duration(let duration), .timestamp(let time)):
            return .timestamp(try ranged(time.adding(duration)))
        case (.duration(let left), .duration(let right)):
            return .duration(try duration(left.nanoseconds.addingReportingOverflow(right.nanoseconds)))
        default:
            throw .noOverload("+", left, right)
        }
    }

    private static func subtract(_ left: CELValue, _ right: CELValue) throws(EvaluationError) -> CELValue {
        switch (left, right) {
        case (.timestamp(let left), .timestamp(let right)):
            return .duration(try ranged(left.since(right)))
        case (.timestamp(let time), .duration(let duration)):
            let (negated, overflow) = Int64(0).subtractingReportingOverflow(duration.nanoseconds)
            return .timestamp(try ranged(overflow ? nil : time.adding(CELDuration(nanoseconds: negated))))
        case (.duration(let left), .duration(let right)):
            return .duration(try duration(left.nanoseconds.subtractingReportingOverflow(right.nanoseconds)))
        default:
            throw .noOverload("-", left, right)
        }
    }

    private static func duration(
        _ result: (partialValue: Int64, overflow: Bool)
    ) throws(EvaluationError) -> CELDuration {
        try ranged(result.overflow ? nil : CELDuration(nanoseconds: result.partialValue))
    }

    private static func ranged<T>(_ value: T?) throws(EvaluationError) -> T {
        guard let value else { throw EvaluationError(.overflow, "the time is out of range") }
        return value
    }

    static func negate(_ value: CELValue) throws(EvaluationError) -> CELValue {
        switch value {
        case .int(let value): return .int(try int(.subtract, 0, value))
        case .double(let value): return .double(-value)
        default: throw .noOverload("-", value)
        }
    }
}
