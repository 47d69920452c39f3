import Inspection

/// Days and times as registers write them: 2026-08-15, 2026/8/15, 2026.8.15, 20260815, 2026年8月15日, each with or without
/// 12:30 or 12:30:00 behind it; or RFC 3339 with its own offset.
struct CalendarText {
    let instant: UTCTime
    /// It names a whole day, which begins at `instant`.
    let isDay: Bool
    /// For people: a day as `2026-08-15` however it is written, a time as it stands.
    let shown: String

    /// `offset` is how many seconds local time is ahead of UTC.
    init?(_ text: String, utcOffsetSeconds offset: Int) {
        guard text.utf8.count <= 40 else { return nil }
        if let time = UTCTime(rfc3339: text) {
            self.init(time, isDay: false, shown: text)
            return
        }
        var numbers: [String] = [""]
        for scalar in text.unicodeScalars {
            switch scalar {
            case "0"..."9": numbers[numbers.count - 1].unicodeScalars.append(scalar)
            case "-", "/", ".", ":", " ", "T", "年", "月", "日":
                if numbers.last?.isEmpty == false { numbers.append("") }
            default: return nil
            }
        }
        if numbers.last?.isEmpty == true { numbers.removeLast() }
        if let first = numbers.first, first.utf8.count == 8 {
            let month = first.dropFirst(4).prefix(2)
            numbers.replaceSubrange(0..<1, with: [String(first.prefix(4)), String(month), String(first.suffix(2))])
        }
        guard [3, 5, 6].contains(numbers.count), numbers[0].utf8.count == 4,
            numbers.dropFirst().allSatisfy({ $0.utf8.count <= 2 })
        else { return nil }
        let parts = numbers.map { $0.utf8.count == 1 ? "0" + $0 : $0 } + (numbers.count == 5 ? ["00"] : [])
        let clock = parts.count == 3 ? "00:00:00" : parts[3...].joined(separator: ":")
        guard let local = UTCTime(rfc3339: parts[..<3].joined(separator: "-") + "T\(clock)Z") else { return nil }
        let isDay = numbers.count == 3
        self.init(
            local.advanced(byMicroseconds: -Int64(offset) * 1_000_000), isDay: isDay,
            shown: isDay ? parts.joined(separator: "-") : text)
    }

    private init(_ instant: UTCTime, isDay: Bool, shown: String) {
        self.instant = instant
        self.isDay = isDay
        self.shown = shown
    }

    /// The first instant after it: of a day, the next one's beginning.
    var end: UTCTime { instant.advanced(byMicroseconds: isDay ? 86_400_000_000 : 1) }
}
