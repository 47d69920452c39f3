import Inspection
import Testing

@Suite struct UTCTimeTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000000Z"),
        (1, "1970-01-01T00:00:00.000001Z"),
        (-1, "1969-12-31T23:59:59.999999Z"),
        (1_340_980_354_100_000, "2012-06-29T14:32:34.100000Z"),
        (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
        (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
    ])
    func `writes and reads RFC 3339`(microseconds: Int64, text: String) {
        #expect(UTCTime(microseconds: microseconds).rfc3339 == text)
        #expect(UTCTime(rfc3339: text) == UTCTime(microseconds: microseconds))
    }

    @Test func `clamps what no calendar holds`() {
        #expect(UTCTime(microseconds: .max).rfc3339 == "9999-12-31T23:59:59.999999Z")
        #expect(UTCTime(microseconds: .min).rfc3339 == "0001-01-01T00:00:00.000000Z")
    }

    @Test func `reads offsets and short fractions`() {
        #expect(UTCTime(rfc3339: "2026-08-20T11:04:05+08:00") == UTCTime(rfc3339: "2026-08-20T03:04:05Z"))
        #expect(UTCTime(rfc3339: "2026-08-20T03:04:05.5Z")?.microseconds == 1_787_195_045_500_000)
    }

    @Test(arguments: [
        "", "2026-08-20", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-08-20T24:00:00Z",
        "2026-08-20T03:04:05", "2026-08-20T03:04:05.Z", "2026-08-20T03:04:05.1234567890Z", "2026-08-20T03:04:05+8:00",
        "２026-08-20T03:04:05Z",
    ])
    func `refuses what is not RFC 3339`(text: String) {
        #expect(UTCTime(rfc3339: text) == nil)
    }

    @Test func `saturates instead of overflowing`() {
        #expect(UTCTime(microseconds: .max).advanced(byMicroseconds: 1).microseconds == .max)
        #expect(UTCTime(microseconds: .min).advanced(byMicroseconds: -1).microseconds == .min)
        #expect(UTCTime(microseconds: .max).microseconds(since: UTCTime(microseconds: -1)) == .max)
    }
}
