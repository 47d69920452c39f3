/// Lengths and numbers of SMPTE ST 336, read in place and written.
@usableFromInline
enum BER {
    /// Bytes that a length may have after its first, at most; leading zeros are among them.
    static let lengthBytes = 8

    /// A BER length at `position`, of short or long form, minimal or not. 0x80 (indefinite) is refused, as what passes the
    /// end: then nothing moves.
    @inlinable @inline(__always)
    static func length(_ bytes: Span<UInt8>, _ position: inout Int, _ end: Int) -> Int? {
        guard position < end else { return nil }
        let first = bytes[position]
        if first < 0x80 {
            position += 1
            return Int(first)
        }
        return longLength(bytes, &position, end)
    }

    @usableFromInline @inline(never)
    static func longLength(_ bytes: Span<UInt8>, _ position: inout Int, _ end: Int) -> Int? {
        let start = position + 1
        let count = Int(bytes[position] & 0x7F)
        guard (1...lengthBytes).contains(count), count <= end - start else { return nil }
        guard let length = Int(exactly: unsigned(bytes, start..<start + count)) else { return nil }
        position = start + count
        return length
    }

    /// A BER-OID tag or id of at most 28 bits.
    @inlinable @inline(__always)
    static func identifier(_ bytes: Span<UInt8>, _ position: inout Int, _ end: Int) -> Int? {
        guard position < end else { return nil }
        let first = bytes[position]
        if first < 0x80 {
            position += 1
            return Int(first)
        }
        return longIdentifier(bytes, &position, end)
    }

    @usableFromInline @inline(never)
    static func longIdentifier(_ bytes: Span<UInt8>, _ position: inout Int, _ end: Int) -> Int? {
        var value = 0
        for index in position..<min(position + 4, end) {
            let next = bytes[index]
            value = value << 7 | Int(next & 0x7F)
            if next < 0x80 {
                position = index + 1
                return value
            }
        }
        return nil
    }

    /// Big-endian; the low 64 bits of longer ranges.
    @inlinable @inline(__always)
    static func unsigned(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        guard range.upperBound >= 8 else { return earlyUnsigned(bytes, range) }
        // All eight bytes up to the end in one load, then those that are asked for.
        let word = word(bytes.extracting(range.upperBound &- 8..<range.upperBound))
        let count = range.upperBound &- range.lowerBound
        return count < 8 ? word & ~(UInt64.max &<< UInt64(truncatingIfNeeded: 8 &* count)) : word
    }

    /// Of a range that ends within the first eight bytes.
    @usableFromInline @inline(never)
    static func earlyUnsigned(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        var value: UInt64 = 0
        for index in range { value = value << 8 | UInt64(bytes[index]) }
        return value
    }

    /// The first eight bytes, big-endian.
    @inlinable @inline(__always)
    static func word(_ bytes: Span<UInt8>) -> UInt64 {
        let high = UInt64(bytes[0]) << 56 | UInt64(bytes[1]) << 48 | UInt64(bytes[2]) << 40 | UInt64(bytes[3]) << 32
        let low = UInt64(bytes[4]) << 24 | UInt64(bytes[5]) << 16 | UInt64(bytes[6]) << 8 | UInt64(bytes[7])
        return high | low
    }

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
