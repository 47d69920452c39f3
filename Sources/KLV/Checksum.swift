/// The running sum of ST 0601 item 1 and of standalone ST 0903: 16-bit big-endian words, modulo 65 536, over everything
/// from the first key byte up to and including the checksum item's length byte. An odd last byte counts as a high byte.
enum Checksum {
    static func sum(_ bytes: [UInt8], _ range: Range<Int>) -> UInt16 {
        var sum: UInt16 = 0
        var isHigh = true
        for index in range {
            sum &+= isHigh ? UInt16(bytes[index]) << 8 : UInt16(bytes[index])
            isHigh.toggle()
        }
        return sum
    }
}

public enum ChecksumState: String, Sendable, Hashable, CaseIterable {
    case ok
    case bad
    /// The packet has none.
    case none
}
