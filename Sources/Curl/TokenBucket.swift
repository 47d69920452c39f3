/// How many bytes may go now so that no more than a rate go in the long run. Pure: the time, in monotonic nanoseconds, is
/// handed in.
///
/// It may be overdrawn by what must go whole; until that is made up for there is nothing for anybody else.
struct TokenBucket: Sendable, Hashable {
    let bytesPerSecond: Double
    /// What gathers while nobody sends.
    let capacity: Double
    private var tokens: Double
    private var at: Int64

    /// At least 1 byte a second; holds half a second's worth, and never less than 4 kB.
    init(bytesPerSecond: Int, now: Int64) {
        self.bytesPerSecond = Double(max(bytesPerSecond, 1))
        capacity = max(self.bytesPerSecond / 2, 4096)
        tokens = capacity
        at = now
    }

    private mutating func refill(_ now: Int64) {
        let passed = Double(max(now.subtractingReportingOverflow(at).partialValue, 0)) / 1e9
        at = max(at, now)
        tokens = min(tokens + passed * bytesPerSecond, capacity)
    }

    /// Takes `bytes` whatever is there, and says how many nanoseconds the taker must wait before it sends them.
    mutating func reserve(_ bytes: Int, now: Int64) -> Int64 {
        refill(now)
        tokens -= Double(max(bytes, 0))
        return tokens < 0 ? Self.nanoseconds(-tokens / bytesPerSecond) : 0
    }

    /// Bytes that may go at once; 0 when overdrawn.
    mutating func allowance(now: Int64) -> Int {
        refill(now)
        return tokens < 1 ? 0 : Int(min(tokens, 1e9))
    }

    /// Nanoseconds until there are `bytes`, or the bucket is full.
    mutating func wait(for bytes: Int, now: Int64) -> Int64 {
        refill(now)
        let lacking = min(Double(max(bytes, 1)), capacity) - tokens
        return lacking > 0 ? Self.nanoseconds(lacking / bytesPerSecond) : 0
    }

    private static func nanoseconds(_ seconds: Double) -> Int64 { Int64(min(seconds, 1e9) * 1e9) }
}
