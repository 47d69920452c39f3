/// `'%s'.format([…])`. Source: cel-spec, doc/extensions/strings.md.
enum StringFormat {
    private static let precisionLimit = 100

    static func format(
        _ pattern: String, _ arguments: CELValue, _ meter: inout Meter
    ) throws(EvaluationError) -> String {
        guard case .list(let values) = arguments else { throw .noOverload("format", arguments) }
        var rest = Array(pattern.utf8)[...]
        var result: [UInt8] = []
        var used = 0
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                result.append(byte)
                continue
            }
            if rest.first == UInt8(ascii: "%") {
                rest.removeFirst()
                result.append(byte)
                continue
            }
            let precision = try precision(&rest)
            guard let conversion = rest.popFirst() else { throw mistake("ends inside a conversion") }
            guard used < values.count else { throw mistake("has more conversions than the \(values.count) values") }
            let text = try convert(values[used], Unicode.Scalar(conversion), precision, meter.limits.stringBytes)
            used += 1
            try meter.allow(bytes: result.count + text.utf8.count)
            result += Array(text.utf8)
        }
        guard used == values.count else { throw mistake("has fewer conversions than the \(values.count) values") }
        return String(decoding: result, as: UTF8.self)
    }

    private static func mistake(_ what: String) -> EvaluationError {
        EvaluationError(.invalidArgument, "the format \(what)")
    }

    /// The digits after a point; nil when there is none.
    private static func precision(_ rest: inout ArraySlice<UInt8>) throws(EvaluationError) -> Int? {
        guard rest.first == UInt8(ascii: ".") else { return nil }
        rest.removeFirst()
        let digits = rest.prefix(while: \.isDigit)
        rest.removeFirst(digits.count)
        guard let precision = Int(String(decoding: digits, as: UTF8.self)), precision <= precisionLimit else {
            throw mistake("has a precision that is no number up to \(precisionLimit)")
        }
        return precision
    }

    private static func convert(
        _ value: CELValue, _ conversion: Unicode.Scalar, _ precision: Int?, _ limit: Int
    ) throws(EvaluationError) -> String {
        switch conversion {
        case "s": return try plain(value, limit)
        case "d": return try decimal(value)
        case "f": return try fixed(value, "f") { $0.fixed(precision ?? 6) }
        case "e": return try fixed(value, "e") { $0.scientific(precision ?? 6) }
        case "x", "X": return try hexadecimal(value, isUppercase: conversion == "X")
        case "o": return try integer(value, "o", radix: 8)
        case "b":
            if case .bool(let bit) = value { return bit ? "1" : "0" }
            return try integer(value, "b", radix: 2)
        default: throw mistake("has an unknown conversion '%\(conversion)'")
        }
    }

    private static func plain(_ value: CELValue, _ limit: Int) throws(EvaluationError) -> String {
        if case .record = value { throw mistake("cannot write a record") }
        var writer = ValueText(limit: limit)
        writer.write(value)
        guard !writer.isCut else {
            throw EvaluationError(.limit, "a string would have more than \(limit) bytes")
        }
        return writer.output
    }

    private static func decimal(_ value: CELValue) throws(EvaluationError) -> String {
        switch value {
        case .int, .uint, .double: return value.text
        default: throw mistake("'%d' takes a number, not \(value.type.name)")
        }
    }

    private static func fixed(
        _ value: CELValue, _ name: String, _ text: (ExactDecimal) -> String
    ) throws(EvaluationError) -> String {
        let number: Double
        switch value {
        case .double(let double): number = double
        case .int(let int): number = Double(int)
        case .uint(let uint): number = Double(uint)
        // JSON has no such numbers and writes their names.
        case .string(let name) where ["NaN", "Infinity", "-Infinity"].contains(name): return name
        default: throw mistake("'%\(name)' takes a number, not \(value.type.name)")
        }
        return number.isFinite ? text(ExactDecimal(number)) : NumberText.notFinite(number)
    }

    private static func integer(
        _ value: CELValue, _ name: String, radix: Int, isUppercase: Bool = false
    ) throws(EvaluationError) -> String {
        switch value {
        case .int(let int): return String(int, radix: radix, uppercase: isUppercase)
        case .uint(let uint): return String(uint, radix: radix, uppercase: isUppercase)
        default: throw mistake("'%\(name)' does not take \(value.type.name)")
        }
    }

    private static func hexadecimal(_ value: CELValue, isUppercase: Bool) throws(EvaluationError) -> String {
        let bytes: [UInt8]
        switch value {
        case .string(let text): bytes = Array(text.utf8)
        case .bytes(let octets): bytes = octets
        default: return try integer(value, isUppercase ? "X" : "x", radix: 16, isUppercase: isUppercase)
        }
        return bytes.map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: isUppercase)
        }.joined()
    }
}
