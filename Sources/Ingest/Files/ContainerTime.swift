import Inspection

/// Beginning and length of a recording, as MP4 and Matroska write them at their head.
struct ContainerTime: Sendable, Hashable {
    var created: UTCTime?
    var seconds: Double?

    /// Boxes and elements that are looked at in one file: what is damaged must come to an end.
    private static let limit = 4096

    /// `read(offset, count)` gives at most `count` bytes from `offset`, fewer at the file's end.
    typealias Read = (_ offset: UInt64, _ count: Int) -> [UInt8]

    // MARK: MP4. Source: ISO/IEC 14496-12 section 8.2.2.

    init?(mp4 size: UInt64, _ read: Read) {
        guard let movie = Self.box("moov", 0..<size, read), let header = Self.box("mvhd", movie, read) else {
            return nil
        }
        let bytes = read(header.lowerBound, 36)
        guard let version = bytes.first else { return nil }
        let isLong = version == 1
        guard let creation = Self.number(bytes, 4, isLong ? 8 : 4),
            let timescale = Self.number(bytes, isLong ? 20 : 12, 4),
            let duration = Self.number(bytes, isLong ? 24 : 16, isLong ? 8 : 4)
        else { return nil }
        // Seconds since 1904; zero where the writer had no clock.
        if creation > 0, creation < 1 << 40 {
            created = UTCTime(microseconds: (Int64(creation) - 2_082_844_800) * 1_000_000)
        }
        let isKnown = duration > 0 && duration != (isLong ? UInt64.max : UInt64(UInt32.max))
        if timescale > 0, isKnown { seconds = Double(duration) / Double(timescale) }
    }

    /// The content of the first box of a kind within a range.
    private static func box(_ kind: String, _ range: Range<UInt64>, _ read: Read) -> Range<UInt64>? {
        var at = range.lowerBound
        for _ in 0..<limit {
            let head = read(at, 16)
            guard head.count >= 8, var size = number(head, 0, 4) else { return nil }
            var length: UInt64 = 8
            if size == 1 {
                guard let long = number(head, 8, 8) else { return nil }
                size = long
                length = 16
            } else if size == 0 {
                size = range.upperBound - at
            }
            guard size >= length, size <= range.upperBound - at else { return nil }
            if head[4..<8].elementsEqual(kind.utf8) { return at + length..<at + size }
            at += size
            guard at < range.upperBound else { return nil }
        }
        return nil
    }

    // MARK: Matroska. Source: RFC 9559 section 5.1.2 and RFC 8794.

    init?(matroska size: UInt64, _ read: Read) {
        guard let segment = Self.element(0x1853_8067, 0..<size, read),
            let info = Self.element(0x1549_A966, segment, read)
        else { return nil }
        var scale: UInt64 = 1_000_000
        if let found = Self.element(0x2A_D7B1, info, read), let value = Self.value(found, read) { scale = value }
        if let found = Self.element(0x4461, info, read), found.count == 8, let value = Self.value(found, read) {
            // Nanoseconds from 2001-01-01, signed.
            created = UTCTime(microseconds: 978_307_200_000_000 + Int64(bitPattern: value) / 1000)
        }
        if let found = Self.element(0x4489, info, read), let bits = Self.value(found, read) {
            let ticks =
                found.count == 4
                ? Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))) : Double(bitPattern: bits)
            let length = ticks * Double(scale) / 1e9
            if length.isFinite, length > 0 { seconds = length }
        }
    }

    private static func element(_ id: UInt64, _ range: Range<UInt64>, _ read: Read) -> Range<UInt64>? {
        var at = range.lowerBound
        for _ in 0..<limit {
            let head = read(at, 12)
            guard let first = head.first, first != 0, let idBytes = Optional(first.leadingZeroBitCount + 1),
                idBytes <= 4,
                let found = number(head, 0, idBytes), head.count > idBytes
            else { return nil }
            let width = head[idBytes].leadingZeroBitCount + 1
            guard width <= 8, let marked = number(head, idBytes, width) else { return nil }
            let mask = (UInt64(1) << (7 * UInt64(width))) - 1
            let content = at + UInt64(idBytes + width)
            guard content <= range.upperBound else { return nil }
            // All ones: of unknown length, as a live muxer writes it.
            let size = marked & mask == mask ? range.upperBound - content : marked & mask
            guard size <= range.upperBound - content || found == id else { return nil }
            if found == id { return content..<content + min(size, range.upperBound - content) }
            at = content + size
            guard at < range.upperBound else { return nil }
        }
        return nil
    }

    private static func value(_ range: Range<UInt64>, _ read: Read) -> UInt64? {
        guard range.count <= 8, !range.isEmpty else { return nil }
        return number(read(range.lowerBound, range.count), 0, range.count)
    }

    /// Big-endian; nil past the bytes' end.
    private static func number(_ bytes: [UInt8], _ at: Int, _ width: Int) -> UInt64? {
        guard at + width <= bytes.count else { return nil }
        return bytes[at..<at + width].reduce(0) { $0 << 8 | UInt64($1) }
    }
}
