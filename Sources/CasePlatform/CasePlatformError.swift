/// Why the platform cannot start or go on.
public struct CasePlatformError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Kind: String, Sendable, Hashable {
        /// Words that cannot be meant.
        case invalidOption
        case journal
        /// The address to listen on cannot be had.
        case address
    }

    public var kind: Kind
    public var description: String

    public init(kind: Kind, description: String) {
        self.kind = kind
        self.description = description
    }
}
