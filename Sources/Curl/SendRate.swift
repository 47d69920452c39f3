import Glibc
internal import Synchronization

/// A limit on what is sent, shared by every request that names it: those of one destination, or all of a gateway.
///
/// Bodies in memory go first: they take their share at once and wait for it to come round, and bodies of files get what is
/// left, a piece at a time.
public final class SendRate: Sendable, Hashable {
    public let bytesPerSecond: Int
    private let bucket: Mutex<TokenBucket>

    /// At least 1 byte a second.
    public init(bytesPerSecond: Int) {
        self.bytesPerSecond = max(bytesPerSecond, 1)
        bucket = Mutex(TokenBucket(bytesPerSecond: bytesPerSecond, now: Self.now))
    }

    public static func == (a: SendRate, b: SendRate) -> Bool { a === b }

    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }

    /// Monotonic nanoseconds.
    static var now: Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    /// Nanoseconds to wait before `bytes` may be sent, which are counted as sent from now on.
    func reserve(_ bytes: Int) -> Int64 { bucket.withLock { $0.reserve(bytes, now: Self.now) } }

    var allowance: Int { bucket.withLock { $0.allowance(now: Self.now) } }

    func wait(for bytes: Int) -> Int64 { bucket.withLock { $0.wait(for: bytes, now: Self.now) } }
}
