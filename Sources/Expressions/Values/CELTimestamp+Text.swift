extension CELTimestamp {
    /// RFC 3339 in UTC, with as many decimals as are needed and at most nine.
    public var rfc3339: String {
        let time = CivilTime(seconds: seconds)
        let date = "\(padded(time.year, 4))-\(padded(time.month, 2))-\(padded(time.day, 2))"
        let clock = "\(padded(time.hour, 2)):\(padded(time.minute, 2)):\(padded(time.second, 2))"
        return "\(date)T\(clock)\(DecimalFraction.text(nanoseconds: Int64(nanoseconds)))Z"
    }

    private func padded(_ value: Int64, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }

    /// Reads RFC 3339, `2026-11-21T09:31:54.5+08:00`. Decimals past the ninth are dropped. Nil for anything else.
    public init?(rfc3339 text: String) {
        var scanner = DigitScanner(text)
        guard let year = scanner.number(4), scanner.take("-"), let month = scanner.number(2), scanner.take("-"),
            let day = scanner.number(2), scanner.take("T"), let hour = scanner.number(2), scanner.take(":"),
            let minute = scanner.number(2), scanner.take(":"), let second = scanner.number(2),
            (1...12).contains(month), (1...CivilTime.days(inMonth: month, of: year)).contains(day), hour < 24,
            minute < 60, second < 60
        else { return nil }
        var nanoseconds: Int64 = 0
        if scanner.take(".") {
            guard let fraction = scanner.fraction() else { return nil }
            nanoseconds = fraction
        }
        guard let offset = scanner.offset(), scanner.isAtEnd else { return nil }
        let days = CivilTime.days(year: year, month: month, day: day)
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
        self.init(seconds: seconds, nanoseconds: Int32(truncatingIfNeeded: nanoseconds))
    }
}

/// The part of a second after the point.
enum DecimalFraction {
    /// `.5` for 500 000 000 ns, nothing for 0.
    static func text(nanoseconds: Int64) -> String {
        guard nanoseconds > 0 else { return "" }
        var digits = Array(String(nanoseconds).utf8)
        digits = Array(repeating: UInt8(ascii: "0"), count: max(0, 9 - digits.count)) + digits
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        return "." + String(decoding: digits, as: UTF8.self)
    }
}

/// Reads digits and marks from the front of a text.
struct DigitScanner {
    private var rest: ArraySlice<UInt8>

    init(_ text: String) { rest = ArraySlice(text.utf8) }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ mark: Unicode.Scalar) -> Bool {
        guard let first = rest.first, UInt32(first) == mark.value else { return false }
        rest.removeFirst()
        return true
    }

    /// Exactly `count` digits, at most eighteen.
    mutating func number(_ count: Int) -> Int64? {
        guard rest.count >= count, rest.prefix(count).allSatisfy(\.isDigit) else { return nil }
        defer { rest.removeFirst(count) }
        return rest.prefix(count).reduce(0) { $0 * 10 + Int64($1 - 48) }
    }

    /// Nanoseconds of the decimals that follow; at least one digit.
    mutating func fraction() -> Int64? {
        let digits = rest.prefix(while: \.isDigit)
        guard !digits.isEmpty else { return nil }
        rest.removeFirst(digits.count)
        let nine = Array(digits.prefix(9)) + Array(repeating: UInt8(48), count: max(0, 9 - digits.count))
        return nine.reduce(0) { $0 * 10 + Int64($1 - 48) }
    }

    /// Seconds east of UTC: `Z`, or `+08:00`.
    mutating func offset() -> Int64? {
        if take("Z") { return 0 }
        let sign: Int64 = take("+") ? 1 : take("-") ? -1 : 0
        guard sign != 0, let hours = number(2), take(":"), let minutes = number(2), hours < 24, minutes < 60 else {
            return nil
        }
        return sign * (hours * 3600 + minutes * 60)
    }
}
