/// CRC-16/MCRF4XX, which MAVLink calls X.25: polynomial 0x1021 reflected, from 0xFFFF, no final exclusive-or.
struct MAVLinkChecksum: Sendable, Hashable {
    private static let table: [UInt16] = (0..<256).map { index in
        (0..<8).reduce(UInt16(index)) { value, _ in value & 1 != 0 ? value >> 1 ^ 0x8408 : value >> 1 }
    }

    private(set) var value: UInt16 = 0xFFFF

    mutating func add(_ byte: UInt8) { value = value >> 8 ^ Self.table[Int(UInt8(truncatingIfNeeded: value) ^ byte)] }

    mutating func add(_ bytes: ArraySlice<UInt8>) {
        let table = Self.table
        var value = value
        for byte in bytes { value = value >> 8 ^ table[Int(UInt8(truncatingIfNeeded: value) ^ byte)] }
        self.value = value
    }
}
