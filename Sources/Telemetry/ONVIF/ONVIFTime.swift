import Inspection

/// An `xs:dateTime` as devices write it.
enum ONVIFTime {
    /// Years that a recording can be of: 1990 to 2100.
    private static let plausible = Int64(631_152_000_000_000)..<4_102_444_800_000_000

    /// Only UTC stands in a metadata stream: a time without a zone is UTC. One-digit months, days and hours are read,
    /// and any number of decimals. Nil for what is no time.
    static func utc(_ text: String) -> UTCTime? {
        let bytes = Array(XMLText.trimmed(text).utf8.prefix(64))
        guard let divider = bytes.firstIndex(where: { $0 == UInt8(ascii: "T") || $0 == UInt8(ascii: " ") }) else {
            return nil
        }
        let clock = bytes[(divider + 1)...]
        let zoneStart =
            clock.firstIndex { $0 | 0x20 == UInt8(ascii: "z") || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
            ?? bytes.endIndex
        let time = clock[..<zoneStart].split(separator: UInt8(ascii: "."), maxSplits: 1)
        guard let date = fields(bytes[..<divider], UInt8(ascii: "-"), first: 4), let whole = time.first,
            let seconds = fields(whole, UInt8(ascii: ":"), first: 2)
        else { return nil }
        var normal = date + "T" + seconds
        if time.count == 2 { normal += "." + String(decoding: time[1].prefix(9), as: UTF8.self) }
        let zone = String(decoding: bytes[zoneStart...], as: UTF8.self)
        return UTCTime(rfc3339: normal + (zone.isEmpty ? "Z" : zone))
    }

    static func isPlausible(_ time: UTCTime) -> Bool { plausible.contains(time.microseconds) }

    /// Three fields of digits, the first of `first` digits, the others filled up to two.
    private static func fields(_ bytes: ArraySlice<UInt8>, _ divider: UInt8, first: Int) -> String? {
        let parts = bytes.split(separator: divider, omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty && $0.count <= 4 }) else { return nil }
        let texts = parts.enumerated().map { index, part in
            let width = index == 0 ? first : 2
            return String(repeating: "0", count: max(0, width - part.count)) + String(decoding: part, as: UTF8.self)
        }
        return texts.joined(separator: String(UnicodeScalar(divider)))
    }
}
