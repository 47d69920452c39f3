/// A moment on the UTC time scale without leap seconds, to the nanosecond, in the years 1 to 9999.
///
/// Source: cel-spec, doc/langdef.md, "Timestamps"; google/protobuf/timestamp.proto.
public struct CELTimestamp: Sendable, Hashable {
    /// Seconds since 1970-01-01T00:00:00Z.
    public let seconds: Int64
    /// 0…999 999 999, counted forward from `seconds`.
    public let nanoseconds: Int32

    /// 0001-01-01T00:00:00Z to 9999-12-31T23:59:59Z, in seconds.
    static let range: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    /// Nil outside of the years 1 to 9999.
    public init?(seconds: Int64, nanoseconds: Int32 = 0) {
        guard Self.range.contains(seconds), (0..<1_000_000_000).contains(nanoseconds) else { return nil }
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// Nil when the sum leaves the years 1 to 9999.
    func adding(_ duration: CELDuration) -> CELTimestamp? {
        let (whole, part) = duration.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        var seconds = self.seconds &+ whole
        var nanoseconds = Int64(self.nanoseconds) &+ part
        if nanoseconds < 0 {
            nanoseconds &+= 1_000_000_000
            seconds &-= 1
        } else if nanoseconds >= 1_000_000_000 {
            nanoseconds &-= 1_000_000_000
            seconds &+= 1
        }
        return CELTimestamp(seconds: seconds, nanoseconds: Int32(truncatingIfNeeded: nanoseconds))
    }

    /// Nil when the difference is more than a duration can hold.
    func since(_ other: CELTimestamp) -> CELDuration? {
        let (scaled, overflow) = (seconds &- other.seconds).multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return nil }
        let part = Int64(nanoseconds) &- Int64(other.nanoseconds)
        let (sum, carry) = scaled.addingReportingOverflow(part)
        return carry ? nil : CELDuration(nanoseconds: sum)
    }
}

extension CELTimestamp: Comparable {
    public static func < (left: CELTimestamp, right: CELTimestamp) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }
}
