import Inspection

/// Which UTC the moments of a stream's time line have, by the best clock that speaks of it: what metadata of another clock
/// is joined by. A frame's arrival is late rather than early, so of the last while the earliest is nearest the truth.
struct VideoClock: Sendable {
    /// Frames in one half of the window: twenty seconds at 30 a second.
    private static let half = 600
    /// An arrival this far off means that the gateway's clock was set, microseconds.
    private static let jump: UInt64 = 60_000_000

    /// UTC minus running time, microseconds, by the clock that gave the newest frame its UTC; nil while that is its arrival.
    private var stated: Int64?
    private var current: Int64?
    private var previous: Int64?
    private var count = 0

    /// The newest frame, what was chosen as its UTC, and its arrival without the latency.
    mutating func note(_ time: RunningTime, _ choice: UTCChoice.Choice, arrival: UTCTime) {
        let elapsed = UTCTime(microseconds: time.nanoseconds / 1000)
        stated = choice.provenance == .arrival ? nil : choice.utc.microseconds(since: elapsed)
        let difference = arrival.microseconds(since: elapsed)
        if let arrived,
            UTCTime(microseconds: difference).microseconds(since: UTCTime(microseconds: arrived)).magnitude > Self.jump
        {
            current = nil
            previous = nil
            count = 0
        }
        if count == Self.half {
            previous = current
            current = nil
            count = 0
        }
        current = min(current ?? difference, difference)
        count += 1
    }

    /// By the best clock of the video. Nil before the first frame.
    func time(of utc: UTCTime) -> RunningTime? { Self.time(utc, stated ?? arrived) }

    /// By the gateway's own clock, whatever the video says.
    func time(ofArrival utc: UTCTime) -> RunningTime? { Self.time(utc, arrived) }

    private var arrived: Int64? {
        guard let current else { return previous }
        return min(current, previous ?? current)
    }

    private static func time(_ utc: UTCTime, _ difference: Int64?) -> RunningTime? {
        guard let difference else { return nil }
        let microseconds = utc.microseconds(since: UTCTime(microseconds: difference))
        let (scaled, overflow) = microseconds.multipliedReportingOverflow(by: 1000)
        return overflow ? nil : RunningTime(nanoseconds: scaled)
    }
}
