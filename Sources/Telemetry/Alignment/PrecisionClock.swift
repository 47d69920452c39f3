import Inspection

/// Puts precision time stamps on the stream's time line, for metadata that comes without presentation times. Metadata that
/// has both is taken at its word; else the offset is learned from the frame last seen when a packet came: packets come
/// late rather than early, so the smallest difference of the last while is nearest the truth.
struct PrecisionClock: Sendable {
    /// Packets in one half of the window.
    private static let half = 150
    /// A difference this far off means that the sender's clock was set, nanoseconds.
    private static let jump: Int64 = 5_000_000_000

    /// Running time minus precision time, nanoseconds.
    private var stated: Int64?
    private var current: Int64?
    private var previous: Int64?
    private var count = 0

    /// A packet said both.
    mutating func note(precision: Int64, time: RunningTime) {
        stated = Self.difference(precision, time)
    }

    /// A packet without presentation time came when `frame` was the last frame seen.
    mutating func note(precision: Int64, frame: RunningTime) {
        guard let difference = Self.difference(precision, frame) else { return }
        if let offset, difference.subtractingReportingOverflow(offset).partialValue.magnitude > Self.jump.magnitude {
            current = nil
            previous = nil
            count = 0
            stated = nil
        }
        if count == Self.half {
            previous = current
            current = nil
            count = 0
        }
        current = min(current ?? difference, difference)
        count += 1
    }

    /// Nil until a packet was noted. `precision` in microseconds.
    func time(of precision: Int64) -> RunningTime? {
        guard let offset else { return nil }
        let (scaled, overflow) = precision.multipliedReportingOverflow(by: 1000)
        let (sum, carried) = scaled.addingReportingOverflow(offset)
        return overflow || carried ? nil : RunningTime(nanoseconds: sum)
    }

    private var offset: Int64? {
        if let stated { return stated }
        guard let current else { return previous }
        return min(current, previous ?? current)
    }

    private static func difference(_ precision: Int64, _ time: RunningTime) -> Int64? {
        let (scaled, overflow) = precision.multipliedReportingOverflow(by: 1000)
        let (difference, carried) = time.nanoseconds.subtractingReportingOverflow(scaled)
        return overflow || carried ? nil : difference
    }
}
