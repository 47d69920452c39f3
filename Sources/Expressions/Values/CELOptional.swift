/// A value that may be missing: what `optional.of(x)`, `map.?key` and `list[?index]` give.
///
/// Source: cel-spec, doc/extensions, "Optionals".
public final class CELOptional: Sendable {
    /// Nil for `optional.none()`.
    public let value: CELValue?

    public init(_ value: CELValue?) { self.value = value }

    static let typeName = "optional_type"

    /// Without a value.
    static let none = CELValue.optional(CELOptional(nil))

    static func some(_ value: CELValue) -> CELValue { .optional(CELOptional(value)) }
}

extension CELValue {
    /// False, 0, the empty string, list and map, the first moment of 1970, and null.
    var isZero: Bool {
        switch self {
        case .null: true
        case .bool(let value): !value
        case .int(let value): value == 0
        case .uint(let value): value == 0
        case .double(let value): value == 0
        case .string(let value): value.utf8.isEmpty
        case .bytes(let value): value.isEmpty
        case .list(let elements): elements.isEmpty
        case .map(let map): map.count == 0
        case .timestamp(let time): time.seconds == 0 && time.nanoseconds == 0
        case .duration(let duration): duration.nanoseconds == 0
        case .optional(let optional): optional.value == nil
        case .type, .record: false
        }
    }
}
