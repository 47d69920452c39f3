/// A UUID of version 7 (RFC 9562): 48 bits of Unix milliseconds, then 74 bits that the maker chooses.
public struct UUIDv7: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The 128 bits, most significant half first.
    public let high: UInt64
    public let low: UInt64

    /// Version and variant bits are set here; `randomness` fills the rest.
    public init(milliseconds: UInt64, randomness: (UInt64, UInt64)) {
        high = (milliseconds & 0xFFFF_FFFF_FFFF) << 16 | 0x7000 | (randomness.0 & 0x0FFF)
        low = 0x8000_0000_0000_0000 | (randomness.1 & 0x3FFF_FFFF_FFFF_FFFF)
    }

    /// Reads the canonical 36-character form in either case. Nil for anything else, other versions included.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 36 else { return nil }
        var halves: [UInt64] = [0, 0]
        var digit = 0
        for (index, byte) in bytes.enumerated() {
            if index == 8 || index == 13 || index == 18 || index == 23 {
                guard byte == 45 else { return nil }
                continue
            }
            let value: UInt64
            switch byte {
            case 48...57: value = UInt64(byte - 48)
            case 65...70: value = UInt64(byte - 55)
            case 97...102: value = UInt64(byte - 87)
            default: return nil
            }
            halves[digit / 16] = halves[digit / 16] << 4 | value
            digit += 1
        }
        guard halves[0] >> 12 & 0xF == 7, halves[1] >> 62 == 2 else { return nil }
        high = halves[0]
        low = halves[1]
    }

    /// Unix milliseconds of the time in this id.
    public var milliseconds: UInt64 { high >> 16 }

    public var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for position in 0..<32 {
            if position == 8 || position == 12 || position == 16 || position == 20 { text.append(45) }
            let half = position < 16 ? high : low
            let digit = UInt8(truncatingIfNeeded: half >> UInt64(60 - position % 16 * 4) & 0xF)
            text.append(digit < 10 ? 48 + digit : 87 + digit)
        }
        return String(decoding: text, as: UTF8.self)
    }

    public static func < (a: UUIDv7, b: UUIDv7) -> Bool { (a.high, a.low) < (b.high, b.low) }
}

public typealias FindingID = UUIDv7
public typealias FlightID = UUIDv7
