/// The hours and days in which a department works, as a ruler for limits: `4wh` working hours, `2wd` working days. Local time is
/// UTC and a fixed offset; days count from 1970-01-01. Every function has an answer for every input.
public struct WorkingTime: Sendable, Hashable {
    /// Minutes of a working day, in order, none overlapping, within 0…1440.
    public let hours: [Range<Int>]
    /// Monday is 0, Sunday 6.
    public let weekdays: Set<Int>
    /// Days off on weekdays that are worked otherwise.
    public let holidays: Set<Int64>
    /// Days that are worked although their weekday is not (调休).
    public let workdays: Set<Int64>
    /// Seconds that local time is ahead of UTC.
    public let utcOffsetSeconds: Int

    private static let day: Int64 = 86_400_000_000
    private static let minute: Int64 = 60_000_000
    /// Days that are looked through at most: as many as the longest limit takes at an hour a week.
    public static let maximumDays: Int64 = 70_000
    /// Of years 1970 to 9999, as far as a limit from there ends in them too.
    private static let times = 0..<(253_402_300_800_000_000 - maximumDays * day)

    /// Hours that are out of order, overlap or leave the day are left out.
    public init(
        hours: [Range<Int>], weekdays: Set<Int>, holidays: Set<Int64> = [], workdays: Set<Int64> = [],
        utcOffsetSeconds: Int = 0
    ) {
        var sound: [Range<Int>] = []
        for part in hours
        where !part.isEmpty && part.lowerBound >= sound.last?.upperBound ?? 0 && part.upperBound <= 1440 {
            sound.append(part)
        }
        self.hours = sound
        self.weekdays = weekdays
        self.holidays = holidays
        self.workdays = workdays
        self.utcOffsetSeconds = min(max(utcOffsetSeconds, -86_400), 86_400)
    }

    /// The number of a day written as `2026-10-01`; nil for anything else.
    public static func day(_ text: String) -> Int64? {
        guard text.utf8.count == 10, let midnight = UTCTime(rfc3339: text + "T00:00:00Z") else { return nil }
        return floored(midnight.microseconds)
    }

    /// Whether `limit` is 1 to 9999 working hours or days.
    public static func isLimit(_ limit: String) -> Bool { count(of: limit) != nil }

    /// When a limit that begins at `start` ends. Working days count from the day after and end with their last hour. Nil for
    /// no limit, for a time that is none of a matter, and where nothing is ever worked.
    public func end(of limit: String, from start: UTCTime) -> UTCTime? {
        guard let (count, isHours) = Self.count(of: limit), works, let local = local(start) else { return nil }
        let end = isHours ? endOfHours(count * 60 * Self.minute, from: local) : endOfDays(count, from: local)
        return end.map(utc)
    }

    /// When `microseconds` of working time after `start` are over; `start` itself for none of it.
    public func end(ofWorked microseconds: Int64, from start: UTCTime) -> UTCTime? {
        guard microseconds > 0 else { return start }
        guard works, let local = local(start) else { return nil }
        return endOfHours(microseconds, from: local).map(utc)
    }

    /// Microseconds of working time from one instant to another; 0 where the second is not later. What lies further apart than
    /// can be looked through counts as far as that.
    public func worked(from start: UTCTime, to end: UTCTime) -> Int64 {
        let offset = Int64(utcOffsetSeconds) * 1_000_000
        let first = Self.clamped(start.advanced(byMicroseconds: offset).microseconds)
        let last = Self.clamped(end.advanced(byMicroseconds: offset).microseconds)
        guard works, last > first else { return 0 }
        var sum: Int64 = 0
        let firstDay = Self.floored(first)
        for day in firstDay...min(Self.floored(last), firstDay + Self.maximumDays) where isWorked(day) {
            for part in hours {
                let begin = max(day * Self.day + Int64(part.lowerBound) * Self.minute, first)
                let end = min(day * Self.day + Int64(part.upperBound) * Self.minute, last)
                if end > begin { sum += end - begin }
            }
        }
        return sum
    }

    private var works: Bool { !hours.isEmpty && (!weekdays.isEmpty || !workdays.isEmpty) }

    private static func count(of limit: String) -> (Int64, isHours: Bool)? {
        guard limit.utf8.count <= 6, limit.hasSuffix("wh") || limit.hasSuffix("wd"),
            let count = Int64(limit.dropLast(2)), (1...9999).contains(count), limit.first != "+"
        else { return nil }
        return (count, limit.hasSuffix("wh"))
    }

    private func local(_ time: UTCTime) -> Int64? {
        let local = time.advanced(byMicroseconds: Int64(utcOffsetSeconds) * 1_000_000).microseconds
        return Self.times.contains(local) ? local : nil
    }

    private func utc(_ local: Int64) -> UTCTime {
        UTCTime(microseconds: local - Int64(utcOffsetSeconds) * 1_000_000)
    }

    private static func clamped(_ local: Int64) -> Int64 { min(max(local, times.lowerBound), times.upperBound) }

    private static func floored(_ microseconds: Int64) -> Int64 {
        let quotient = microseconds / day
        return microseconds % day < 0 ? quotient - 1 : quotient
    }

    private func endOfHours(_ duration: Int64, from local: Int64) -> Int64? {
        var rest = duration
        let first = Self.floored(local)
        for day in first..<first + Self.maximumDays where isWorked(day) {
            for part in hours {
                let begin = max(day * Self.day + Int64(part.lowerBound) * Self.minute, local)
                let end = day * Self.day + Int64(part.upperBound) * Self.minute
                guard end > begin else { continue }
                if rest <= end - begin { return begin + rest }
                rest -= end - begin
            }
        }
        return nil
    }

    private func endOfDays(_ count: Int64, from local: Int64) -> Int64? {
        guard let last = hours.last else { return nil }
        var rest = count
        let first = Self.floored(local) + 1
        for day in first..<first + Self.maximumDays where isWorked(day) {
            rest -= 1
            if rest == 0 { return day * Self.day + Int64(last.upperBound) * Self.minute }
        }
        return nil
    }

    /// 1970-01-01 was a Thursday.
    private func isWorked(_ day: Int64) -> Bool {
        if workdays.contains(day) { return true }
        return weekdays.contains(Int((day + 3) % 7)) && !holidays.contains(day)
    }
}
