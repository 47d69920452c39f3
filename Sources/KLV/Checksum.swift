/// The running sum of ST 0601 item 1 and of standalone ST 0903: 16-bit big-endian words, modulo 65 536, over everything
/// from the first key byte up to and including the checksum item's length byte. An odd last byte counts as a high byte.
enum Checksum {
    static func sum(_ bytes: [UInt8], _ range: Range<Int>) -> UInt16 {
        let words = bytes.span.extracting(range)
        var sum: UInt32 = 0
        for index in words.indices {
            // High and low bytes in turns, without a branch.
            sum &+= UInt32(words[index]) &<< UInt32(truncatingIfNeeded: (index & 1 ^ 1) &* 8)
        }
        return UInt16(truncatingIfNeeded: sum)
    }

    /// CRC-32 of ST 0806 item 1, as in MPEG-2 sections: polynomial 04C11DB7, from all ones, highest bit first, over
    /// everything from the first key byte up to and including the item's length byte.
    static func crc32(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
        var crc = UInt32.max
        for index in range {
            crc ^= UInt32(bytes[index]) << 24
            for _ in 0..<8 { crc = crc & 0x8000_0000 == 0 ? crc << 1 : crc << 1 ^ 0x04C1_1DB7 }
        }
        return crc
    }
}

public enum ChecksumState: String, Sendable, Hashable, CaseIterable {
    case ok
    case bad
    /// The packet has none.
    case none
}
