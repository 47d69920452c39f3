import Inspection

/// How a gateway writes times: `yyyy MM dd HH mm ss SSS` and what stands between them, or `unix`, `unix_ms`, `rfc3339`.
struct TemplateDate: Sendable, Hashable {
    private enum Part: Sendable, Hashable {
        case year, month, day, hour, minute, second, milliseconds
        case text(String)
    }

    private enum Form: Sendable, Hashable {
        case unix, milliseconds, rfc3339
        case parts([Part])
    }

    private let form: Form
    /// Nil for the template's own.
    private let zoneSeconds: Int?

    /// Nil for a pattern or a zone that cannot be meant.
    init?(_ pattern: String, zone: String? = nil) {
        if let zone {
            guard let seconds = Self.zone(zone) else { return nil }
            zoneSeconds = seconds
        } else {
            zoneSeconds = nil
        }
        switch pattern {
        case "unix": form = .unix
        case "unix_ms": form = .milliseconds
        case "rfc3339": form = .rfc3339
        default:
            guard let parts = Self.parts(pattern) else { return nil }
            form = .parts(parts)
        }
    }

    /// Seconds east of Greenwich of `+08:00`, `-05:30` or `Z`, at most 14 hours.
    static func zone(_ text: String) -> Int? {
        if text == "Z" { return 0 }
        let bytes = Array(text.utf8)
        guard bytes.count == 6, bytes[0] == 43 || bytes[0] == 45, bytes[3] == 58,
            let hours = Int(String(decoding: bytes[1...2], as: UTF8.self)),
            let minutes = Int(String(decoding: bytes[4...5], as: UTF8.self)), (0...14).contains(hours),
            (0..<60).contains(minutes)
        else { return nil }
        return (hours * 3600 + minutes * 60) * (bytes[0] == 45 ? -1 : 1)
    }

    private static let words: [(String, Part)] = [
        ("yyyy", .year), ("MM", .month), ("dd", .day), ("HH", .hour), ("mm", .minute), ("SSS", .milliseconds),
        ("ss", .second),
    ]

    private static func parts(_ pattern: String) -> [Part]? {
        var parts: [Part] = []
        var rest = pattern[...]
        while let character = rest.first {
            if let (word, part) = words.first(where: { rest.hasPrefix($0.0) }) {
                parts.append(part)
                rest = rest.dropFirst(word.count)
            } else {
                // A letter that is none of the words is a mistake, T between day and time aside.
                guard !(character.isASCII && character.isLetter) || character == "T" || character == "Z" else {
                    return nil
                }
                parts.append(.text(String(character)))
                rest = rest.dropFirst()
            }
        }
        return parts.contains(.year) || parts.contains(.hour) ? parts : nil
    }

    func text(_ time: UTCTime, zoneSeconds zone: Int) -> String {
        let seconds = zoneSeconds ?? zone
        switch form {
        case .unix: return String(time.microseconds / 1_000_000)
        case .milliseconds: return String(time.microseconds / 1000)
        case .rfc3339:
            let local = time.advanced(byMicroseconds: Int64(seconds) * 1_000_000).rfc3339.prefix(19)
            let minutes = abs(seconds) / 60
            func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
            return local
                + (seconds == 0 ? "Z" : (seconds < 0 ? "-" : "+") + two(minutes / 60) + ":" + two(minutes % 60))
        case .parts(let parts):
            let local = Array(time.advanced(byMicroseconds: Int64(seconds) * 1_000_000).rfc3339)
            func cut(_ range: Range<Int>) -> String { range.upperBound <= local.count ? String(local[range]) : "" }
            return parts.map { part in
                switch part {
                case .year: cut(0..<4)
                case .month: cut(5..<7)
                case .day: cut(8..<10)
                case .hour: cut(11..<13)
                case .minute: cut(14..<16)
                case .second: cut(17..<19)
                case .milliseconds: cut(20..<23)
                case .text(let text): text
                }
            }.joined()
        }
    }

    /// The instant of a text written so; nil for anything else.
    func read(_ text: String, zoneSeconds zone: Int) -> UTCTime? {
        guard text.utf8.count <= 64 else { return nil }
        switch form {
        case .unix: return Int64(text).flatMap { Self.instant($0, scale: 1_000_000) }
        case .milliseconds: return Int64(text).flatMap { Self.instant($0, scale: 1000) }
        case .rfc3339: return UTCTime(rfc3339: text)
        case .parts(let parts):
            var rest = text[...]
            var fields: [Part: String] = [:]
            for part in parts {
                let width =
                    switch part {
                    case .year: 4
                    case .milliseconds: 3
                    case .text(let text): text.count
                    default: 2
                    }
                let piece = rest.prefix(width)
                rest = rest.dropFirst(width)
                if case .text(let text) = part {
                    guard piece == text else { return nil }
                } else {
                    guard piece.count == width, piece.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
                    fields[part] = String(piece)
                }
            }
            guard rest.isEmpty else { return nil }
            func field(_ part: Part, _ otherwise: String) -> String { fields[part] ?? otherwise }
            let day = "\(field(.year, "1970"))-\(field(.month, "01"))-\(field(.day, "01"))"
            let clock = "\(field(.hour, "00")):\(field(.minute, "00")):\(field(.second, "00"))"
            return UTCTime(rfc3339: "\(day)T\(clock).\(field(.milliseconds, "000"))Z")?
                .advanced(byMicroseconds: Int64(-(zoneSeconds ?? zone)) * 1_000_000)
        }
    }

    private static func instant(_ number: Int64, scale: Int64) -> UTCTime? {
        let (value, overflow) = number.multipliedReportingOverflow(by: scale)
        return overflow || abs(value) > 253_402_300_799_000_000 ? nil : UTCTime(microseconds: value)
    }
}
