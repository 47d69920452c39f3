import Inspection
import LocatedYAML

/// Hours of the week in which a rule is looked at: `06:00-20:00`, `mon-fri 20:00-06:00`, `sat,sun 08:00-12:00`. What goes
/// over midnight belongs to the day on which it begins.
struct RuleHours: Sendable, Hashable {
    /// Minutes since Monday 00:00 by the wall clock, 0..<10,080; none goes over the end of the week.
    private var spans: [Range<Int>] = []
    /// East of Greenwich positive. Fixed: no daylight saving time.
    private let utcOffsetSeconds: Int
    /// As they are written.
    let texts: [String]

    static let maximumEntries = 50
    private static let minutesOfDay = 1440
    private static let minutesOfWeek = 10_080
    private static let dayNames = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    /// Nil, with complaints, when one of the texts cannot be meant.
    init?(_ texts: [LocatedText], utcOffsetSeconds: Int, into complaints: Complaints) {
        self.utcOffsetSeconds = utcOffsetSeconds
        self.texts = texts.map(\.text)
        var isRight = true
        for text in texts {
            if let complaint = add(text.text) {
                complaints.add(text, complaint, hint: "such as \"06:00-20:00\" or \"mon-fri 20:00-06:00\"")
                isRight = false
            }
        }
        guard isRight else { return nil }
    }

    func contains(_ time: UTCTime) -> Bool {
        let minute = minute(of: time)
        return spans.contains { $0.contains(minute) }
    }

    /// Minutes since Monday 00:00 by the wall clock.
    private func minute(of time: UTCTime) -> Int {
        let second = time.microseconds / 1_000_000 - (time.microseconds % 1_000_000 < 0 ? 1 : 0)
        // 1970-01-01 was a Thursday.
        let sinceMonday = (second + Int64(utcOffsetSeconds) + 3 * 86_400) % 604_800
        return Int(sinceMonday < 0 ? sinceMonday + 604_800 : sinceMonday) / 60
    }

    /// The wall clock, such as `thu 21:30 +08:00`.
    func clock(_ time: UTCTime) -> String {
        func digits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let minute = minute(of: time)
        let ahead = abs(utcOffsetSeconds) / 60
        let sign = utcOffsetSeconds < 0 ? "-" : "+"
        return "\(Self.dayNames[minute / Self.minutesOfDay % 7]) \(digits(minute / 60 % 24)):\(digits(minute % 60)) "
            + "\(sign)\(digits(ahead / 60)):\(digits(ahead % 60))"
    }

    /// What is wrong with the text; nil when it was added.
    private mutating func add(_ text: String) -> String? {
        let words = text.split(separator: " ")
        guard let last = words.last, words.count <= 2 else { return "is no span of hours" }
        let ends = last.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let from = Self.minute(ends[0]), let to = Self.minute(ends[1]), from < Self.minutesOfDay
        else { return "is no span of hours" }
        if from == to { return "begins when it ends: write 00:00-24:00 for all day" }
        guard let days = words.count == 2 ? Self.days(words[0]) : Array(0..<7) else {
            return "names no days: they are \(Self.dayNames.joined(separator: ", "))"
        }
        for day in days {
            let start = day * Self.minutesOfDay + from
            let end = day * Self.minutesOfDay + (to > from ? to : to + Self.minutesOfDay)
            spans.append(start..<min(end, Self.minutesOfWeek))
            if end > Self.minutesOfWeek { spans.append(0..<end - Self.minutesOfWeek) }
        }
        return nil
    }

    /// `06:00` as minutes of the day, to 24:00.
    private static func minute(_ text: Substring) -> Int? {
        let bytes = Array(text.utf8)
        guard bytes.count == 5, bytes[2] == 58 else { return nil }
        let digits = [bytes[0], bytes[1], bytes[3], bytes[4]]
        guard digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
        let numbers = digits.map { Int($0) - 48 }
        let minutes = (numbers[0] * 10 + numbers[1]) * 60 + numbers[2] * 10 + numbers[3]
        return numbers[2] < 6 && minutes <= minutesOfDay ? minutes : nil
    }

    /// `mon-fri`, `sat,sun`, `mon,wed-fri`; Monday is 0. A span may go over the end of the week.
    private static func days(_ text: Substring) -> [Int]? {
        var days: Set<Int> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map {
                dayNames.firstIndex(of: $0.lowercased())
            }
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1] else { return nil }
            let count = (last - first + 7) % 7
            for step in 0...count { days.insert((first + step) % 7) }
        }
        return days.sorted()
    }
}

extension YAMLMapping {
    /// Seconds that the clock at `utc_offset` is ahead of UTC; nil when absent or wrong.
    func utcOffset() -> Int? {
        guard let text = optionalString("utc_offset") else { return nil }
        if let seconds = UTCOffset.seconds(text) { return seconds }
        complain("utc_offset", "must be an offset", hint: "such as \"+08:00\"")
        return nil
    }
}
