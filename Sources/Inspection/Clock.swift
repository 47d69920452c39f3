/// The gateway's time, injected so that every decision can run under a manual clock.
public protocol Clock: Sendable {
    /// Wall-clock UTC. May step; use it for records only.
    var utc: UTCTime { get }
    /// Nanoseconds since an arbitrary origin, never stepping back. Use it for every timer.
    var monotonicNanoseconds: Int64 { get }
}

/// Identities made from content, so that the same input read twice gives the same ids. Implemented with SHA-256 by
/// `Evidence`; injected, so that pure stages need no cryptography.
public protocol IDs: Sendable {
    /// A UUIDv7 of `firstSeen` and a hash of the parts, in order, each length-prefixed.
    func uuid(at firstSeen: UTCTime, of parts: [String]) -> UUIDv7
}
