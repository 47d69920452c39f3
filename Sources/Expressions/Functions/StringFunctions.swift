/// `size` and the standard functions on strings. Source: cel-spec, doc/langdef.md, "List of Standard Definitions".
enum StringFunctions {
    static let table: [String: LibraryFunction] = [
        "size": LibraryFunction(sizes) { arguments, meter throws(EvaluationError) in
            try meter.charge(1 + arguments[0].breadth)
            return .int(try size(arguments[0]))
        },
        "contains": test("contains") { ByteSearch.first($1, in: $0) != nil },
        "startsWith": test("startsWith") { $0.starts(with: $1) },
        "endsWith": test("endsWith") { $0.count >= $1.count && $0.suffix($1.count) == $1[...] },
        "matches": LibraryFunction([
            .method(.string, [.string], .bool), Signature([.string, .string], .bool),
        ]) { arguments, meter throws(EvaluationError) in
            guard case .string(let text) = arguments[0], case .string(let pattern) = arguments[1] else {
                throw .noOverload("matches", arguments)
            }
            try meter.charge(bytes: pattern.utf8.count << 4)
            return .bool(try compile(pattern).matches(text, &meter))
        },
    ]

    private static let sizes: [Signature] = {
        let sized: [CELType] = [
            .string, .bytes, .list(OperatorSignatures.a), .map(OperatorSignatures.a, OperatorSignatures.b),
        ]
        return sized.map { Signature([$0], .int) } + sized.map { .method($0, [], .int) }
    }()

    static func size(_ value: CELValue) throws(EvaluationError) -> Int64 {
        switch value {
        case .string(let text): return Int64(CodePoints.count(text))
        case .bytes(let bytes): return Int64(bytes.count)
        case .list(let elements): return Int64(elements.count)
        case .map(let map): return Int64(map.count)
        default: throw .noOverload("size", value)
        }
    }

    static func compile(
        _ pattern: String, keepsGroups: Bool = false
    ) throws(EvaluationError) -> RegularExpression {
        do throws(RegularExpressionError) {
            return try RegularExpression(pattern, keepsGroups: keepsGroups)
        } catch {
            throw EvaluationError(.invalidArgument, "the pattern \(StringExtension.quoted(pattern)) \(error.message)")
        }
    }

    private static func test(
        _ name: String, _ holds: @escaping @Sendable ([UInt8], [UInt8]) -> Bool
    ) -> LibraryFunction {
        LibraryFunction([.method(.string, [.string], .bool)]) { arguments, meter throws(EvaluationError) in
            guard case .string(let text) = arguments[0], case .string(let part) = arguments[1] else {
                throw .noOverload(name, arguments)
            }
            try meter.charge(bytes: text.utf8.count + part.utf8.count)
            return .bool(holds(Array(text.utf8), Array(part.utf8)))
        }
    }
}

/// Search in linear time (Knuth, Morris, Pratt).
enum ByteSearch {
    /// The first place of `part` in `text`, at or after `start`. In UTF-8 only whole code points can be found.
    static func first<T: Equatable>(_ part: [T], in text: [T], from start: Int = 0) -> Int? {
        guard !part.isEmpty else { return start <= text.count ? start : nil }
        guard start >= 0, text.count - start >= part.count else { return nil }
        var borders = Array(repeating: 0, count: part.count)
        var matched = 0
        for index in part.indices.dropFirst() {
            while matched > 0, part[index] != part[matched] { matched = borders[matched - 1] }
            if part[index] == part[matched] { matched += 1 }
            borders[index] = matched
        }
        matched = 0
        for index in start..<text.count {
            while matched > 0, text[index] != part[matched] { matched = borders[matched - 1] }
            if text[index] == part[matched] { matched += 1 }
            if matched == part.count { return index + 1 - matched }
        }
        return nil
    }
}
