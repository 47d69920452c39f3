/// Finding and replacing by patterns. Source: cel-go, ext/README.md, "Regex".
enum RegexExtension {
    typealias Operation =
        @Sendable (
            RegularExpression, _ arguments: [CELValue], inout Meter
        ) throws(EvaluationError) -> CELValue

    /// Given the pattern, compiled, and all arguments: the text, the pattern, and what the function takes besides.
    static let operations: [String: Operation] = [
        "regex.extract": { expression, arguments, meter throws(EvaluationError) in
            let text = try text(arguments, "regex.extract")
            try checkGroups(expression, "regex.extract")
            guard let match = try expression.firstMatch(in: text, from: 0, &meter) else { return CELOptional.none }
            return .optional(CELOptional(found(match, of: expression, in: text).map { .string($0) }))
        },
        "regex.extractAll": { expression, arguments, meter throws(EvaluationError) in
            let text = try text(arguments, "regex.extractAll")
            try checkGroups(expression, "regex.extractAll")
            let matches = try expression.matches(in: text, limit: Int.max, &meter)
            return .list(matches.compactMap { found($0, of: expression, in: text) }.map { .string($0) })
        },
        "regex.replace": { expression, arguments, meter throws(EvaluationError) in
            .string(try replace(expression, arguments, &meter))
        },
    ]

    static let table: [String: LibraryFunction] = [
        "regex.extract": function("regex.extract", [[.string, .string]], .dyn),
        "regex.extractAll": function("regex.extractAll", [[.string, .string]], .list(.string)),
        "regex.replace": function(
            "regex.replace", [[.string, .string, .string], [.string, .string, .string, .int]], .string),
    ]

    /// With the pattern known only when it is evaluated.
    private static func function(_ name: String, _ parameters: [[CELType]], _ result: CELType) -> LibraryFunction {
        LibraryFunction(parameters.map { Signature($0, result) }) { arguments, meter throws(EvaluationError) in
            guard case .string(let pattern) = arguments[1], let operation = operations[name] else {
                throw .noOverload(name, arguments)
            }
            try meter.charge(bytes: pattern.utf8.count << 4)
            return try operation(try StringFunctions.compile(pattern, keepsGroups: true), arguments, &meter)
        }
    }

    private static func text(_ arguments: [CELValue], _ name: String) throws(EvaluationError) -> [Unicode.Scalar] {
        guard case .string(let text) = arguments[0] else { throw .noOverload(name, arguments) }
        return Array(text.unicodeScalars)
    }

    private static func checkGroups(_ expression: RegularExpression, _ name: String) throws(EvaluationError) {
        guard expression.groupCount <= 1 else {
            throw EvaluationError(
                .invalidArgument, "'\(name)' takes a pattern of one group, this has \(expression.groupCount)")
        }
    }

    /// What the pattern's group took, or the whole match where there is no group; nil for an empty group.
    private static func found(
        _ match: RegularExpression.Match, of expression: RegularExpression, in text: [Unicode.Scalar]
    ) -> String? {
        guard expression.groupCount == 1 else { return CodePoints.string(text[match.range]) }
        guard let group = match.group(1), !group.isEmpty else { return nil }
        return CodePoints.string(text[group])
    }

    private static func replace(
        _ expression: RegularExpression, _ arguments: [CELValue], _ meter: inout Meter
    ) throws(EvaluationError) -> String {
        let text = try text(arguments, "regex.replace")
        guard case .string(let replacement) = arguments[2] else { throw .noOverload("regex.replace", arguments) }
        let parts = try parts(of: replacement, groups: expression.groupCount)
        var limit = Int.max
        if arguments.count > 3 {
            guard case .int(let count) = arguments[3] else { throw .noOverload("regex.replace", arguments) }
            if count >= 0 { limit = Int(clamping: count) }
        }
        var result = String.UnicodeScalarView()
        var size = 0
        var place = 0
        func take(_ scalars: ArraySlice<Unicode.Scalar>, _ meter: inout Meter) throws(EvaluationError) {
            size += scalars.reduce(0) { $0 + UTF8.width($1) }
            try meter.charge(bytes: scalars.count)
            if size > meter.limits.stringBytes { try meter.allow(bytes: size) }
            result.append(contentsOf: scalars)
        }
        for match in try expression.matches(in: text, limit: limit, &meter) {
            try take(text[place..<match.range.lowerBound], &meter)
            for part in parts {
                switch part {
                case .text(let scalars): try take(scalars[...], &meter)
                case .group(let number):
                    if let group = match.group(number) { try take(text[group], &meter) }
                }
            }
            place = match.range.upperBound
        }
        try take(text[place...], &meter)
        return String(result)
    }

    private enum Part {
        case text([Unicode.Scalar])
        case group(Int)
    }

    /// Reads a replacement: `\0` to `\9` stand for groups, `\\` for a backslash.
    private static func parts(of replacement: String, groups: Int) throws(EvaluationError) -> [Part] {
        var parts: [Part] = []
        var literal: [Unicode.Scalar] = []
        var rest = replacement.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            guard scalar == "\\" else {
                literal.append(scalar)
                continue
            }
            switch rest.popFirst() {
            case "\\": literal.append("\\")
            case let digit? where digit >= "0" && digit <= "9":
                let number = Int(digit.value - 0x30)
                guard number <= groups else {
                    throw EvaluationError(
                        .invalidArgument, "the replacement names group \(number), the pattern has \(groups)")
                }
                parts += [.text(literal), .group(number)]
                literal = []
            default:
                throw EvaluationError(.invalidArgument, "a backslash of the replacement needs a digit or a backslash")
            }
        }
        return parts + [.text(literal)]
    }
}
