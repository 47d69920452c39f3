import Inspection

extension UTCTime {
    /// `2026-08-15` by a wall clock so many seconds ahead of UTC.
    func localDay(utcOffsetSeconds: Int) -> String {
        String(advanced(byMicroseconds: Int64(utcOffsetSeconds) * 1_000_000).rfc3339.prefix(10))
    }
}
