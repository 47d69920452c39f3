/// Makes the header of a JPEG: segments as a camera writes them, then a frame header, then the mark of the first scan.
struct JPEGBuilder {
    var segments: [[UInt8]] = []
    var width = 4000
    var height = 3000

    mutating func add(_ marker: UInt8, _ body: [UInt8]) {
        let length = body.count + 2
        segments.append([0xFF, marker, UInt8(length >> 8), UInt8(length & 255)] + body)
    }

    mutating func xmp(_ packet: String) { add(0xE1, Array("http://ns.adobe.com/xap/1.0/\0".utf8) + Array(packet.utf8)) }

    /// Attributes of one description, in DJI's namespace.
    mutating func dji(_ attributes: String) {
        xmp(
            """
            <?xpacket begin="\u{FEFF}" id="W5M0MpCehiHzreSzNTczkc9d"?>
            <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
            <rdf:Description rdf:about="DJI Meta Data" xmlns:drone-dji="http://www.dji.com/drone-dji/1.0/"
            \(attributes)/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>
            """)
    }

    mutating func exif(_ tiff: [UInt8]) { add(0xE1, Array("Exif\0\0".utf8) + tiff) }

    var bytes: [UInt8] {
        var all = self
        all.add(
            0xC0,
            [8, UInt8(height >> 8), UInt8(height & 255), UInt8(width >> 8), UInt8(width & 255), 1, 1, 0x11, 0])
        return [0xFF, 0xD8] + all.segments.flatMap { $0 } + [0xFF, 0xDA, 0, 2]
    }
}

/// A TIFF structure with the directories of EXIF.
struct TIFFBuilder {
    enum Value {
        case text(String)
        case short(Int)
        case byte(Int)
        case rationals([(Int, Int)])
    }

    var isLittleEndian = true
    var primary: [(Int, Value)] = []
    var exif: [(Int, Value)] = []
    var gps: [(Int, Value)] = []

    private func number(_ value: Int, _ size: Int) -> [UInt8] {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        return isLittleEndian ? bytes : bytes.reversed()
    }

    var bytes: [UInt8] {
        let head = 8
        let sizes = [primary.count + 2, exif.count, gps.count].map { 2 + $0 * 12 + 4 }
        let starts = [head, head + sizes[0], head + sizes[0] + sizes[1]]
        var data: [UInt8] = []
        let dataStart = starts[2] + sizes[2]
        var body: [UInt8] = []
        for (index, entries) in [primary, exif, gps].enumerated() {
            let count = entries.count + (index == 0 ? 2 : 0)
            body += number(count, 2)
            for (tag, value) in entries {
                let (type, elements, raw) = encoded(value)
                body += number(tag, 2) + number(type, 2) + number(elements, 4)
                if raw.count <= 4 {
                    body += raw + Array(repeating: 0, count: 4 - raw.count)
                } else {
                    body += number(dataStart + data.count, 4)
                    data += raw
                }
            }
            if index == 0 {
                for (tag, start) in [(0x8769, starts[1]), (0x8825, starts[2])] {
                    body += number(tag, 2) + number(4, 2) + number(1, 4) + number(start, 4)
                }
            }
            body += number(0, 4)
        }
        return (isLittleEndian ? [0x49, 0x49] : [0x4D, 0x4D]) + number(42, 2) + number(head, 4) + body + data
    }

    private func encoded(_ value: Value) -> (type: Int, elements: Int, raw: [UInt8]) {
        switch value {
        case .text(let text): (2, text.utf8.count + 1, Array(text.utf8) + [0])
        case .short(let value): (3, 1, number(value, 2))
        case .byte(let value): (1, 1, number(value, 1))
        case .rationals(let parts): (5, parts.count, parts.flatMap { number($0.0, 4) + number($0.1, 4) })
        }
    }
}
