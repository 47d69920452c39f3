/// One packet: universal key, length, value.
public struct KLVPacket: Sendable, Hashable {
    public var set: SetKind
    /// All of it, from the first key byte.
    public var bytes: [UInt8]
    /// Where in ``bytes`` the value lies.
    public var value: Range<Int>
    public var checksum: ChecksumState
    /// Time of the unit that holds the first byte, in whatever scale the units were stamped with.
    public var time: Int64?

    /// The packet that starts at `start`, if it is whole and its length at most `limit`.
    init?(_ source: borrowing [UInt8], at start: Int, time: Int64?, limit: Int) {
        guard source.count - start > 16 else { return nil }
        var position = start + 16
        guard let length = BER.length(source.span, &position, source.count), length <= limit,
            length <= source.count - position
        else { return nil }
        let end = position + length
        set = SetKind(key: source.span, at: start)
        checksum = Self.checksum(source, from: start, position..<end, set)
        value = position - start..<end - start
        self.time = time
        // A unit that is one packet is kept as it is, not copied.
        bytes = start == 0 && end == source.count ? copy source : Array(source[start..<end])
    }

    /// Reads `bytes` as exactly one packet.
    public init?(_ bytes: [UInt8], time: Int64? = nil) {
        guard bytes.starts(with: SetKind.prefix) else { return nil }
        self.init(bytes, at: 0, time: time, limit: bytes.count)
        guard self.bytes.count == bytes.count else { return nil }
    }

    /// The items of a VMTI set that stands without its key, as one nested in ST 0601 was cut out; nil unless the bytes are
    /// items of ST 0903 from their first to their last.
    public init?(embeddedVMTI items: [UInt8], time: Int64? = nil) {
        let kind = SetKind.st0903
        guard let key = kind.universalKey, !items.isEmpty, items.count <= 1 << 20 else { return nil }
        var cursor = ByteCursor(items, 0..<items.count)
        while !cursor.isAtEnd {
            guard let tag = cursor.identifier(), (1...13).contains(tag) || (101...103).contains(tag),
                let length = cursor.length(), cursor.range(length) != nil
            else { return nil }
        }
        let length = [0x83, UInt8(items.count >> 16), UInt8(items.count >> 8 & 0xFF), UInt8(items.count & 0xFF)]
        set = kind
        bytes = key + length + items
        value = key.count + length.count..<bytes.count
        checksum = .none
        self.time = time
    }

    /// The 16 bytes of the universal key.
    public var universalKey: ArraySlice<UInt8> { bytes.prefix(16) }

    private static func checksum(
        _ bytes: [UInt8], from start: Int, _ value: Range<Int>, _ set: SetKind
    ) -> ChecksumState {
        guard set.hasChecksum else { return .none }
        let last = value.upperBound - 4
        if set != .st0806, last >= value.lowerBound, bytes[last] == 1, bytes[last + 1] == 2,
            compare(bytes, start..<last + 2) == .ok
        {
            // It stands where the standard wants it, and is right.
            return .ok
        }
        var cursor = ByteCursor(bytes, value)
        while !cursor.isAtEnd {
            guard let tag = cursor.identifier(), let length = cursor.length(), let range = cursor.range(length) else {
                // The items break off: only the last four bytes can tell.
                guard last >= value.lowerBound, bytes[last] == 1, bytes[last + 1] == 2 else { return .bad }
                return compare(bytes, start..<last + 2)
            }
            guard tag == 1 else { continue }
            if set == .st0806 {
                return length == 4 && cursor.unsigned(range) == UInt64(Checksum.crc32(bytes, start..<range.lowerBound))
                    ? .ok : .bad
            }
            return length == 2 ? compare(bytes, start..<range.lowerBound) : .bad
        }
        return .none
    }

    private static func compare(_ bytes: [UInt8], _ summed: Range<Int>) -> ChecksumState {
        let stated = UInt16(bytes[summed.upperBound]) << 8 | UInt16(bytes[summed.upperBound + 1])
        return Checksum.sum(bytes, summed) == stated ? .ok : .bad
    }
}
