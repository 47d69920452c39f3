import Inspection

/// When a recording began, by what the file itself says. Pure; ``ContainerTime`` and the file system give the parts.
///
/// First the container's own time, then a name that says UTC outright (`20240131T120000Z`; a name like
/// `DJI_20240131120000_0001` says the time of a zone nobody knows, and is not read), then the time of the last write less
/// the length of the recording.
struct FileTime: Sendable, Hashable {
    /// Of the container: MP4 `mvhd` creation time, Matroska `DateUTC`.
    var created: UTCTime?
    /// The last path component.
    var name: String
    /// Of the last write.
    var written: UTCTime?
    /// Of the recording; nil where it is not known.
    var seconds: Double?

    /// 2000-01-01…2100-01-01: a camera whose clock was never set counts from 1904 or 1970.
    private static let plausible =
        UTCTime(microseconds: 946_684_800_000_000)..<UTCTime(microseconds: 4_102_444_800_000_000)

    var start: UTCTime? {
        let begun = seconds.flatMap { $0 >= 0 && $0 < 1e7 ? Int64($0 * 1e6) : nil } ?? 0
        return [created, Self.stated(in: name), written?.advanced(byMicroseconds: -begun)].lazy.compactMap { $0 }
            .first { Self.plausible.contains($0) }
    }

    /// The first `YYYYMMDDTHHMMSSZ` in a name, with or without separators (`-`, `_`, `:`) between its fields.
    static func stated(in name: String) -> UTCTime? {
        let bytes = Array(name.utf8)
        for start in bytes.indices where start == 0 || !isDigit(bytes[start - 1]) {
            if let found = stated(bytes[start...]) { return found }
        }
        return nil
    }

    private static func stated(_ bytes: ArraySlice<UInt8>) -> UTCTime? {
        var rest = bytes
        var fields: [String] = []
        for (index, width) in [4, 2, 2, 2, 2, 2].enumerated() {
            if index == 3 {
                guard rest.popFirst() == 0x54 else { return nil }
            } else if index > 0, let next = rest.first, [0x2D, 0x5F, 0x3A].contains(next) {
                rest = rest.dropFirst()
            }
            let digits = rest.prefix(width)
            guard digits.count == width, digits.allSatisfy(isDigit) else { return nil }
            fields.append(String(decoding: digits, as: UTF8.self))
            rest = rest.dropFirst(width)
        }
        guard rest.first == 0x5A else { return nil }
        return UTCTime(rfc3339: "\(fields[0])-\(fields[1])-\(fields[2])T\(fields[3]):\(fields[4]):\(fields[5])Z")
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
