/// A value of the Common Expression Language.
///
/// Deliberately not `Equatable`: CEL's equality is its own (see ``equals(_:)``), with 1 == 1u == 1.0, NaN != NaN and
/// strings compared by code points.
public enum CELValue: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    case string(String)
    case bytes([UInt8])
    case list([CELValue])
    case map(CELMap)
    case timestamp(CELTimestamp)
    case duration(CELDuration)
    case type(CELType)
    case record(CELRecord)
    case optional(CELOptional)

    /// The runtime type. Elements of a list and of a map are `dyn`: CEL's values do not remember more.
    public var type: CELType {
        switch self {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        case .list: .list(.dyn)
        case .map: .map(.dyn, .dyn)
        case .timestamp: .timestamp
        case .duration: .duration
        case .type: .type(.dyn)
        case .record(let record): .object(record.type.name)
        case .optional: .object(CELOptional.typeName)
        }
    }
}
