/// Walks over lists and maps for the macros. Source: cel-spec, doc/langdef.md, "Macros".
enum Comprehensions {
    /// Calls `round` with each element of a list or each key of a map put into the slots, until it answers false. Two
    /// slots take index and element, or key and value.
    static func walk(
        _ range: CELValue, _ slots: [Int], _ frame: inout Frame,
        _ round: (inout Frame) throws(EvaluationError) -> Bool
    ) throws(EvaluationError) {
        let hasTwo = slots.count == 2
        switch range {
        case .list(let elements):
            for (index, element) in elements.enumerated() {
                try frame.meter.charge()
                if hasTwo { frame.locals[slots[0]] = .int(Int64(index)) }
                frame.locals[slots[slots.count - 1]] = element
                guard try round(&frame) else { return }
            }
        case .map(let map):
            for entry in map.entries {
                try frame.meter.charge()
                frame.locals[slots[0]] = entry.key
                if hasTwo { frame.locals[slots[1]] = entry.value }
                guard try round(&frame) else { return }
            }
        default:
            throw EvaluationError(.noOverload, "\(range.type.name) has no elements")
        }
    }

    /// `all` and `exists`: the first round whose condition is `deciding` gives the result; without one, an error of any
    /// round does.
    static func quantify(
        _ range: CELValue, _ slots: [Int], _ condition: BoolStep, _ frame: inout Frame, deciding: Bool
    ) throws(EvaluationError) -> Bool {
        var failure: EvaluationError?
        var isDecided = false
        try walk(range, slots, &frame) { frame throws(EvaluationError) in
            do throws(EvaluationError) {
                isDecided = try condition(&frame) == deciding
            } catch {
                guard error.kind != .limit else { throw error }
                if failure == nil { failure = error }
            }
            return !isDecided
        }
        if isDecided { return deciding }
        if let failure { throw failure }
        return !deciding
    }

    static func isUnique(
        _ range: CELValue, _ slots: [Int], _ condition: BoolStep, _ frame: inout Frame
    ) throws(EvaluationError) -> Bool {
        var count = 0
        try walk(range, slots, &frame) { frame throws(EvaluationError) in
            if try condition(&frame) { count += 1 }
            return true
        }
        return count == 1
    }

    static func insert(
        _ value: CELValue, for key: CELValue, into map: inout CELMap
    ) throws(EvaluationError) {
        guard !map.insert(value, for: key) else { return }
        guard map[key] == nil else { throw EvaluationError(.invalidArgument, "the key \(key) stands twice in a map") }
        throw EvaluationError(.invalidArgument, "\(key.type.name) cannot be the key of a map")
    }
}
