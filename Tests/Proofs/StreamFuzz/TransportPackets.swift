/// Where the packets of a transport stream stand, found without the reader under trial.
struct TransportPackets {
    let first: Int
    let stride: Int

    /// Nil when the bytes are no transport stream.
    init?(_ bytes: [UInt8]) {
        for first in 0..<min(4096, bytes.count) where bytes[first] == 0x47 {
            for stride in [188, 192, 204] where first + 8 * stride < bytes.count {
                guard (1...8).allSatisfy({ bytes[first + $0 * stride] == 0x47 }) else { continue }
                self.first = first
                self.stride = stride
                return
            }
        }
        return nil
    }

    func damage(_ kind: Damage, _ bytes: inout [UInt8], _ random: inout Generator) {
        let starts = Array(Swift.stride(from: first, to: bytes.count - 188, by: stride))
        let chosen: [Int]
        switch kind {
        case .tables:
            chosen = starts.filter { bytes[$0 + 1] & 0x40 != 0 && !Self.isPES(bytes, $0) }
        case .pesHeaders, .times: chosen = starts.filter { Self.isPES(bytes, $0) }
        default: chosen = starts
        }
        guard !chosen.isEmpty else { return }
        for _ in 0...random.below(24) {
            let at = chosen[random.below(chosen.count)]
            switch kind {
            case .tables: table(&bytes, at, &random)
            case .packetHeaders: bytes[at + 1 + random.below(3)] = random.byte()
            case .adaptationFields:
                bytes[at + 3] |= 0x20
                bytes[at + 4] = Bool.random(using: &random) ? random.byte() : UInt8(random.below(8))
                bytes[at + 5] = random.byte()
            case .pesHeaders: bytes[Self.payload(bytes, at) + 3 + random.below(12)] = random.byte()
            default: time(&bytes, Self.payload(bytes, at), &random)
            }
        }
    }

    private static func payload(_ bytes: [UInt8], _ at: Int) -> Int {
        min(at + 4 + (bytes[at + 3] & 0x20 == 0 ? 0 : 1 + Int(bytes[at + 4])), at + 168)
    }

    private static func isPES(_ bytes: [UInt8], _ at: Int) -> Bool {
        let start = payload(bytes, at)
        return bytes[at + 1] & 0x40 != 0 && bytes[start] == 0 && bytes[start + 1] == 0 && bytes[start + 2] == 1
    }

    /// A field of a section; its CRC is made right again more often than not, so that the field is believed.
    private func table(_ bytes: inout [UInt8], _ at: Int, _ random: inout Generator) {
        let pointer = Self.payload(bytes, at)
        let start = pointer + 1 + Int(bytes[pointer])
        guard start + 12 < at + 188 else { return }
        let length = Int(bytes[start + 1] & 0x0F) << 8 | Int(bytes[start + 2])
        let end = min(start + 3 + length, at + 188)
        guard end - 4 > start + 3 else { return }
        let isWhole = random.below(4) > 0
        bytes[start + (isWhole ? 3 : 0) + random.below(end - 4 - start - (isWhole ? 3 : 0))] = random.byte()
        guard isWhole else { return }
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in bytes[start..<end - 4] {
            crc ^= UInt32(byte) << 24
            for _ in 0..<8 { crc = crc & 0x8000_0000 != 0 ? crc << 1 ^ 0x04C1_1DB7 : crc << 1 }
        }
        for index in 0..<4 { bytes[end - 4 + index] = UInt8(truncatingIfNeeded: crc >> UInt32(24 - 8 * index)) }
    }

    /// Another presentation time, well formed: far off, near the wrap, or a little back.
    private func time(_ bytes: inout [UInt8], _ start: Int, _ random: inout Generator) {
        guard start + 14 < bytes.count, bytes[start + 7] & 0x80 != 0 else { return }
        let wrap: UInt64 = 1 << 33
        let value: UInt64
        switch random.below(3) {
        case 0: value = UInt64.random(in: 0..<wrap, using: &random)
        case 1: value = (wrap - 5000 + UInt64(random.below(10_000))) % wrap
        default: value = UInt64(random.below(900_000))
        }
        bytes[start + 9] = bytes[start + 9] & 0xF0 | UInt8(value >> 30 & 7) << 1 | 1
        bytes[start + 10] = UInt8(value >> 22 & 255)
        bytes[start + 11] = UInt8(value >> 15 & 127) << 1 | 1
        bytes[start + 12] = UInt8(value >> 7 & 255)
        bytes[start + 13] = UInt8(value & 127) << 1 | 1
    }
}
