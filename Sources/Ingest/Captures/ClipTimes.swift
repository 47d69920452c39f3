/// Takes the muxer's own clock out of an MP4: `creation_time` and `modification_time` of its headers say when the clip was
/// written, not when it was taken, and would give the same clip another hash every time.
enum ClipTimes {
    private static let containers: Set<[UInt8]> = [Array("moov".utf8), Array("trak".utf8), Array("mdia".utf8)]
    private static let unused: Set<[UInt8]> = [Array("free".utf8), Array("skip".utf8)]
    private static let headers: Set<[UInt8]> = [Array("mvhd".utf8), Array("tkhd".utf8), Array("mdhd".utf8)]

    /// `bytes` with those times zero, which ISO/IEC 14496-12 readers take for unknown. What is not an MP4 stays as it is.
    static func cleared(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        clear(&bytes, 0..<bytes.count, depth: 0)
        return bytes
    }

    private static func clear(_ bytes: inout [UInt8], _ range: Range<Int>, depth: Int) {
        var at = range.lowerBound
        while range.upperBound - at >= 8 {
            let size = number(bytes, at)
            // Sizes of 0 (to the end) and 1 (64 bits) are only of media data, which holds no header.
            guard depth < 4, size >= 8 || (size == 1 && range.upperBound - at >= 16) else { return }
            let whole = size == 1 ? number(bytes, at + 8) << 32 | number(bytes, at + 12) : size
            guard whole >= 8, whole <= range.upperBound - at else { return }
            let kind = Array(bytes[at + 4..<at + 8])
            if containers.contains(kind) {
                clear(&bytes, at + 8..<at + whole, depth: depth + 1)
            } else if headers.contains(kind), whole >= 28 {
                let length = bytes[at + 8] == 1 ? 16 : 8
                for index in at + 12..<at + 12 + min(length, whole - 12) { bytes[index] = 0 }
            } else if unused.contains(kind) {
                // In the room it reserves the muxer leaves an index that it gave up, times and all.
                for index in at + 8..<at + whole { bytes[index] = 0 }
            }
            at += whole
        }
    }

    private static func number(_ bytes: [UInt8], _ at: Int) -> Int {
        Int(bytes[at]) << 24 | Int(bytes[at + 1]) << 16 | Int(bytes[at + 2]) << 8 | Int(bytes[at + 3])
    }
}
