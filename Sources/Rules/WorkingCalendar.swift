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
    private static let minute: Int64 = 60_000_000

    /// When a limit such as `4wh` (working hours) or `2wd` (working days) that begins at `start` ends. Working days are
    /// counted from the day after and end with their last hour. Nil for no limit, and for a calendar without hours or days.
    public func end(of limit: String, from start: UTCTime) -> UTCTime? {
        workingTime.end(of: limit, from: start)
    }

    /// The same as a ruler. Days that are none are left out.
    public var workingTime: WorkingTime {
        WorkingTime(
            hours: hours, weekdays: weekdays, holidays: Set(holidays.compactMap(WorkingTime.day)),
            workdays: Set(workdays.compactMap(WorkingTime.day)), utcOffsetSeconds: utcOffsetSeconds)
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
