/// Presentation and decoding times of a program: 33-bit counts of a 90 kHz clock.
public enum PTS {
    /// Microseconds of a count of 90 kHz ticks: ticks × 100 / 9, rounded to the nearest, halves away from zero. Saturates at the ends of the range.
    public static func microseconds(_ ticks: Int64) -> Int64 {
        let (whole, rest) = ticks.quotientAndRemainder(dividingBy: 9)
        let (product, overflow) = whole.multipliedReportingOverflow(by: 100)
        guard !overflow else { return ticks < 0 ? .min : .max }
        let tail = rest * 100
        let (sum, carried) = product.addingReportingOverflow((tail + (tail < 0 ? -4 : 4)) / 9)
        return carried ? (ticks < 0 ? .min : .max) : sum
    }
}

/// Unwraps the 33-bit times of one program, which share one clock and so one count of wraps. A value is taken to be the
/// one nearest the last. A jump of more than ``jump`` moves the reference only when a second value confirms it, so that
/// one corrupt header does not shift all that follows by a wrap (26.5 h).
struct PTSUnwrapper: Sendable {
    /// Ten minutes.
    static let jump: Int64 = 600 * 90_000
    private static let wrap: Int64 = 1 << 33

    private var reference: Int64?
    private var candidate: Int64?

    mutating func unwrap(_ raw: Int64) -> Int64 {
        let raw = raw & (Self.wrap - 1)
        guard let last = reference else {
            reference = raw
            return raw
        }
        let value = Self.nearest(raw, to: last)
        if abs(value - last) <= Self.jump {
            reference = value
            candidate = nil
            return value
        }
        if let seen = candidate {
            let confirmed = Self.nearest(raw, to: seen)
            if abs(confirmed - seen) <= Self.jump {
                reference = confirmed
                candidate = nil
                return confirmed
            }
        }
        candidate = value
        return value
    }

    private static func nearest(_ raw: Int64, to last: Int64) -> Int64 {
        var difference = (raw - last) & (wrap - 1)
        if difference >= wrap / 2 { difference -= wrap }
        return last + difference
    }
}
