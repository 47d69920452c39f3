/// Waits between attempts to connect: doubling from `first` to `last`, each spread over half to the whole of it so that
/// many sources that lost one uplink do not come back in step. A pure state machine; randomness is handed in.
public struct Backoff: Sendable, Hashable {
    /// Seconds.
    public var first: Double
    public var last: Double
    private var attempts = 0

    public init(first: Double = 1, last: Double = 30) {
        self.first = max(0, first)
        self.last = max(max(0, first), last)
    }

    /// Seconds to wait before the next attempt. `fraction` is uniform in 0…1.
    public mutating func next(fraction: Double) -> Double {
        var whole = first
        for _ in 0..<min(attempts, 32) where whole < last { whole *= 2 }
        attempts = min(attempts + 1, 1_000_000)
        whole = min(whole, last)
        return whole / 2 + whole / 2 * min(max(fraction, 0), 1)
    }

    /// Media flowed again.
    public mutating func reset() { attempts = 0 }
}
