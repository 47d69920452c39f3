/// The math extension. Source: cel-go, ext/README.md, "Math".
enum MathExtension {
    static let table: [String: LibraryFunction] = [
        "math.greatest": extreme("math.greatest", keeping: .after),
        "math.least": extreme("math.least", keeping: .before),
        "math.ceil": rounding("math.ceil", .up),
        "math.floor": rounding("math.floor", .down),
        "math.round": rounding("math.round", .toNearestOrAwayFromZero),
        "math.trunc": rounding("math.trunc", .towardZero),
        "math.sqrt": LibraryFunction(numbers.map { Signature([$0], .double) }) { arguments, _ throws(EvaluationError) in
            guard case .double(let value) = try ConversionFunctions.double(number(arguments[0], "math.sqrt")) else {
                throw .noOverload("math.sqrt", arguments)
            }
            return .double(value.squareRoot())
        },
        "math.abs": LibraryFunction(numbers.map { Signature([$0], $0) }) { arguments, _ throws(EvaluationError) in
            switch arguments[0] {
            case .int(let value): .int(value < 0 ? try Arithmetic.int(.subtract, 0, value) : value)
            case .uint: arguments[0]
            case .double(let value): .double(value.magnitude)
            default: throw .noOverload("math.abs", arguments)
            }
        },
        "math.sign": LibraryFunction(numbers.map { Signature([$0], $0) }) { arguments, _ throws(EvaluationError) in
            switch arguments[0] {
            case .int(let value): .int(value.signum())
            case .uint(let value): .uint(value.signum())
            case .double(let value): .double(value > 0 ? 1 : value < 0 ? -1 : value)
            default: throw .noOverload("math.sign", arguments)
            }
        },
        "math.isNaN": test("math.isNaN", \.isNaN),
        "math.isInf": test("math.isInf", \.isInfinite),
        "math.isFinite": test("math.isFinite", \.isFinite),
        "math.bitAnd": bits("math.bitAnd", &, &),
        "math.bitOr": bits("math.bitOr", |, |),
        "math.bitXor": bits("math.bitXor", ^, ^),
        "math.bitNot": LibraryFunction([Signature([.int], .int), Signature([.uint], .uint)]) {
            arguments, _ throws(EvaluationError) in
            switch arguments[0] {
            case .int(let value): .int(~value)
            case .uint(let value): .uint(~value)
            default: throw .noOverload("math.bitNot", arguments)
            }
        },
        "math.bitShiftLeft": shift("math.bitShiftLeft") { $0 << $1 },
        "math.bitShiftRight": shift("math.bitShiftRight") { $0 >> $1 },
    ]

    private static let numbers: [CELType] = [.int, .uint, .double]

    private static func number(_ value: CELValue, _ name: String) throws(EvaluationError) -> CELValue {
        switch value {
        case .int, .uint, .double: return value
        default: throw .noOverload(name, value)
        }
    }

    private static func extreme(_ name: String, keeping order: Order) -> LibraryFunction {
        LibraryFunction([], isVariadic: true) { arguments, meter throws(EvaluationError) in
            var values = arguments
            if arguments.count == 1, case .list(let elements) = arguments[0] { values = elements }
            try meter.charge(1 + values.count)
            guard let first = values.first else {
                throw EvaluationError(.invalidArgument, "'\(name)' needs at least one number")
            }
            var best = try number(first, name)
            for value in values.dropFirst() {
                if NumberOrder.compare(try number(value, name), best) == order { best = value }
            }
            return best
        }
    }

    private static func rounding(_ name: String, _ rule: FloatingPointRoundingRule) -> LibraryFunction {
        LibraryFunction([Signature([.double], .double)]) { arguments, _ throws(EvaluationError) in
            guard case .double(let value) = arguments[0] else { throw .noOverload(name, arguments) }
            return .double(value.rounded(rule))
        }
    }

    private static func test(_ name: String, _ holds: @escaping @Sendable (Double) -> Bool) -> LibraryFunction {
        LibraryFunction([Signature([.double], .bool)]) { arguments, _ throws(EvaluationError) in
            guard case .double(let value) = arguments[0] else { throw .noOverload(name, arguments) }
            return .bool(holds(value))
        }
    }

    private static func bits(
        _ name: String, _ int: @escaping @Sendable (Int64, Int64) -> Int64,
        _ uint: @escaping @Sendable (UInt64, UInt64) -> UInt64
    ) -> LibraryFunction {
        LibraryFunction([Signature([.int, .int], .int), Signature([.uint, .uint], .uint)]) {
            arguments, _ throws(EvaluationError) in
            switch (arguments[0], arguments[1]) {
            case (.int(let left), .int(let right)): .int(int(left, right))
            case (.uint(let left), .uint(let right)): .uint(uint(left, right))
            default: throw .noOverload(name, arguments)
            }
        }
    }

    /// Shifts are of the bit pattern: an int is not extended by its sign, and 64 places or more leave 0.
    private static func shift(
        _ name: String, _ move: @escaping @Sendable (UInt64, UInt64) -> UInt64
    ) -> LibraryFunction {
        LibraryFunction([Signature([.int, .int], .int), Signature([.uint, .int], .uint)]) {
            arguments, _ throws(EvaluationError) in
            guard case .int(let places) = arguments[1] else { throw .noOverload(name, arguments) }
            guard let places = UInt64(exactly: places) else {
                throw EvaluationError(.invalidArgument, "'\(name)' by a negative number of places")
            }
            switch arguments[0] {
            case .int(let value): return .int(Int64(bitPattern: move(UInt64(bitPattern: value), places)))
            case .uint(let value): return .uint(move(value, places))
            default: throw .noOverload(name, arguments)
            }
        }
    }
}
