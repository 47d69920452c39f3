/// Waits between attempts to connect: doubling, each spread over half to the whole of it, so that gateways that lost one
/// broker do not come back in step. A pure state machine; randomness is handed in.
struct RetryDelay: Sendable, Hashable {
    private let first: Double
    private let last: Double
    private var attempts = 0

    init(first: Double, last: Double) {
        self.first = first
        self.last = last
    }

    /// Seconds to wait before the next attempt. `fraction` is uniform in 0…1. What no retry can mend is tried at the longest
    /// interval.
    mutating func next(fraction: Double, isTransient: Bool) -> Double {
        var whole = first
        for _ in 0..<min(attempts, 32) where whole < last { whole *= 2 }
        whole = isTransient ? min(whole, last) : last
        attempts = min(attempts + 1, 1000)
        return whole / 2 + whole / 2 * min(max(fraction, 0), 1)
    }

    /// The connection held, or brought something.
    mutating func reset() { attempts = 0 }
}
