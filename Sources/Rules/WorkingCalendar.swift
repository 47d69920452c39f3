public import Inspection
import LocatedYAML

/// When a department works: the limits of matters are counted in its hours and days.
public struct WorkingCalendar: Sendable, Hashable {
    /// Minutes of the local day, in order, none overlapping.
    public var hours: [Range<Int>] = []
    /// Monday is 0, Sunday 6.
    public var weekdays: Set<Int> = []
    /// Local days off, such as `2026-10-01`.
    public var holidays: Set<String> = []
    /// Local days that are worked although their weekday is not.
    public var workdays: Set<String> = []
    /// Seconds that local time is ahead of UTC.
    public var utcOffsetSeconds = 0

    static let weekdayNames = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    private static let day: Int64 = 86_400_000_000
    private static let minute: Int64 = 60_000_000
    /// Days that are looked through before a limit is given up: as long as the longest limit of one hour a week.
    private static let maximumDays = 70_000

    /// When a limit such as `4wh` (working hours) or `2wd` (working days) that begins at `start` ends. Working days are
    /// counted from the day after and end with their last hour. Nil for no limit, and for a calendar without hours or days.
    public func end(of limit: String, from start: UTCTime) -> UTCTime? {
        guard let count = Int64(limit.dropLast(2)), (1...9999).contains(count), !hours.isEmpty,
            !weekdays.isEmpty || !workdays.isEmpty
        else { return nil }
        let local = start.advanced(byMicroseconds: Int64(utcOffsetSeconds) &* 1_000_000).microseconds
        // Years 1970 to 9999; what lies outside is no time of a finding.
        guard (0..<253_402_300_800_000_000 - Int64(Self.maximumDays) * Self.day).contains(local) else { return nil }
        let end =
            switch limit.suffix(2) {
            case "wh": endOfHours(count * 60 * Self.minute, from: local)
            case "wd": endOfDays(count, from: local)
            default: Int64?.none
            }
        return end.map { UTCTime(microseconds: $0 - Int64(utcOffsetSeconds) * 1_000_000) }
    }

    private func endOfHours(_ duration: Int64, from local: Int64) -> Int64? {
        var rest = duration
        for day in local / Self.day..<local / Self.day + Int64(Self.maximumDays) where isWorked(day) {
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
        for day in local / Self.day + 1..<local / Self.day + Int64(Self.maximumDays) where isWorked(day) {
            rest -= 1
            if rest == 0 { return day * Self.day + Int64(last.upperBound) * Self.minute }
        }
        return nil
    }

    /// `day` counts from 1970-01-01, a Thursday.
    private func isWorked(_ day: Int64) -> Bool {
        let name = String(UTCTime(microseconds: day * Self.day).rfc3339.prefix(10))
        if workdays.contains(name) { return true }
        return weekdays.contains(Int((day + 3) % 7)) && !holidays.contains(name)
    }
}

extension WorkingCalendar {
    static let maximumDates = 4000

    static func decode(_ mapping: YAMLMapping) -> WorkingCalendar {
        var calendar = WorkingCalendar()
        for part in mapping.list("hours", { (from: $0.string("from"), to: $0.string("to")) }) {
            let ends = [part.from, part.to].map { text -> Int? in
                let minutes = minutes(text)
                if minutes == nil {
                    mapping.complain("hours", "\(text) is no time of day", hint: "such as \"08:30\"")
                }
                return minutes
            }
            guard let from = ends[0], let to = ends[1] else { continue }
            if from >= to || from < calendar.hours.last?.upperBound ?? 0 {
                mapping.complain("hours", "must be in order, each ending after it begins and before the next")
            } else {
                calendar.hours.append(from..<to)
            }
        }
        for text in mapping.texts("weekdays") {
            if let index = weekdayNames.firstIndex(of: text.text) {
                calendar.weekdays.insert(index)
            } else {
                mapping.complaints.add(
                    text, "is no weekday", hint: NearestName.hint(for: text.text, among: weekdayNames))
            }
        }
        calendar.holidays = dates(mapping, "holidays")
        calendar.workdays = dates(mapping, "workdays")
        calendar.utcOffsetSeconds = mapping.utcOffset() ?? 0
        return calendar
    }

    private static func minutes(_ text: String) -> Int? {
        guard text.utf8.count == 5, let time = UTCTime(rfc3339: "1970-01-01T\(text):00Z") else { return nil }
        return Int(time.microseconds / minute)
    }

    private static func dates(_ mapping: YAMLMapping, _ key: String) -> Set<String> {
        let texts = mapping.texts(key)
        if texts.count > maximumDates { mapping.complain(key, "has more than \(maximumDates) days") }
        for text in texts where text.text.utf8.count != 10 || UTCTime(rfc3339: text.text + "T00:00:00Z") == nil {
            mapping.complaints.add(text, "must be a day", hint: "such as 2026-10-01")
        }
        return Set(texts.map(\.text))
    }
}
