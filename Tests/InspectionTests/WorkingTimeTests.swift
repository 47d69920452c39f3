import Testing

@testable import Inspection

/// China's calendar of 2026, as the General Office of the State Council announced it, with hours of 08:30–12:00 and 14:00–17:30.
@Suite struct WorkingTimeTests {
    static let china = WorkingTime(
        hours: [510..<720, 840..<1050], weekdays: [0, 1, 2, 3, 4],
        holidays: days(
            "2026-01-01", "2026-01-02", "2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20",
            "2026-02-23", "2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06", "2026-10-07"),
        workdays: days("2026-01-04", "2026-02-14", "2026-02-28", "2026-09-20", "2026-10-10"),
        utcOffsetSeconds: 28_800)

    static func days(_ texts: String...) -> Set<Int64> { Set(texts.compactMap(WorkingTime.day)) }
    static func time(_ text: String) throws -> UTCTime { try #require(UTCTime(rfc3339: text)) }

    @Test(arguments: [
        // Within a morning, over noon, over an evening, over a weekend.
        ("2026-08-20T09:00:00+08:00", "2wh", "2026-08-20T11:00:00+08:00"),
        ("2026-08-20T11:30:00+08:00", "1wh", "2026-08-20T14:30:00+08:00"),
        ("2026-08-20T17:00:00+08:00", "1wh", "2026-08-21T09:00:00+08:00"),
        ("2026-08-21T17:00:00+08:00", "1wh", "2026-08-24T09:00:00+08:00"),
        // Found at night, at noon and on a Sunday: the time begins with the work.
        ("2026-08-20T03:04:05+08:00", "4wh", "2026-08-20T14:30:00+08:00"),
        ("2026-08-20T12:30:00+08:00", "4wh", "2026-08-21T09:00:00+08:00"),
        ("2026-08-23T10:00:00+08:00", "4wh", "2026-08-24T14:30:00+08:00"),
        // Spring Festival: 16 to 20 and 23 February off, Saturday 14 and 28 February worked.
        ("2026-02-13T16:30:00+08:00", "2wh", "2026-02-14T09:30:00+08:00"),
        ("2026-02-14T16:30:00+08:00", "2wh", "2026-02-24T09:30:00+08:00"),
        ("2026-02-18T10:00:00+08:00", "1wh", "2026-02-24T09:30:00+08:00"),
        ("2026-02-13T10:00:00+08:00", "1wd", "2026-02-14T17:30:00+08:00"),
        ("2026-02-13T10:00:00+08:00", "2wd", "2026-02-24T17:30:00+08:00"),
        ("2026-02-24T10:00:00+08:00", "4wd", "2026-02-28T17:30:00+08:00"),
        // National Day: 1 to 7 October off, Sunday 20 September and Saturday 10 October worked.
        ("2026-09-30T17:00:00+08:00", "1wh", "2026-10-08T09:00:00+08:00"),
        ("2026-09-30T10:00:00+08:00", "3wd", "2026-10-10T17:30:00+08:00"),
        ("2026-09-18T10:00:00+08:00", "1wd", "2026-09-20T17:30:00+08:00"),
        ("2026-10-09T17:00:00+08:00", "1wh", "2026-10-10T09:00:00+08:00"),
        ("2026-10-10T17:00:00+08:00", "1wh", "2026-10-12T09:00:00+08:00"),
        // A holiday on a weekday that no weekend makes good: New Year.
        ("2025-12-31T17:00:00+08:00", "1wh", "2026-01-04T09:00:00+08:00"),
    ])
    func `limits end by the calendar`(_ start: String, _ limit: String, _ end: String) throws {
        let (start, end) = (try Self.time(start), try Self.time(end))
        #expect(Self.china.end(of: limit, from: start) == end)
        // And what was worked by then is the limit.
        if limit.hasSuffix("wh"), let hours = Int64(limit.dropLast(2)) {
            #expect(Self.china.worked(from: start, to: end) == hours * 3_600_000_000)
        }
        #expect(Self.china.end(ofWorked: Self.china.worked(from: start, to: end), from: start) == end)
    }

    @Test(arguments: [
        ("2026-02-13T00:00:00+08:00", "2026-02-16T00:00:00+08:00", 14.0),
        ("2026-02-15T00:00:00+08:00", "2026-02-24T00:00:00+08:00", 0),
        ("2026-02-24T08:30:00+08:00", "2026-03-01T00:00:00+08:00", 35),
        ("2026-10-01T00:00:00+08:00", "2026-10-11T23:59:59+08:00", 21),
        ("2026-08-20T11:45:00+08:00", "2026-08-20T14:15:00+08:00", 0.5),
        ("2026-08-20T12:00:00+08:00", "2026-08-20T14:00:00+08:00", 0),
        ("2026-08-21T00:00:00+08:00", "2026-08-20T00:00:00+08:00", 0),
    ])
    func `working hours between two instants`(_ start: String, _ end: String, _ hours: Double) throws {
        let worked = Self.china.worked(from: try Self.time(start), to: try Self.time(end))
        #expect(Double(worked) / 3_600_000_000 == hours)
    }

    @Test(arguments: [-36_000, -12_600, 0, 20_700, 28_800, 45_900]) func `any zone keeps its own hours`(_ offset: Int)
        throws
    {
        let calendar = WorkingTime(hours: [540..<1020], weekdays: [0, 1, 2, 3, 4], utcOffsetSeconds: offset)
        let start = try Self.time("2026-08-20T08:00:00Z").advanced(byMicroseconds: -Int64(offset) * 1_000_000)
        #expect(calendar.end(of: "3wh", from: start) == start.advanced(byMicroseconds: 4 * 3_600_000_000))
        #expect(calendar.end(of: "1wd", from: start) == start.advanced(byMicroseconds: 33 * 3_600_000_000))
    }

    @Test(arguments: [
        "", "wh", "0wh", "10000wh", "-1wd", "+4wh", "4h", "4 wh", "wd4", "99999999999999999999wh", "4wx", "四wh",
    ])
    func `what is no limit ends never`(_ text: String) throws {
        #expect(Self.china.end(of: text, from: try Self.time("2026-08-20T08:00:00Z")) == nil)
        #expect(!WorkingTime.isLimit(text))
    }

    @Test(arguments: [Int64.min, -28_800_000_001, 253_402_300_799_999_999, .max])
    func `has an answer for every instant`(_ instant: Int64) {
        let time = UTCTime(microseconds: instant)
        #expect(Self.china.end(of: "4wh", from: time) == nil)
        #expect(Self.china.end(ofWorked: 1, from: time) == nil)
        #expect(Self.china.end(ofWorked: 0, from: time) == time)
        for other in [Int64.min, 0, 1_786_000_000_000_000, .max] {
            let worked = Self.china.worked(from: time, to: UTCTime(microseconds: other))
            #expect(worked >= 0 && worked <= (WorkingTime.maximumDays + 1) * 86_400_000_000)
        }
    }

    @Test func `a calendar in which nobody works ends nothing`() throws {
        let start = try Self.time("2026-08-20T08:00:00Z")
        for calendar in [
            WorkingTime(hours: [], weekdays: [0]), WorkingTime(hours: [0..<60], weekdays: []),
            WorkingTime(hours: [900..<800 + 200, 0..<10, 1400..<1500], weekdays: [9]),
        ] {
            #expect(calendar.end(of: "1wh", from: start) == nil)
            #expect(calendar.worked(from: start, to: UTCTime(microseconds: .max)) == 0)
        }
        // One day in a lifetime.
        let once = WorkingTime(hours: [0..<60], weekdays: [], workdays: Self.days("2030-01-01"))
        #expect(once.end(of: "1wh", from: start) == (try Self.time("2030-01-01T01:00:00Z")))
        #expect(once.end(of: "2wh", from: start) == nil)
    }
}
