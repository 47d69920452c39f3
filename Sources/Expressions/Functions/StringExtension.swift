/// The string extension. Positions count code points. Source: cel-go, ext/README.md, "Strings".
enum StringExtension {
    static let table: [String: LibraryFunction] = [
        "charAt": method([.int], .string) { text, arguments, _ throws(EvaluationError) in
            let scalars = Array(text.unicodeScalars)
            let place = try position(arguments[1], "charAt", upTo: scalars.count)
            return .string(place < scalars.count ? CodePoints.string([scalars[place]]) : "")
        },
        "indexOf": methods([[.string], [.string, .int]], .int) { text, arguments, _ throws(EvaluationError) in
            .int(try indexOf(text, arguments))
        },
        "lastIndexOf": methods([[.string], [.string, .int]], .int) { text, arguments, _ throws(EvaluationError) in
            .int(try lastIndexOf(text, arguments))
        },
        "substring": methods([[.int], [.int, .int]], .string) { text, arguments, _ throws(EvaluationError) in
            let scalars = Array(text.unicodeScalars)
            let start = try position(arguments[1], "substring", upTo: scalars.count)
            let end =
                arguments.count > 2
                ? try position(arguments[2], "substring", upTo: scalars.count) : scalars.count
            guard start <= end else {
                throw EvaluationError(.invalidArgument, "'substring' ends at \(end), before its start \(start)")
            }
            return .string(CodePoints.string(scalars[start..<end]))
        },
        "trim": method([], .string) { text, _, _ throws(EvaluationError) in
            let start = text.unicodeScalars.drop { $0.properties.isWhitespace }
            guard let last = start.lastIndex(where: { !$0.properties.isWhitespace }) else { return .string("") }
            return .string(CodePoints.string(start[...last]))
        },
        "lowerAscii": method([], .string) { text, _, _ throws(EvaluationError) in
            .string(String(decoding: text.utf8.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }, as: UTF8.self))
        },
        "upperAscii": method([], .string) { text, _, _ throws(EvaluationError) in
            .string(String(decoding: text.utf8.map { $0 &- 0x61 < 26 ? $0 & 0xDF : $0 }, as: UTF8.self))
        },
        "replace": methods([[.string, .string], [.string, .string, .int]], .string) {
            text, arguments, meter throws(EvaluationError) in .string(try Splitting.replace(text, arguments, &meter))
        },
        "split": methods([[.string], [.string, .int]], .list(.string)) {
            text, arguments, meter throws(EvaluationError) in .list(try Splitting.split(text, arguments, &meter))
        },
        "join": LibraryFunction([
            .method(.list(.string), [], .string), .method(.list(.string), [.string], .string),
        ]) { arguments, meter throws(EvaluationError) in .string(try Splitting.join(arguments, &meter)) },
        "format": method([.list(.dyn)], .string) { text, arguments, meter throws(EvaluationError) in
            .string(try StringFormat.format(text, arguments[1], &meter))
        },
        "strings.quote": LibraryFunction([Signature([.string], .string)]) { arguments, meter throws(EvaluationError) in
            guard case .string(let text) = arguments[0] else { throw .noOverload("strings.quote", arguments) }
            try meter.allow(bytes: text.utf8.count * 2 + 2)
            return .string(quoted(text))
        },
    ]

    typealias Method = @Sendable (String, [CELValue], inout Meter) throws(EvaluationError) -> CELValue

    private static func method(_ parameters: [CELType], _ result: CELType, _ body: @escaping Method) -> LibraryFunction
    {
        methods([parameters], result, body)
    }

    private static func methods(
        _ parameters: [[CELType]], _ result: CELType, _ body: @escaping Method
    ) -> LibraryFunction {
        LibraryFunction(parameters.map { .method(.string, $0, result) }) { arguments, meter throws(EvaluationError) in
            guard case .string(let text) = arguments[0] else { throw .noOverload("string method", arguments) }
            try meter.charge(bytes: text.utf8.count << 3)
            return try body(text, arguments, &meter)
        }
    }

    /// A position from 0 to `end`, both included.
    private static func position(_ value: CELValue, _ name: String, upTo end: Int) throws(EvaluationError) -> Int {
        guard case .int(let number) = value else { throw .noOverload(name, value) }
        guard number >= 0, number <= end else {
            throw EvaluationError(.invalidArgument, "'\(name)' at \(number), outside a string of \(end)")
        }
        return Int(number)
    }

    private static func searched(_ arguments: [CELValue], _ name: String) throws(EvaluationError) -> [Unicode.Scalar] {
        guard case .string(let part) = arguments[1] else { throw .noOverload(name, arguments) }
        return Array(part.unicodeScalars)
    }

    private static func indexOf(_ text: String, _ arguments: [CELValue]) throws(EvaluationError) -> Int64 {
        let part = try searched(arguments, "indexOf")
        let scalars = Array(text.unicodeScalars)
        let start = arguments.count > 2 ? try position(arguments[2], "indexOf", upTo: scalars.count) : 0
        return ByteSearch.first(part, in: scalars, from: start).map { Int64($0) } ?? -1
    }

    private static func lastIndexOf(_ text: String, _ arguments: [CELValue]) throws(EvaluationError) -> Int64 {
        let part = try searched(arguments, "lastIndexOf")
        let scalars = Array(text.unicodeScalars)
        var latest = scalars.count - part.count
        if arguments.count > 2 {
            latest = min(try position(arguments[2], "lastIndexOf", upTo: scalars.count), latest)
        }
        guard latest >= 0 else { return -1 }
        // Reversed, the last occurrence that starts at or before `latest` is the first one.
        let reversed = Array(scalars[..<(latest + part.count)].reversed())
        guard let place = ByteSearch.first(Array(part.reversed()), in: reversed) else { return -1 }
        return Int64(latest - place)
    }

    /// The text in double quotes, with the escape sequences of CEL.
    static func quoted(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        result.append("\"")
        for scalar in text.unicodeScalars {
            let escape: Unicode.Scalar? =
                switch scalar {
                case "\u{07}": "a"
                case "\u{08}": "b"
                case "\u{0C}": "f"
                case "\n": "n"
                case "\r": "r"
                case "\t": "t"
                case "\u{0B}": "v"
                case "\\", "\"": scalar
                default: nil
                }
            if escape != nil { result.append("\\") }
            result.append(escape ?? scalar)
        }
        result.append("\"")
        return String(result)
    }
}
