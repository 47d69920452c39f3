import Inspection

/// The clock of RTCP sender reports.
enum NTPTime {
    /// Seconds from 1900-01-01 to 1970-01-01. Source: RFC 5905 section 6.
    private static let epoch: UInt64 = 2_208_988_800
    private static let second: UInt64 = 1_000_000_000

    /// UTC of nanoseconds since 1900. What lies before 1968 is of the era that begins in February 2036 (RFC 4330 section
    /// 3): a sender that counts from its own start comes out there, years from every other clock.
    static func utc(nanoseconds: UInt64) -> UTCTime? {
        let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: second)
        guard whole < 1 << 33 else { return nil }
        let seconds = whole < 1 << 31 ? whole + (1 << 32) : whole
        guard seconds >= epoch else { return nil }
        return UTCTime(microseconds: Int64(seconds - epoch) * 1_000_000 + Int64(rest / 1000))
    }

    static func carrierTime(nanoseconds: UInt64?) -> CarrierTime? {
        nanoseconds.flatMap(utc).map { CarrierTime(utc: $0, provenance: .senderReport) }
    }
}
