import Inspection

/// UTC as it was when it was made, and since then as the monotonic clock counts: what is due and when leases end is reckoned
/// by it, so that a clock set forward or back in the middle of a run hastens nothing and stalls nothing.
struct SteadyTime: Sendable, Hashable {
    private let utc: UTCTime
    private let monotonic: Int64

    init(_ clock: any Clock) {
        utc = clock.utc
        monotonic = clock.monotonicNanoseconds
    }

    func now(monotonic: Int64) -> UTCTime {
        let (passed, overflow) = monotonic.subtractingReportingOverflow(self.monotonic)
        return overflow ? utc : utc.advanced(byMicroseconds: max(passed, 0) / 1000)
    }
}
