/// An activation of values by name, for tools and tests. A map given for a variable of a record type becomes the record.
public struct DictionaryActivation: Activation, Sendable {
    private let values: [CELValue?]

    /// Names that the environment does not declare are ignored.
    public init(_ values: [String: CELValue], in environment: Environment) {
        self.values = environment.variables.map { variable in
            values[variable.name].map { environment.shaped($0, as: variable.type, depth: 0) }
        }
    }

    public func value(ofVariable variable: Int) -> CELValue? {
        values.indices.contains(variable) ? values[variable] : nil
    }
}

extension Environment {
    /// `value` with every map that stands where `type` has a record turned into that record.
    fileprivate func shaped(_ value: CELValue, as type: CELType, depth: Int) -> CELValue {
        guard depth < 32 else { return value }
        switch (value, type) {
        case (.map(let map), .object(let name)):
            guard let record = recordIndex[name] else { return value }
            let fields = record.fields.map { field in
                map[.string(field.name)].map { shaped($0, as: field.type, depth: depth + 1) }
            }
            return .record(CELRecord(type: record, fields: fields))
        case (.list(let elements), .list(let element)):
            return .list(elements.map { shaped($0, as: element, depth: depth + 1) })
        default:
            return value
        }
    }
}
