/// A log of frame metadata: eight bytes that name the format and its version, then records. A record is the length of its
/// body (4 bytes), the body's CRC-32 (4 bytes), both little-endian, and the body: a byte for its kind and what that kind
/// holds. Nothing is ever changed behind the end, so that a cut costs what was not yet written and nothing before it.
public enum MetadataLogFormat {
    public static let version: UInt8 = 1
    /// Bytes of one record's body at most.
    public static let bodyLimit = 1 << 20

    static let magic: [UInt8] = Array("FLYMETA".utf8)
    /// Bytes before a record's body.
    static let prefix = 8

    enum Kind: UInt8 {
        case header = 1
        /// A frame that is read by itself.
        case keyFrame = 2
        /// A frame that is read after those since the key frame before it.
        case frame = 3
    }

    /// Frames from one key frame to the next: what damage in the middle of a file costs at most.
    static let framesPerKey = 256
    /// Texts that are written once and then told by number, from one key frame to the next.
    static let textLimit = 4096
}

/// CRC-32 of ISO 3309 (polynomial 0x04C11DB7, reflected, all ones before and inverted after).
enum LogChecksum {
    private static let table: [UInt32] = (0..<256).map { index in
        var value = UInt32(index)
        for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
        return value
    }

    static func of(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        let table = table
        var crc = UInt32.max
        for byte in bytes { crc = crc >> 8 ^ table[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] }
        return ~crc
    }
}
