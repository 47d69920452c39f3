/// What a document may cost at most.
public struct YAMLLimits: Sendable, Hashable {
    /// Bytes of text.
    public var bytes = 4 * 1024 * 1024
    /// Lists and mappings inside each other.
    public var depth = 48
    /// Values in all.
    public var nodes = 400_000
    /// Complaints that are listed; more are only counted.
    public var complaints = 200

    public init() {}
}
