/// What a clock is ahead of UTC, as RFC 3339 writes it.
public enum UTCOffset {
    /// Seconds, east of Greenwich positive, of `Z`, `+08:00` or `-03:30`; nil for anything else and beyond 14 hours.
    public static func seconds(_ text: String) -> Int? {
        if text == "Z" { return 0 }
        let bytes = Array(text.utf8)
        let digits = [1, 2, 4, 5]
        guard bytes.count == 6, bytes[0] == 0x2B || bytes[0] == 0x2D, bytes[3] == 0x3A,
            digits.allSatisfy({ (0x30...0x39).contains(bytes[$0]) })
        else { return nil }
        let number = digits.map { Int(bytes[$0]) - 0x30 }
        let (hours, minutes) = (number[0] * 10 + number[1], number[2] * 10 + number[3])
        guard hours * 60 + minutes <= 14 * 60, minutes < 60 else { return nil }
        return (hours * 3600 + minutes * 60) * (bytes[0] == 0x2D ? -1 : 1)
    }
}
