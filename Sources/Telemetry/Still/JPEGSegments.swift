/// The marker segments of a JPEG picture before its first scan. Source: ITU-T T.81, B.1.1 and B.2.2.
struct JPEGSegments: Sendable {
    struct Segment: Sendable, Hashable {
        /// The byte after 0xFF: 0xE1 for APP1.
        var marker: UInt8
        /// What follows the length.
        var body: Range<Int>
    }

    /// Segments looked at in one picture.
    static let limit = 4096

    let bytes: [UInt8]
    private(set) var segments: [Segment] = []
    /// Pixels, of the frame header; nil when none was among the bytes.
    private(set) var size: (width: Int, height: Int)?
    /// The bytes end before the first scan.
    private(set) var isCut = true

    /// Nil for bytes that do not begin as a JPEG. A segment that is cut off is left out.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 4, bytes[0] == 0xFF, bytes[1] == 0xD8, bytes[2] == 0xFF else { return nil }
        self.bytes = bytes
        var at = 2
        while segments.count < Self.limit, at + 4 <= bytes.count, bytes[at] == 0xFF {
            let marker = bytes[at + 1]
            if marker == 0xFF {
                at += 1
                continue
            }
            if marker == 0x01 || (0xD0...0xD8).contains(marker) {
                at += 2
                continue
            }
            guard marker != 0xDA, marker != 0xD9 else {
                isCut = false
                return
            }
            let length = Int(bytes[at + 2]) << 8 | Int(bytes[at + 3])
            guard length >= 2, length <= bytes.count - at - 2 else { return }
            let body = at + 4..<at + 2 + length
            segments.append(Segment(marker: marker, body: body))
            if Self.isFrameHeader(marker), body.count >= 5, size == nil {
                let height = Int(bytes[body.lowerBound + 1]) << 8 | Int(bytes[body.lowerBound + 2])
                let width = Int(bytes[body.lowerBound + 3]) << 8 | Int(bytes[body.lowerBound + 4])
                if width > 0, height > 0 { size = (width, height) }
            }
            at = body.upperBound
        }
    }

    /// SOF0…SOF15 without DHT, JPG and DAC, which lie among them.
    private static func isFrameHeader(_ marker: UInt8) -> Bool {
        (0xC0...0xCF).contains(marker) && ![0xC4, 0xC8, 0xCC].contains(marker)
    }

    /// Bodies of APP1 segments that begin with `name`, without it.
    func application1(_ name: StaticString) -> [ArraySlice<UInt8>] {
        let prefix = Array(name.description.utf8) + [0]
        return segments.compactMap { segment in
            guard segment.marker == 0xE1, bytes[segment.body].starts(with: prefix) else { return nil }
            return bytes[segment.body].dropFirst(prefix.count)
        }
    }

    /// The TIFF structure of the first EXIF segment; nil when there is none.
    var exif: ArraySlice<UInt8>? { application1("Exif").first?.dropFirst() }

    /// The XMP packets: the main one, and the parts of the extended one put together by their offsets. Source: XMP
    /// specification part 3, 1.1.3.
    var xmp: [ArraySlice<UInt8>] {
        var packets = application1("http://ns.adobe.com/xap/1.0/")
        var parts: [[UInt8]: [(offset: Int, bytes: ArraySlice<UInt8>)]] = [:]
        for part in application1("http://ns.adobe.com/xmp/extension/") where part.count > 40 {
            let start = part.startIndex
            let offset = part[(start + 36)..<(start + 40)].reduce(0) { $0 << 8 | Int($1) }
            parts[Array(part.prefix(32)), default: []].append((offset, part.dropFirst(40)))
        }
        for (_, pieces) in parts.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            var whole: [UInt8] = []
            for piece in pieces.sorted(by: { $0.offset < $1.offset }) where piece.offset == whole.count {
                whole += piece.bytes
            }
            packets.append(whole[...])
        }
        return packets
    }
}
