/// An instant of Coordinated Universal Time, in whole microseconds since 1970-01-01T00:00:00Z.
public struct UTCTime: Sendable, Hashable, Comparable {
    public var microseconds: Int64

    public init(microseconds: Int64) { self.microseconds = microseconds }

    public static func < (a: UTCTime, b: UTCTime) -> Bool { a.microseconds < b.microseconds }

    /// This instant moved by `microseconds`, saturating at the ends of the range.
    public func advanced(byMicroseconds delta: Int64) -> UTCTime {
        let (sum, overflow) = microseconds.addingReportingOverflow(delta)
        return UTCTime(microseconds: overflow ? (delta < 0 ? .min : .max) : sum)
    }

    /// Microseconds from `other` to this instant, saturating.
    public func microseconds(since other: UTCTime) -> Int64 {
        let (difference, overflow) = microseconds.subtractingReportingOverflow(other.microseconds)
        return overflow ? (microseconds < other.microseconds ? .min : .max) : difference
    }

    /// RFC 3339 in UTC with six decimals: `2026-08-20T03:04:05.123456Z`. Years outside 0001…9999 are clamped.
    public var rfc3339: String {
        let low: Int64 = -62_135_596_800_000_000
        let high: Int64 = 253_402_300_799_999_999
        let value = min(max(microseconds, low), high)
        let day = value.flooredQuotient(dividingBy: 86_400_000_000)
        var rest = value - day * 86_400_000_000
        let (year, month, dayOfMonth) = Self.civil(fromDays: day)
        let micros = rest % 1_000_000
        rest /= 1_000_000
        var text: [UInt8] = []
        text.reserveCapacity(27)
        func add(_ number: Int64, _ digits: Int, _ then: UInt8) {
            var scale = Int64(1)
            for _ in 1..<digits { scale *= 10 }
            while scale > 0 {
                text.append(48 + UInt8(truncatingIfNeeded: number / scale % 10))
                scale /= 10
            }
            text.append(then)
        }
        add(year, 4, 45)
        add(month, 2, 45)
        add(dayOfMonth, 2, 84)
        add(rest / 3600, 2, 58)
        add(rest / 60 % 60, 2, 58)
        add(rest % 60, 2, 46)
        add(micros, 6, 90)
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads RFC 3339 with any offset and zero to nine decimals (beyond six are dropped). Nil for anything else.
    public init?(rfc3339 text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.count <= 40 else { return nil }
        func number(_ from: Int, _ count: Int) -> Int64? {
            guard from + count <= bytes.count else { return nil }
            var value: Int64 = 0
            for byte in bytes[from..<from + count] {
                guard byte >= 48, byte <= 57 else { return nil }
                value = value * 10 + Int64(byte - 48)
            }
            return value
        }
        guard let year = number(0, 4), bytes[4] == 45, let month = number(5, 2), bytes[7] == 45, let day = number(8, 2),
            bytes[10] == 84 || bytes[10] == 116 || bytes[10] == 32, let hour = number(11, 2), bytes[13] == 58,
            let minute = number(14, 2), bytes[16] == 58, let second = number(17, 2),
            year >= 1, (1...12).contains(month), day >= 1, day <= Self.daysInMonth(year, month), hour < 24, minute < 60,
            second <= 60
        else { return nil }
        var index = 19
        var micros: Int64 = 0
        if bytes[index] == 46 {
            index += 1
            let start = index
            var scale: Int64 = 100_000
            while index < bytes.count, bytes[index] >= 48, bytes[index] <= 57 {
                micros += Int64(bytes[index] - 48) * scale
                scale /= 10
                index += 1
            }
            guard index > start, index - start <= 9 else { return nil }
        }
        var offset: Int64 = 0
        guard index < bytes.count else { return nil }
        if bytes[index] == 90 || bytes[index] == 122 {
            guard index + 1 == bytes.count else { return nil }
        } else {
            guard bytes[index] == 43 || bytes[index] == 45, let hours = number(index + 1, 2), index + 6 == bytes.count,
                bytes[index + 3] == 58, let minutes = number(index + 4, 2), hours < 24, minutes < 60
            else { return nil }
            offset = (hours * 3600 + minutes * 60) * (bytes[index] == 45 ? -1 : 1)
        }
        let days = Self.days(year: year, month: month, day: day)
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
        microseconds = seconds * 1_000_000 + micros
    }

    private static func daysInMonth(_ year: Int64, _ month: Int64) -> Int64 {
        switch month {
        case 2: (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970-01-01 of a proleptic Gregorian date. Source: Hinnant, "chrono-compatible low-level date algorithms".
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let y = month <= 2 ? year - 1 : year
        let era = y.flooredQuotient(dividingBy: 400)
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let z = days + 719_468
        let era = z.flooredQuotient(dividingBy: 146_097)
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}

extension Int64 {
    fileprivate func flooredQuotient(dividingBy divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}

/// Which clock gave a UTC. Best first.
public enum UTCProvenance: String, Sendable, Hashable, CaseIterable {
    /// The precision time stamp in the stream's own metadata (ST 0601 item 2, ST 0604).
    case precisionTimeStamp = "precision_time_stamp"
    /// The sender's clock by RTCP sender reports.
    case senderReport = "sender_report"
    /// The file's own time (container or file system), plus the position in it.
    case file
    /// This gateway's clock when the bytes arrived.
    case arrival
}
