/// What a reader holds at most, whatever the stream says.
public struct TransportLimits: Sendable, Hashable {
    /// Bytes of one video access unit. A larger one is dropped and counted.
    public var videoUnit = 8 << 20
    /// Bytes of one metadata unit.
    public var metadataUnit = 1 << 20
    /// Programs of the PAT that are followed.
    public var programs = 64
    /// Elementary streams of a program that are followed.
    public var streams = 64

    public init() {}
}
