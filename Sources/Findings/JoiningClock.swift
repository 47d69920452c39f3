import Inspection

/// Seconds of a flight that only grow, from running times that start again whenever a live source reconnects.
struct JoiningClock: Sendable {
    /// Since the first frame.
    private(set) var now = 0.0
    /// Counts the runs of the source: track ids and boxes of one mean nothing in another.
    private(set) var run = 0
    private var last: (time: RunningTime, utc: UTCTime)?

    /// Frames out of order by less than this are late, not of a new run: then their UTC went back as well.
    private static let jitter = 2.0
    private static let longestGap = 3600.0

    /// When a frame of this run was, that need not be the newest.
    func moment(of time: RunningTime) -> Double {
        guard let last else { return now }
        return max(now + min(time.seconds(since: last.time), 0), 0)
    }

    mutating func advance(to time: RunningTime, utc: UTCTime) {
        guard let last else {
            self.last = (time, utc)
            return
        }
        let (difference, overflow) = time.nanoseconds.subtractingReportingOverflow(last.time.nanoseconds)
        let seconds = overflow ? -Double.infinity : Double(difference) / 1e9
        let elapsed = Double(utc.microseconds(since: last.utc)) / 1e6
        if seconds < 0, seconds >= -Self.jitter, elapsed - seconds <= Self.jitter { return }
        if seconds >= 0 {
            now += seconds
        } else {
            run += 1
            now += min(max(elapsed, 0), Self.longestGap)
        }
        self.last = (time, utc)
    }
}
