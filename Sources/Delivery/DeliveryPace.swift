/// How many attempts a second end, over the last second or so. Pure: monotonic nanoseconds are handed in.
struct DeliveryPace: Sendable, Hashable {
    private static let window: Int64 = 1_000_000_000

    private var since: Int64?
    private var counted = 0
    private(set) var perSecond = 0.0

    mutating func count(monotonic now: Int64) {
        let start = since ?? now
        since = start
        counted += 1
        let passed = now.subtractingReportingOverflow(start).partialValue
        guard passed >= Self.window / 4 else { return }
        perSecond = Double(counted) * 1e9 / Double(passed)
        since = now
        counted = 0
    }

    /// Rows that go out in `time`; none while the pace is not known, or long ago.
    func rows(in time: Duration, upTo limit: Int, monotonic now: Int64) -> Int {
        guard let since, now.subtractingReportingOverflow(since).partialValue < 2 * Self.window else { return 0 }
        let seconds = Double(DeliveryPolicy.nanoseconds(time)) / 1e9
        return Int(min(max(perSecond * seconds, 0), Double(max(limit, 0))))
    }
}
