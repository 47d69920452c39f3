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

    /// A BER length: short form, or long form of one to eight bytes, minimal or not. 0x80 (indefinite) is refused.
    mutating func length() -> Int? {
        var next = position
        defer { position = next }
        return BER.length(bytes.span, &next, end)
    }

    /// A BER-OID tag or id of at most 28 bits.
    mutating func identifier() -> Int? {
        var next = position
        defer { position = next }
        return BER.identifier(bytes.span, &next, end)
    }

    /// Big-endian; the low 64 bits of longer ranges.
    func unsigned(_ range: Range<Int>) -> UInt64 {
        BER.unsigned(bytes.span, range)
    }

    /// Two's complement, big-endian, of one to eight bytes.
    func signed(_ range: Range<Int>) -> Int64 {
        let shift = 64 - 8 * min(max(range.count, 1), 8)
        return Int64(truncatingIfNeeded: unsigned(range) << UInt64(shift)) >> Int64(shift)
    }
}
