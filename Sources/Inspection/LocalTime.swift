/// A wall clock without a zone. It orders what was written by one clock, and says nothing about UTC until its offset is known.
public struct LocalTime: Sendable, Hashable, Comparable {
    /// Since 1970-01-01T00:00:00 by the same clock.
    public var microseconds: Int64

    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// The first date with a time of day in `text`: `2017.8.5 14:11:51`, `2018-02-19 08:04:51,265,847` (milliseconds, then
    /// microseconds), `2021-12-25 12:27:52.373`, with a blank or a T between the two. Nil before 1990, for clocks that were
    /// never set, and from 2100.
    public init?(in text: some RandomAccessCollection<UInt8>) {
        let bytes = Array(text.prefix(Self.searchLimit))
        for start in bytes.indices where Self.isDigit(bytes[start]) && (start == 0 || !Self.isDigit(bytes[start - 1])) {
            if let found = Self.read(bytes, at: start) {
                microseconds = found
                return
            }
        }
        return nil
    }

    public static func < (a: LocalTime, b: LocalTime) -> Bool { a.microseconds < b.microseconds }

    /// UTC of this moment by a clock that is ahead of UTC by `seconds` (east of Greenwich positive).
    public func utc(offset seconds: Int) -> UTCTime {
        UTCTime(microseconds: microseconds).advanced(byMicroseconds: -(Int64(seconds) &* 1_000_000))
    }

    /// ISO 8601 without a zone: `2022-06-21T16:06:17.000000`.
    public var iso8601: String { String(UTCTime(microseconds: microseconds).rfc3339.dropLast()) }

    /// Bytes looked at.
    private static let searchLimit = 4096
    private static let years = 1990..<2100

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

    private static func read(_ bytes: [UInt8], at start: Int) -> Int64? {
        var index = start
        func number(_ digits: ClosedRange<Int>) -> Int? {
            let from = index
            var value = 0
            while index < bytes.count, index - from < digits.upperBound, isDigit(bytes[index]) {
                value = value * 10 + Int(bytes[index] - 48)
                index += 1
            }
            return digits.contains(index - from) ? value : nil
        }
        func pass(_ separators: String) -> Bool {
            guard index < bytes.count, separators.utf8.contains(bytes[index]) else { return false }
            index += 1
            return true
        }
        guard let year = number(4...4), years.contains(year), pass("-./:"), let month = number(1...2), pass("-./:"),
            let day = number(1...2), pass(" T"), let hour = number(1...2), pass(":"), let minute = number(2...2),
            pass(":"), let second = number(2...2)
        else { return nil }
        var micros = 0
        if index + 1 < bytes.count, bytes[index] == 46 || bytes[index] == 44, isDigit(bytes[index + 1]) {
            index += 1
            let from = index
            let fraction = number(1...6) ?? 0
            micros = (index - from..<6).reduce(fraction) { value, _ in value * 10 }
            // Milliseconds and microseconds stand in groups of their own.
            if index - from == 3, pass(",") { micros += number(3...3) ?? 0 }
        }
        func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let text = "\(year)-\(padded(month))-\(padded(day))T\(padded(hour)):\(padded(minute)):\(padded(second))Z"
        return UTCTime(rfc3339: text)?.advanced(byMicroseconds: Int64(micros)).microseconds
    }
}
