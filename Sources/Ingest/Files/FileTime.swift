import Inspection

/// When a recording began, by what the file itself says. Pure; ``ContainerTime`` and the file system give the parts.
///
/// First the container's own time, then a name that says UTC outright (`20240131T120000Z`), then, where the offset of the
/// camera's clock was stated, a name of its local time (`DJI_20240131120000_0001`), then the time of the last write less the
/// length of the recording. A container that says within two minutes what the name says in local time says local time too.
struct FileTime: Sendable, Hashable {
    /// Of the container: MP4 `mvhd` creation time, Matroska `DateUTC`.
    var created: UTCTime?
    /// The last path component.
    var name: String
    /// Of the last write.
    var written: UTCTime?
    /// Of the recording; nil where it is not known.
    var seconds: Double?
    /// What the camera's clock is ahead of UTC, seconds; nil where nobody stated it.
    var utcOffset: Int?

    /// 2000-01-01…2100-01-01: a camera whose clock was never set counts from 1904 or 1970.
    private static let plausible =
        UTCTime(microseconds: 946_684_800_000_000)..<UTCTime(microseconds: 4_102_444_800_000_000)

    var start: UTCTime? {
        let begun = seconds.flatMap { $0 >= 0 && $0 < 1e7 ? Int64($0 * 1e6) : nil } ?? 0
        let local = utcOffset == nil ? nil : Self.local(in: name)
        let times = [
            created.map { inUTC($0, local) }, Self.stated(in: name), local.map(inUTC),
            written?.advanced(byMicroseconds: -begun),
        ]
        return times.lazy.compactMap { $0 }.first { Self.plausible.contains($0) }
    }

    private func inUTC(_ local: LocalTime) -> UTCTime { local.utc(offset: utcOffset ?? 0) }

    private func inUTC(_ created: UTCTime, _ local: LocalTime?) -> UTCTime {
        guard let local, Self.plausible.contains(created),
            abs(created.microseconds - local.microseconds) <= 120_000_000
        else { return created }
        return inUTC(LocalTime(microseconds: created.microseconds))
    }

    /// The first `YYYYMMDDTHHMMSSZ` in a name, with or without separators (`-`, `_`, `:`) between its fields.
    static func stated(in name: String) -> UTCTime? { first(in: name) { time($0, isLocal: false) } }

    /// The first `YYYYMMDDHHMMSS` in a name, with or without separators (`-`, `_`, `:`, and `T` before the hours) between its
    /// fields, that no `Z` and no further digit follows.
    static func local(in name: String) -> LocalTime? {
        first(in: name) { time($0, isLocal: true) }.map { LocalTime(microseconds: $0.microseconds) }
    }

    private static func first(in name: String, _ read: (ArraySlice<UInt8>) -> UTCTime?) -> UTCTime? {
        let bytes = Array(name.utf8)
        for start in bytes.indices where start == 0 || !isDigit(bytes[start - 1]) {
            if let found = read(bytes[start...]) { return found }
        }
        return nil
    }

    private static func time(_ bytes: ArraySlice<UInt8>, isLocal: Bool) -> UTCTime? {
        var rest = bytes
        var fields: [String] = []
        for (index, width) in [4, 2, 2, 2, 2, 2].enumerated() {
            if index == 3, rest.first == 0x54 {
                rest = rest.dropFirst()
            } else if index == 3, !isLocal {
                return nil
            } else if index > 0, let next = rest.first, [0x2D, 0x5F, 0x3A].contains(next) {
                rest = rest.dropFirst()
            }
            let digits = rest.prefix(width)
            guard digits.count == width, digits.allSatisfy(isDigit) else { return nil }
            fields.append(String(decoding: digits, as: UTF8.self))
            rest = rest.dropFirst(width)
        }
        let saysUTC = rest.first == 0x5A
        guard saysUTC != isLocal, !(rest.first.map(isDigit) ?? false) else { return nil }
        return UTCTime(rfc3339: "\(fields[0])-\(fields[1])-\(fields[2])T\(fields[3]):\(fields[4]):\(fields[5])Z")
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
