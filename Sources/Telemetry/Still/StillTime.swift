public import Inspection

/// When a still picture was taken, as it says itself.
public struct StillTime: Sendable, Hashable {
    public var instant: UTCTime
    /// False for a wall clock without a zone: such an instant orders pictures, and says nothing about UTC.
    public var isUTC: Bool

    public init(instant: UTCTime, isUTC: Bool) {
        self.instant = instant
        self.isUTC = isUTC
    }

    /// Of the header of a JPEG (SOI to the first scan); nil when it says nothing. `utcOffset`: what the camera's clock is ahead
    /// of UTC, seconds, where the picture does not say it and somebody did.
    public init?(header: [UInt8], utcOffset: Int? = nil) {
        guard let time = StillMetadata(header: header)?.time else { return nil }
        self = time
        if !isUTC, let utcOffset {
            self = StillTime(
                instant: LocalTime(microseconds: instant.microseconds).utc(offset: utcOffset), isUTC: true)
        }
    }

    /// Best first: the UTC of the exposure, the local time with its offset, the time of the GNSS fix, the local time alone.
    init?(_ still: StillMetadata) {
        let local = still.text(.exif, 0x9003) ?? still.text(.exif, 0x9004)
        let fraction = still.text(.exif, 0x9291).map { "." + $0.prefix { $0.isNumber } } ?? ""
        if let stated = still["drone-dji:UTCAtExposure"], let utc = Self.read(stated, zone: "Z") {
            self.init(instant: utc, isUTC: true)
        } else if let local, let zone = still.text(.exif, 0x9011) ?? still.text(.exif, 0x9012),
            let utc = Self.read(local + fraction, zone: zone)
        {
            self.init(instant: utc, isUTC: true)
        } else if let utc = Self.fix(still) {
            self.init(instant: utc, isUTC: true)
        } else if let local, let instant = Self.read(local + fraction, zone: "Z") {
            self.init(instant: instant, isUTC: false)
        } else {
            return nil
        }
    }

    /// GPSDateStamp and GPSTimeStamp, which are UTC.
    private static func fix(_ still: StillMetadata) -> UTCTime? {
        guard let date = still.text(.gps, 29), let time = still.exif?.numbers(.gps, 7), time.count == 3,
            let midnight = read(date.prefix(10) + " 00:00:00", zone: "Z")
        else { return nil }
        let seconds = time[0] * 3600 + time[1] * 60 + time[2]
        guard seconds >= 0, seconds < 86_400, let micros = Int64(exactly: (seconds * 1e6).rounded()) else { return nil }
        return midnight.advanced(byMicroseconds: micros)
    }

    /// `2025:05:20 02:12:54.019996`, the same with hyphens, or RFC 3339; `zone` where the text has none. Nil before 1990,
    /// for clocks that were never set, and from 2100.
    static func read(_ text: String, zone: String) -> UTCTime? {
        var bytes = Array(text.utf8.prefix(40))
        guard bytes.count >= 19 else { return nil }
        for place in [4, 7] where bytes[place] == UInt8(ascii: ":") || bytes[place] == UInt8(ascii: "/") {
            bytes[place] = UInt8(ascii: "-")
        }
        var body = String(decoding: bytes, as: UTF8.self)
        while body.last == " " { body.removeLast() }
        let hasZone = bytes[19...].contains { [43, 45, 90, 122].contains($0) }
        let utc = UTCTime(rfc3339: hasZone ? body : body + zone.prefix(6))
        return utc.flatMap { (631_152_000_000_000..<4_102_444_800_000_000).contains($0.microseconds) ? $0 : nil }
    }
}
