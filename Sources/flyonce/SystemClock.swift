import Foundation
import Inspection

/// The machine's clocks.
struct SystemClock: Inspection.Clock {
    private let origin = ContinuousClock.now

    var utc: UTCTime {
        // Rounded to the microsecond: a Double holds today's Unix time to about 0.2 µs.
        UTCTime(microseconds: Int64((Date().timeIntervalSince1970 * 1e6).rounded()))
    }

    var monotonicNanoseconds: Int64 {
        let elapsed = origin.duration(to: .now).components
        return elapsed.seconds * 1_000_000_000 + elapsed.attoseconds / 1_000_000_000
    }
}
