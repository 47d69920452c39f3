import Inspection
import Testing

@testable import Rules

@Suite struct WorkingCalendarTests {
    /// 08:30–12:00 and 14:00–17:30, seven hours a day, Monday to Friday, eight hours ahead of UTC.
    static let calendar = WorkingCalendar(
        hours: [510..<720, 840..<1050], weekdays: [0, 1, 2, 3, 4], holidays: ["2026-08-24"], workdays: ["2026-08-23"],
        utcOffsetSeconds: 28_800)

    /// 2026-08-20 is a Thursday.
    @Test(arguments: [
        ("4wh", "2026-08-20T10:00:00+08:00", "2026-08-20T16:00:00+08:00"),
        ("2wh", "2026-08-20T10:00:00+08:00", "2026-08-20T12:00:00+08:00"),
        ("4wh", "2026-08-20T13:00:00+08:00", "2026-08-21T09:00:00+08:00"),
        ("1wh", "2026-08-20T03:00:00+08:00", "2026-08-20T09:30:00+08:00"),
        ("1wh", "2026-08-21T17:00:00+08:00", "2026-08-23T09:00:00+08:00"),
        ("8wh", "2026-08-21T17:30:00+08:00", "2026-08-25T09:30:00+08:00"),
        ("1wd", "2026-08-20T10:00:00+08:00", "2026-08-21T17:30:00+08:00"),
        ("2wd", "2026-08-20T23:59:59+08:00", "2026-08-23T17:30:00+08:00"),
        ("3wd", "2026-08-20T00:00:00+08:00", "2026-08-25T17:30:00+08:00"),
        ("20wd", "2026-08-25T10:00:00+08:00", "2026-09-22T17:30:00+08:00"),
    ])
    func `limits are counted in the hours and days that are worked`(limit: String, start: String, end: String) throws {
        let start = try #require(UTCTime(rfc3339: start))
        #expect(Self.calendar.end(of: limit, from: start) == UTCTime(rfc3339: end))
    }

    @Test(arguments: ["", "wh", "4", "0wh", "-1wd", "10000wd", "4h", "4 wh", "99999999999999999999wh"])
    func `what is no limit has no end`(limit: String) throws {
        let start = try #require(UTCTime(rfc3339: "2026-08-20T02:00:00Z"))
        #expect(Self.calendar.end(of: limit, from: start) == nil)
    }

    @Test func `the longest limit ends, and times at the ends of the range are refused`() throws {
        let start = try #require(UTCTime(rfc3339: "2026-08-20T02:00:00Z"))
        #expect(Self.calendar.end(of: "9999wd", from: start) != nil)
        #expect(Self.calendar.end(of: "1wd", from: UTCTime(microseconds: .max)) == nil)
        #expect(Self.calendar.end(of: "1wd", from: UTCTime(microseconds: .min)) == nil)
    }

    @Test func `without hours or days nothing can be counted`() throws {
        let start = try #require(UTCTime(rfc3339: "2026-08-20T02:00:00Z"))
        #expect(WorkingCalendar(weekdays: [0]).end(of: "1wd", from: start) == nil)
        #expect(WorkingCalendar(hours: [0..<1440]).end(of: "1wh", from: start) == nil)
    }
}
