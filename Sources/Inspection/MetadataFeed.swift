/// Metadata that comes beside the video instead of in it: a broker, a port, a socket, a file that grows. Implemented by
/// `Ingest`. It listens; it never sends to an aircraft or a dock.
public protocol MetadataFeed: AnyObject, Sendable {
    /// Reads until ``stop()``, or to the end of what has one; reconnects by itself. Blocks its thread. `deliver` is called on
    /// a thread of the feed's own, one packet at a time in the order they came; it must not wait. Throws only what no retry
    /// can mend.
    func run(_ deliver: @escaping @Sendable (MetadataPacket) -> Void) throws(SourceError)

    /// Makes ``run(_:)`` return soon. Callable from any thread, more than once, and before it.
    func stop()

    /// Why nothing can come at the moment (no connection, refused); nil while all is well.
    var trouble: SourceError? { get }

    /// Counters since the start, for status and metrics: `packets`, `bytes`, `restarts`, `dropped_packets`, …
    var counters: [String: Int64] { get }
}

extension MetadataFeed {
    public var trouble: SourceError? { nil }
}
