/// The list extension. Source: cel-go, ext/README.md, "Lists".
enum ListExtension {
    /// What `list.sortBy(e, key)` is a call of: the list, and the list of keys. No expression can write this name.
    static let sorting = "_.sortBy(_)"

    private static let anything = OperatorSignatures.a
    private static let ordered: [CELType] = [.int, .uint, .double, .bool, .duration, .timestamp, .string, .bytes]

    static let table: [String: LibraryFunction] = [
        "lists.range": LibraryFunction([Signature([.int], .list(.int))]) { arguments, meter throws(EvaluationError) in
            guard case .int(let count) = arguments[0] else { throw .noOverload("lists.range", arguments) }
            try meter.allow(elements: Int(clamping: max(0, count)))
            return .list((0..<max(0, count)).map { .int($0) })
        },
        "first": method([], .dyn) { list, _, _ throws(EvaluationError) in .optional(CELOptional(list.first)) },
        "last": method([], .dyn) { list, _, _ throws(EvaluationError) in .optional(CELOptional(list.last)) },
        "slice": method([.int, .int], .list(anything)) { list, arguments, _ throws(EvaluationError) in
            guard case .int(let start) = arguments[1], case .int(let end) = arguments[2] else {
                throw .noOverload("slice", arguments)
            }
            guard start >= 0, start <= end, end <= list.count else {
                throw EvaluationError(.invalidArgument, "'slice' from \(start) to \(end), of a list of \(list.count)")
            }
            return .list(Array(list[Int(start)..<Int(end)]))
        },
        "reverse": LibraryFunction([
            .method(.string, [], .string), .method(.list(anything), [], .list(anything)),
        ]) { arguments, meter throws(EvaluationError) in
            try meter.charge(1 + arguments[0].breadth)
            switch arguments[0] {
            case .string(let text): return .string(CodePoints.string(text.unicodeScalars.reversed()))
            case .list(let list): return .list(list.reversed())
            default: throw .noOverload("reverse", arguments)
            }
        },
        "flatten": LibraryFunction([
            .method(.list(.list(anything)), [], .list(anything)), .method(.list(.dyn), [.int], .list(.dyn)),
        ]) { arguments, meter throws(EvaluationError) in
            guard case .list(let list) = arguments[0] else { throw .noOverload("flatten", arguments) }
            var depth: Int64 = 1
            if arguments.count > 1 {
                guard case .int(let number) = arguments[1] else { throw .noOverload("flatten", arguments) }
                guard number >= 0 else { throw EvaluationError(.invalidArgument, "'flatten' to a depth of \(number)") }
                depth = number
            }
            var flat: [CELValue] = []
            try flatten(list, depth, into: &flat, &meter)
            return .list(flat)
        },
        "distinct": method([], .list(anything)) { list, _, meter throws(EvaluationError) in
            .list(try distinct(list, &meter))
        },
        "sort": LibraryFunction(ordered.map { .method(.list($0), [], .list($0)) }) {
            arguments, meter throws(EvaluationError) in
            guard case .list(let list) = arguments[0] else { throw .noOverload("sort", arguments) }
            return .list(try sorted(list, by: list, "sort", &meter))
        },
        sorting: LibraryFunction(ordered.map { Signature([.list(anything), .list($0)], .list(anything)) }) {
            arguments, meter throws(EvaluationError) in
            guard case .list(let list) = arguments[0], case .list(let keys) = arguments[1], list.count == keys.count
            else { throw .noOverload("sortBy", arguments) }
            return .list(try sorted(list, by: keys, "sortBy", &meter))
        },
    ]

    private static func method(
        _ parameters: [CELType], _ result: CELType,
        _ body: @escaping @Sendable ([CELValue], [CELValue], inout Meter) throws(EvaluationError) -> CELValue
    ) -> LibraryFunction {
        LibraryFunction([.method(.list(anything), parameters, result)]) { arguments, meter throws(EvaluationError) in
            guard case .list(let list) = arguments[0] else { throw .noOverload("list method", arguments) }
            try meter.charge(1 + list.count >> 2)
            return try body(list, arguments, &meter)
        }
    }

    /// Lists within lists may share their elements, so what is taken is counted before it is added.
    private static func flatten(
        _ list: [CELValue], _ depth: Int64, into flat: inout [CELValue], _ meter: inout Meter
    ) throws(EvaluationError) {
        for element in list {
            try meter.charge()
            if depth > 0, case .list(let inner) = element {
                try flatten(inner, depth - 1, into: &flat, &meter)
            } else {
                if flat.count >= meter.limits.elements { try meter.allow(elements: flat.count + 1) }
                flat.append(element)
            }
        }
    }

    /// The elements without those that equal an earlier one.
    private static func distinct(_ list: [CELValue], _ meter: inout Meter) throws(EvaluationError) -> [CELValue] {
        var found: [CELValue] = []
        var keys: Set<MapKey> = []
        // Those that no key stands for, to be compared one by one.
        var others: [CELValue] = []
        next: for element in list {
            try meter.charge(1 + element.breadth)
            if let key = MapKey(finding: element) {
                guard keys.insert(key).inserted else { continue }
            } else {
                for other in others where try meter.equal(other, element) { continue next }
                others.append(element)
            }
            found.append(element)
        }
        return found
    }

    /// The list in the order of the keys, which are all of one type; what has equal keys stays in its order.
    private static func sorted(
        _ list: [CELValue], by keys: [CELValue], _ name: String, _ meter: inout Meter
    ) throws(EvaluationError) -> [CELValue] {
        guard let first = keys.first else { return list }
        guard ordered.contains(first.type) else {
            throw EvaluationError(.noOverload, "'\(name)' cannot order values of type \(first.type.name)")
        }
        var breadth = 0
        for key in keys {
            guard key.type == first.type else {
                throw EvaluationError(
                    .noOverload, "'\(name)' cannot order \(key.type.name) among \(first.type.name)")
            }
            breadth += 1 + key.breadth
        }
        // Comparisons of n keys, each as dear as its key is long.
        try meter.charge(breadth &* (Int.bitWidth - keys.count.leadingZeroBitCount))
        let places = keys.indices.sorted { left, right in
            precedes(keys[left], keys[right]) ?? (left < right)
        }
        return places.map { list[$0] }
    }

    /// Nil for equal keys. NaN comes after all numbers.
    private static func precedes(_ left: CELValue, _ right: CELValue) -> Bool? {
        switch Order(left, right) {
        case .before: return true
        case .after: return false
        case .equal, nil: return nil
        case .unordered:
            guard case .double(let left) = left, case .double(let right) = right else { return nil }
            return left.isNaN == right.isNaN ? nil : right.isNaN
        }
    }
}
