/// A value of a record type: its fields by index, and whatever the host wants to find again in its own functions.
public final class CELRecord: Sendable {
    public let type: RecordType
    /// By the index of the field in its type; nil for a field without a value.
    public let fields: [CELValue?]
    /// The host's own object behind the record, untouched by the language.
    public let host: (any Sendable)?

    public init(type: RecordType, fields: [CELValue?] = [], host: (any Sendable)? = nil) {
        self.type = type
        self.fields = fields
        self.host = host
    }

    /// The value of a field; nil when the type has no such field or the field has no value.
    public func value(ofField index: Int) -> CELValue? {
        fields.indices.contains(index) ? fields[index] : nil
    }
}
