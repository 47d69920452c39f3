/// The type conversions, `type` and `dyn`. Source: cel-spec, doc/langdef.md, "List of Standard Definitions".
enum ConversionFunctions {
    static let table: [String: LibraryFunction] = [
        "int": one([.int, .uint, .double, .string, .timestamp], to: .int, int),
        "uint": one([.uint, .int, .double, .string], to: .uint, uint),
        "double": one([.double, .int, .uint, .string], to: .double, double),
        "string": one(
            [
                .string, .bool, .int, .uint, .double, .bytes, .timestamp, .duration,
                .object(NetworkExtension.addressName), .object(NetworkExtension.blockName),
            ], to: .string, string),
        "bytes": one([.bytes, .string], to: .bytes, bytes),
        "bool": one([.bool, .string], to: .bool, bool),
        "timestamp": one([.timestamp, .string, .int], to: .timestamp, timestamp),
        "duration": one([.duration, .string], to: .duration, duration),
        "dyn": LibraryFunction([Signature([OperatorSignatures.a], .dyn)]) { arguments, _ throws(EvaluationError) in
            arguments[0]
        },
        "type": LibraryFunction([Signature([OperatorSignatures.a], .type(OperatorSignatures.a))]) {
            arguments, _ throws(EvaluationError) in .type(arguments[0].type)
        },
    ]

    private static func one(
        _ types: [CELType], to result: CELType,
        _ convert: @escaping @Sendable (CELValue) throws(EvaluationError) -> CELValue
    ) -> LibraryFunction {
        LibraryFunction(types.map { Signature([$0], result) }) { arguments, meter throws(EvaluationError) in
            try meter.charge(1 + arguments[0].breadth)
            return try convert(arguments[0])
        }
    }

    private static func outOfRange(_ value: CELValue, _ type: String) -> EvaluationError {
        EvaluationError(.overflow, "\(value) is out of the range of \(type)")
    }

    private static func malformed(_ value: CELValue, _ type: String) -> EvaluationError {
        EvaluationError(.invalidArgument, "\(value) is no \(type)")
    }

    @Sendable static func int(_ value: CELValue) throws(EvaluationError) -> CELValue {
        switch value {
        case .int: return value
        case .uint(let number):
            guard let int = Int64(exactly: number) else { throw outOfRange(value, "int") }
            return .int(int)
        case .double(let number):
            // Both bounds are refused: they are the images of numbers outside of the range too.
            guard number > -0x1p63, number < 0x1p63 else { throw outOfRange(value, "int") }
            return .int(Int64(number))
        case .string(let text):
            guard let int = Int64(text, radix: 10) else { throw malformed(value, "int") }
            return .int(int)
        case .timestamp(let time): return .int(time.seconds)
        default: throw .noOverload("int", value)
        }
    }

    @Sendable static func uint(_ value: CELValue) throws(EvaluationError) -> CELValue {
        switch value {
        case .uint: return value
        case .int(let number):
            guard let uint = UInt64(exactly: number) else { throw outOfRange(value, "uint") }
            return .uint(uint)
        case .double(let number):
            guard number >= 0, number < 0x1p64 else { throw outOfRange(value, "uint") }
            return .uint(UInt64(number))
        case .string(let text):
            guard text.utf8.first?.isDigit == true, let uint = UInt64(text, radix: 10) else {
                throw malformed(value, "uint")
            }
            return .uint(uint)
        default: throw .noOverload("uint", value)
        }
    }

    @Sendable static func double(_ value: CELValue) throws(EvaluationError) -> CELValue {
        switch value {
        case .double: return value
        case .int(let number): return .double(Double(number))
        case .uint(let number): return .double(Double(number))
        case .string(let text):
            guard let double = Double(text) else { throw malformed(value, "double") }
            return .double(double)
        default: throw .noOverload("double", value)
        }
    }

    @Sendable static func string(_ value: CELValue) throws(EvaluationError) -> CELValue {
        switch value {
        case .string: return value
        case .double(let number): return .string(NumberText.general(number))
        case .bytes(let bytes):
            guard let text = String(validating: bytes, as: UTF8.self) else { throw malformed(value, "UTF-8 text") }
            return .string(text)
        case .bool, .int, .uint, .timestamp, .duration: return .string(value.text)
        default:
            guard let text = NetworkExtension.text(value) else { throw .noOverload("string", value) }
            return .string(text)
        }
    }

    @Sendable static func bytes(_ value: CELValue) throws(EvaluationError) -> CELValue {
        switch value {
        case .bytes: return value
        case .string(let text): return .bytes(Array(text.utf8))
        default: throw .noOverload("bytes", value)
        }
    }

    @Sendable static func bool(_ value: CELValue) throws(EvaluationError) -> CELValue {
        switch value {
        case .bool: return value
        case .string(let text):
            switch text {
            case "1", "t", "T", "true", "TRUE", "True": return .bool(true)
            case "0", "f", "F", "false", "FALSE", "False": return .bool(false)
            default: throw malformed(value, "bool")
            }
        default: throw .noOverload("bool", value)
        }
    }

    @Sendable static func timestamp(_ value: CELValue) throws(EvaluationError) -> CELValue {
        switch value {
        case .timestamp: return value
        case .int(let seconds):
            guard let time = CELTimestamp(seconds: seconds) else { throw outOfRange(value, "timestamp") }
            return .timestamp(time)
        case .string(let text):
            guard let time = CELTimestamp(rfc3339: text) else { throw malformed(value, "timestamp of years 1 to 9999") }
            return .timestamp(time)
        default: throw .noOverload("timestamp", value)
        }
    }

    @Sendable static func duration(_ value: CELValue) throws(EvaluationError) -> CELValue {
        switch value {
        case .duration: return value
        case .string(let text):
            guard let duration = CELDuration(text: text) else { throw malformed(value, "duration within 292 years") }
            return .duration(duration)
        default: throw .noOverload("duration", value)
        }
    }
}
