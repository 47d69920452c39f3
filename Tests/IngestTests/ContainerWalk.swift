/// Just enough of MP4 to look into a clip.
enum MP4 {
    /// Top-level boxes in order.
    static func boxes(_ bytes: [UInt8]) -> [(type: String, payload: ArraySlice<UInt8>)] {
        var all: [(String, ArraySlice<UInt8>)] = []
        var at = 0
        while at + 8 <= bytes.count {
            var size = number(bytes[at..<at + 4])
            var header = 8
            if size == 1, at + 16 <= bytes.count {
                size = number(bytes[at + 8..<at + 16])
                header = 16
            }
            guard size >= header, at + size <= bytes.count else { break }
            all.append((String(decoding: bytes[at + 4..<at + 8], as: UTF8.self), bytes[at + header..<at + size]))
            at += size
        }
        return all
    }

    static func payload(_ type: String, _ bytes: [UInt8]) -> [UInt8]? {
        boxes(bytes).first { $0.type == type }.map { Array($0.payload) }
    }

    /// The NAL units of a media box, four-byte lengths.
    static func units(_ media: [UInt8]) -> [[UInt8]] {
        var all: [[UInt8]] = []
        var at = 0
        while at + 4 <= media.count {
            let size = number(media[at..<at + 4])
            guard size > 0, at + 4 + size <= media.count else { break }
            all.append(Array(media[at + 4..<at + 4 + size]))
            at += 4 + size
        }
        return all
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
}

enum AnnexB {
    /// The NAL units between start codes, without trailing zeros.
    static func units(_ bytes: [UInt8]) -> [[UInt8]] {
        var all: [[UInt8]] = []
        var start: Int?
        var at = 0
        func end(_ from: Int, _ to: Int) {
            var last = to
            while last > from, bytes[last - 1] == 0 { last -= 1 }
            if last > from { all.append(Array(bytes[from..<last])) }
        }
        while at + 3 <= bytes.count {
            if bytes[at] == 0, bytes[at + 1] == 0, bytes[at + 2] == 1 {
                if let start { end(start, at) }
                start = at + 3
                at += 3
            } else {
                at += 1
            }
        }
        if let start { end(start, bytes.count) }
        return all
    }
}

enum JPEG {
    /// Width and height by the frame header; nil when there is none or the end marker is missing.
    static func size(_ bytes: [UInt8]) -> [Int]? {
        guard bytes.starts(with: [0xFF, 0xD8]), bytes.suffix(2) == [0xFF, 0xD9] else { return nil }
        var at = 2
        while at + 9 < bytes.count, bytes[at] == 0xFF {
            if bytes[at + 1] == 0xC0 {
                return [Int(bytes[at + 7]) << 8 | Int(bytes[at + 8]), Int(bytes[at + 5]) << 8 | Int(bytes[at + 6])]
            }
            at += 2 + (Int(bytes[at + 2]) << 8 | Int(bytes[at + 3]))
        }
        return nil
    }
}

/// Rewrites program maps, as a stream of another coding would have them.
enum ProgramMap {
    static func relabelled(_ stream: [UInt8], from old: UInt8, to new: UInt8) -> [UInt8] {
        var bytes = stream
        for packet in Swift.stride(from: 0, through: bytes.count - 188, by: 188) {
            guard bytes[packet + 1] & 0x40 != 0 else { continue }
            let hasField = bytes[packet + 3] & 0x20 != 0
            let start = packet + 4 + (hasField ? 1 + Int(bytes[packet + 4]) : 0)
            guard start + 4 < packet + 188, bytes[start] == 0, bytes[start + 1] == 2 else { continue }
            let section = start + 1
            let length = Int(bytes[section + 1] & 0x0F) << 8 | Int(bytes[section + 2])
            let end = section + 3 + length - 4
            guard end + 4 <= packet + 188 else { continue }
            var at = section + 12 + (Int(bytes[section + 10] & 0x0F) << 8 | Int(bytes[section + 11]))
            while at + 5 <= end {
                if bytes[at] == old { bytes[at] = new }
                at += 5 + (Int(bytes[at + 3] & 0x0F) << 8 | Int(bytes[at + 4]))
            }
            let check = crc32(bytes[section..<end])
            for index in 0..<4 { bytes[end + index] = UInt8(truncatingIfNeeded: check >> (24 - 8 * UInt32(index))) }
        }
        return bytes
    }

    private static func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var value: UInt32 = .max
        for byte in bytes {
            value ^= UInt32(byte) << 24
            for _ in 0..<8 { value = value & 0x8000_0000 != 0 ? value << 1 ^ 0x04C1_1DB7 : value << 1 }
        }
        return value
    }
}
