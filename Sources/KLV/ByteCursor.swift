/// Reads a stretch of bytes from left to right. Every read says nil, and moves nothing, when it would pass the end.
struct ByteCursor: Sendable {
    let bytes: [UInt8]
    private(set) var position: Int
    let end: Int

    init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        position = min(max(range.lowerBound, 0), bytes.count)
        end = min(max(range.upperBound, position), bytes.count)
    }

    var isAtEnd: Bool { position >= end }
    var remaining: Int { end - position }

    mutating func byte() -> UInt8? {
        guard position < end else { return nil }
        defer { position += 1 }
        return bytes[position]
    }

    /// The next `count` bytes, by index.
    mutating func range(_ count: Int) -> Range<Int>? {
        guard count >= 0, count <= end - position else { return nil }
        defer { position += count }
        return position..<position + count
    }

    /// A BER length: short form, or long form of one to four bytes, minimal or not. 0x80 (indefinite) is refused.
    mutating func length() -> Int? {
        let start = position
        guard let first = byte() else { return nil }
        guard first >= 0x80 else { return Int(first) }
        let count = Int(first & 0x7F)
        guard (1...4).contains(count), let range = range(count) else {
            position = start
            return nil
        }
        return Int(unsigned(range))
    }

    /// A BER-OID tag or id of at most 28 bits.
    mutating func identifier() -> Int? {
        let start = position
        var value = 0
        for _ in 0..<4 {
            guard let next = byte() else { break }
            value = value << 7 | Int(next & 0x7F)
            if next < 0x80 { return value }
        }
        position = start
        return nil
    }

    /// Big-endian; the low 64 bits of longer ranges.
    func unsigned(_ range: Range<Int>) -> UInt64 {
        var value: UInt64 = 0
        for index in range { value = value << 8 | UInt64(bytes[index]) }
        return value
    }

    /// Two's complement, big-endian, of one to eight bytes.
    func signed(_ range: Range<Int>) -> Int64 {
        let shift = 64 - 8 * min(max(range.count, 1), 8)
        return Int64(truncatingIfNeeded: unsigned(range) << UInt64(shift)) >> Int64(shift)
    }
}

/// The encoding side of SMPTE ST 336.
enum BER {
    /// Shortest form.
    static func append(length: Int, to bytes: inout [UInt8]) {
        guard length >= 0x80 else { return bytes.append(UInt8(truncatingIfNeeded: length)) }
        let digits = minimal(UInt64(length))
        bytes.append(0x80 | UInt8(truncatingIfNeeded: digits.count))
        bytes.append(contentsOf: digits)
    }

    static func append(identifier: UInt64, to bytes: inout [UInt8]) {
        var groups: [UInt8] = [UInt8(identifier & 0x7F)]
        var rest = identifier >> 7
        while rest > 0 {
            groups.append(0x80 | UInt8(rest & 0x7F))
            rest >>= 7
        }
        bytes.append(contentsOf: groups.reversed())
    }

    /// Big-endian without leading zeros; one byte at least.
    static func minimal(_ value: UInt64) -> [UInt8] {
        big(value, max(1, (71 - value.leadingZeroBitCount) / 8))
    }

    /// Two's complement, as short as the sign allows.
    static func minimal(_ value: Int64) -> [UInt8] {
        var count = 1
        while count < 8, value >> Int64(8 * count - 1) != 0, value >> Int64(8 * count - 1) != -1 { count += 1 }
        return big(UInt64(bitPattern: value), count)
    }

    static func big(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * (count - 1 - $0))) }
    }
}
