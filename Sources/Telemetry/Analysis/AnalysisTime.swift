import Inspection

/// Times as analysers write them: UTC from 2000 to 2100, or nothing.
enum AnalysisTime {
    private static let range: Range<Int64> = 946_684_800_000_000..<4_102_444_800_000_000

    static func plausible(_ time: UTCTime?, _ tally: (String) -> Void) -> UTCTime? {
        guard let time, range.contains(time.microseconds) else {
            tally("implausible_times")
            return nil
        }
        return time
    }

    /// Seconds since 1970.
    static func utc(seconds: Double, _ tally: (String) -> Void) -> UTCTime? {
        plausible(Int64(exactly: (seconds * 1e6).rounded()).map { UTCTime(microseconds: $0) }, tally)
    }

    /// Nanoseconds since 1970.
    static func utc(nanoseconds: Double, _ tally: (String) -> Void) -> UTCTime? {
        plausible(Int64(exactly: (nanoseconds / 1000).rounded()).map { UTCTime(microseconds: $0) }, tally)
    }

    /// RFC 3339; also as GLib's `%f:%z` writes it, with a colon before an offset that has none (`….123:+0800`). A time
    /// without an offset is none.
    static func utc(_ text: String, _ tally: (String) -> Void) -> UTCTime? {
        if let time = UTCTime(rfc3339: text) { return plausible(time, tally) }
        var bytes = Array(text.utf8.prefix(41))
        guard bytes.count <= 40, bytes.count >= 24, let sign = bytes.lastIndex(where: { $0 == 43 || $0 == 45 }),
            sign >= 19, bytes.count - sign == 5 || bytes.count - sign == 6
        else { return plausible(nil, tally) }
        if bytes.count - sign == 5 { bytes.insert(58, at: sign + 3) }
        if bytes[sign - 1] == 58 { bytes.remove(at: sign - 1) }
        return plausible(UTCTime(rfc3339: String(decoding: bytes, as: UTF8.self)), tally)
    }
}
