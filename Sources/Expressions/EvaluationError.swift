/// Why an expression has no value for these inputs.
public struct EvaluationError: Error, Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable {
        /// A variable or field without a value, a key that is not in the map, an index outside the list.
        case absent
        /// No function or operator takes values of these types.
        case noOverload = "no_such_overload"
        case overflow
        case divisionByZero = "division_by_zero"
        /// A value outside what the function takes: a malformed timestamp, a pattern that is no pattern.
        case invalidArgument = "invalid_argument"
        /// More steps, elements or bytes than ``Limits`` allow.
        case limit
        /// A function of the host failed; the message says which.
        case host
    }

    public var kind: Kind
    public var message: String

    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}

extension EvaluationError: CustomStringConvertible {
    public var description: String { kind == .host ? message : "\(kind.rawValue): \(message)" }
}
