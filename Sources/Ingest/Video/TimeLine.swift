/// Lays the 90 kHz times of a transport stream on one running-time line, in nanoseconds.
///
/// Video leads: when its time jumps (more than 1 s back or 10 s on) a new epoch begins one frame after the newest time
/// so far, and the jump is counted. Metadata follows: what fits neither the epoch nor the one just left has no place
/// yet.
struct TimeLine: Sendable {
    private struct Epoch {
        /// Ticks that stand at `base`.
        var origin: Int64
        /// Nanoseconds.
        var base: Int64
        /// Ticks of the last video unit (of the first metadata unit while there was no video).
        var last: Int64

        func time(_ ticks: Int64) -> Int64 { base &+ TimeLine.nanoseconds(ticks &- origin) }
    }

    private static let back: Int64 = -90_000
    private static let forward: Int64 = 900_000
    /// Video units after a jump during which late units of the epoch before it are still expected.
    private static let overlap = 8
    /// 40 ms, until the stream shows its own.
    private static let firstInterval: Int64 = 3_600

    private(set) var jumps: Int64 = 0
    /// The newest video time, nanoseconds; the line's start before any video.
    private(set) var newest: Int64
    private var current: Epoch?
    private var previous: Epoch?
    private var isProvisional = false
    private var unitsSinceJump = 0
    private var interval: Int64?

    /// - Parameter start: where the first unit stands, nanoseconds.
    init(start: Int64 = 0) { newest = start }

    /// Time between frames as far as it is known, nanoseconds.
    var frameInterval: Int64 { Self.nanoseconds(interval ?? Self.firstInterval) }

    mutating func video(_ ticks: Int64) -> Int64 {
        let ticks = Self.clamped(ticks)
        unitsSinceJump = min(unitsSinceJump + 1, Self.overlap + 1)
        guard var epoch = current else { return begin(ticks, at: newest) }
        let step = ticks &- epoch.last
        guard (Self.back...Self.forward).contains(step) else {
            if isProvisional { return begin(ticks, at: newest) }
            return jump(to: ticks)
        }
        if !isProvisional, abs(step) >= 450, abs(step) <= 90_000 { interval = min(interval ?? .max, abs(step)) }
        epoch.last = ticks
        current = epoch
        isProvisional = false
        return advance(to: epoch.time(ticks))
    }

    /// Nil when `ticks` is on no epoch known: held back by the caller until the video has jumped too, or without a
    /// time.
    mutating func metadata(_ ticks: Int64) -> Int64? {
        let ticks = Self.clamped(ticks)
        guard let epoch = current else {
            let time = begin(ticks, at: newest)
            isProvisional = true
            return time
        }
        if abs(ticks &- epoch.last) <= Self.forward { return epoch.time(ticks) }
        if isProvisional {
            _ = begin(ticks, at: newest)
            isProvisional = true
            return newest
        }
        guard unitsSinceJump <= Self.overlap, let previous, abs(ticks &- previous.last) <= Self.forward else {
            return nil
        }
        return previous.time(ticks)
    }

    private mutating func begin(_ ticks: Int64, at base: Int64) -> Int64 {
        current = Epoch(origin: ticks, base: base, last: ticks)
        isProvisional = false
        return advance(to: base)
    }

    private mutating func jump(to ticks: Int64) -> Int64 {
        if let before = previous, unitsSinceJump <= Self.overlap,
            (Self.back...Self.forward).contains(ticks &- before.last)
        {
            // One unit with a corrupt time opened an epoch of its own: back to the one it interrupted.
            previous = nil
            current = Epoch(origin: before.origin, base: before.base, last: ticks)
            return advance(to: before.time(ticks))
        }
        jumps += 1
        previous = current
        unitsSinceJump = 0
        return begin(ticks, at: newest &+ frameInterval)
    }

    private mutating func advance(to time: Int64) -> Int64 {
        newest = max(newest, time)
        return time
    }

    /// Within ±2^45 ticks (12 years), so that no sum or product below overflows.
    private static func clamped(_ ticks: Int64) -> Int64 { min(max(ticks, -(1 << 45)), 1 << 45) }

    /// 90 kHz ticks as nanoseconds, rounded down.
    static func nanoseconds(_ ticks: Int64) -> Int64 {
        let (product, overflow) = ticks.multipliedReportingOverflow(by: 100_000)
        guard !overflow else { return ticks < 0 ? .min / 4 : .max / 4 }
        return product >= 0 ? product / 9 : -((-product + 8) / 9)
    }
}
