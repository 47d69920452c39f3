import Foundation

/// Offsets from UTC of the time zones that expressions name. The only place that needs the operating system's time zone
/// database, and so Foundation.
enum TimeZoneOffset {
    /// Seconds east of UTC at a moment: `UTC`, `+08:00`, `08:00`, `Asia/Shanghai`. Nil for an unknown zone.
    static func seconds(of zone: String, at moment: CELTimestamp) -> Int64? {
        if zone == "UTC" || zone == "Z" { return 0 }
        if let fixed = fixed(zone) { return fixed }
        guard zone.utf8.count <= 64, zone.utf8.first?.isIdentifierStart == true,
            zone.utf8.allSatisfy({ $0.isIdentifierPart || "+-/".utf8.contains($0) }),
            let known = TimeZone(identifier: zone)
        else { return nil }
        return Int64(known.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment.seconds))))
    }

    private static func fixed(_ zone: String) -> Int64? {
        var scanner = DigitScanner(zone.utf8.first?.isDigit == true ? "+" + zone : zone)
        guard let offset = scanner.offset(), scanner.isAtEnd, zone.utf8.first != UInt8(ascii: "Z") else { return nil }
        return offset
    }
}
