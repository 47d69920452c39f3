/// Fields, indexes and membership on values of any types.
enum Selection {
    static func field(_ name: String, of value: CELValue) throws(EvaluationError) -> CELValue {
        switch value {
        case .map(let map):
            guard let found = map[.string(name)] else { throw EvaluationError(.absent, "no such key: '\(name)'") }
            return found
        case .record(let record):
            guard let index = record.type.index(ofField: name) else {
                throw EvaluationError(.absent, "no such field: '\(name)'")
            }
            return try field(index, of: record)
        case .optional:
            return try OptionalFunctions.chained(value) { held throws(EvaluationError) in
                try has(name, in: held) ? try field(name, of: held) : nil
            }
        default: throw .noOverload(".\(name)", value)
        }
    }

    static func field(_ index: Int, of record: CELRecord) throws(EvaluationError) -> CELValue {
        guard let value = record.value(ofField: index) else {
            let name = record.type.fields.indices.contains(index) ? record.type.fields[index].name : "?"
            throw EvaluationError(.absent, "'\(record.type.name).\(name)' has no value")
        }
        return value
    }

    /// `has(value.name)`.
    static func has(_ name: String, in value: CELValue) throws(EvaluationError) -> Bool {
        switch value {
        case .map(let map): return map[.string(name)] != nil
        case .record(let record):
            guard let index = record.type.index(ofField: name) else {
                throw EvaluationError(.absent, "no such field: '\(name)'")
            }
            return record.value(ofField: index) != nil
        case .optional(let optional):
            guard let held = optional.value else { return false }
            return try has(name, in: held)
        default: throw .noOverload("has", value)
        }
    }

    static func index(_ value: CELValue, _ index: CELValue) throws(EvaluationError) -> CELValue {
        switch value {
        case .list(let elements):
            guard let place = try place(index) else { throw outside(index, elements.count) }
            guard elements.indices.contains(place) else { throw outside(index, elements.count) }
            return elements[place]
        case .map(let map):
            switch index {
            case .bool, .int, .uint, .double, .string: break
            default: throw .noOverload("[]", value, index)
            }
            guard let found = map[index] else { throw EvaluationError(.absent, "no such key: \(index)") }
            return found
        case .optional:
            return try OptionalFunctions.chained(value) { held throws(EvaluationError) in
                do throws(EvaluationError) {
                    return try self.index(held, index)
                } catch {
                    guard error.kind == .absent else { throw error }
                    return nil
                }
            }
        default: throw .noOverload("[]", value, index)
        }
    }

    /// Nil for a whole number that no array can have as its index.
    private static func place(_ index: CELValue) throws(EvaluationError) -> Int? {
        switch index {
        case .int(let value): return Int(exactly: value)
        case .uint(let value): return Int(exactly: value)
        case .double(let value):
            guard let place = Int(exactly: value) else {
                throw EvaluationError(.invalidArgument, "\(index) is no index of a list")
            }
            return place
        default: throw EvaluationError(.invalidArgument, "a list is not indexed by \(index.type.name)")
        }
    }

    private static func outside(_ index: CELValue, _ count: Int) -> EvaluationError {
        EvaluationError(.absent, "index \(index) is outside a list of \(count)")
    }

    static func contains(
        _ container: CELValue, _ value: CELValue, _ meter: inout Meter
    ) throws(EvaluationError) -> Bool {
        switch container {
        case .list(let elements):
            for element in elements where try meter.equal(element, value) { return true }
            return false
        case .map(let map): return map[value] != nil
        default: throw .noOverload("in", value, container)
        }
    }
}
