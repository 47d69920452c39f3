import Inspection
import Synchronization

/// A clock that stands until it is moved. Its wall clock can be put forward and back; the monotonic one only goes on.
final class SimulatedClock: Inspection.Clock {
    private struct State {
        /// Since the beginning.
        var microseconds: Int64 = 0
        /// Of the wall clock, from the true time.
        var offset: Int64 = 0
    }

    /// 2026-08-01T00:00:00Z.
    static let beginning: Int64 = 1_785_542_400_000_000
    private let state = Mutex(State())

    var utc: UTCTime {
        let state = state.withLock { $0 }
        return UTCTime(microseconds: Self.beginning + state.microseconds + state.offset)
    }

    var monotonicNanoseconds: Int64 { state.withLock { $0.microseconds } * 1000 }

    /// Microseconds since the beginning.
    var now: Int64 { state.withLock { $0.microseconds } }

    /// True time, which the platform goes by.
    var truth: UTCTime { UTCTime(microseconds: Self.beginning + now) }

    func move(to microseconds: Int64) { state.withLock { $0.microseconds = max($0.microseconds, microseconds) } }

    func setWallClock(ahead microseconds: Int64) { state.withLock { $0.offset = microseconds } }
}

/// SplitMix64. Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (2014).
struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &self) < share }

    /// Exponentially distributed with this mean.
    mutating func wait(mean seconds: Double) -> Int64 {
        Int64(-seconds * Self.logarithm(Double.random(in: 0.000_001...1, using: &self)) * 1_000_000)
    }

    /// Natural logarithm to nine digits, the same on every machine.
    private static func logarithm(_ value: Double) -> Double {
        var mantissa = value.significand
        var exponent = Double(value.exponent)
        if mantissa > 1.414 {
            mantissa /= 2
            exponent += 1
        }
        let share = (mantissa - 1) / (mantissa + 1)
        let square = share * share
        var sum = 0.0
        for term in stride(from: 15.0, through: 1, by: -2) { sum = sum * square + 1 / term }
        return 2 * share * sum + exponent * 0.693_147_180_559_945_3
    }
}
