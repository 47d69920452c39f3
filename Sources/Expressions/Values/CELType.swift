/// A type of the Common Expression Language.
///
/// Source: cel-spec, doc/langdef.md, "Values" and "Gradual Type Checking".
public indirect enum CELType: Sendable, Hashable {
    case null, bool, int, uint, double, string, bytes, timestamp, duration
    /// Checked at evaluation instead of at load.
    case dyn
    case list(CELType)
    case map(CELType, CELType)
    /// The type of a type, such as that of `int`.
    case type(CELType)
    /// A record type declared by the environment, by its name. A record type without fields is opaque: only functions
    /// can use its values.
    case object(String)
    /// A type parameter of a function declaration, such as the A of `size(list(A))`.
    case parameter(String)

    /// The name of the type as CEL prints it, without its parameters: `list`, `null_type`, `google.protobuf.Timestamp`.
    public var name: String {
        switch self {
        case .null: "null_type"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .timestamp: "google.protobuf.Timestamp"
        case .duration: "google.protobuf.Duration"
        case .dyn: "dyn"
        case .list: "list"
        case .map: "map"
        case .type: "type"
        case .object(let name): name
        case .parameter(let name): name
        }
    }

    /// The type that a name stands for in an expression: `int`, `list`, `google.protobuf.Duration`.
    init?(named name: String) {
        switch name {
        case "null_type": self = .null
        case "bool": self = .bool
        case "int": self = .int
        case "uint": self = .uint
        case "double": self = .double
        case "string": self = .string
        case "bytes": self = .bytes
        case "google.protobuf.Timestamp": self = .timestamp
        case "google.protobuf.Duration": self = .duration
        case "list": self = .list(.dyn)
        case "map": self = .map(.dyn, .dyn)
        case "type": self = .type(.dyn)
        case CELOptional.typeName, NetworkExtension.addressName, NetworkExtension.blockName: self = .object(name)
        default: return nil
        }
    }
}

extension CELType: CustomStringConvertible {
    public var description: String {
        switch self {
        case .timestamp: "timestamp"
        case .duration: "duration"
        case .list(let element): "list(\(element))"
        case .map(let key, let value): "map(\(key), \(value))"
        case .type(let type): "type(\(type))"
        default: name
        }
    }
}
