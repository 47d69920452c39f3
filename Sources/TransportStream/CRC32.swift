/// CRC-32 of PSI sections: polynomial 0x04C11DB7, initial all ones, most significant bit first, no final inversion.
/// Over a whole section, its own CRC included, it is 0. Source: ISO/IEC 13818-1 annex A.
enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { index in
        var value = UInt32(index) << 24
        for _ in 0..<8 { value = value & 0x8000_0000 != 0 ? value << 1 ^ 0x04C1_1DB7 : value << 1 }
        return value
    }

    static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in bytes { crc = crc << 8 ^ table[Int(crc >> 24) ^ Int(byte)] }
        return crc
    }
}
