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
    init?(_ source: [UInt8], at start: Int, time: Int64?, limit: Int) {
        guard source.count - start > 16 else { return nil }
        var cursor = ByteCursor(source, (start + 16)..<source.count)
        guard let length = cursor.length(), length <= limit, let value = cursor.range(length) else { return nil }
        set = SetKind(key: source, at: start)
        bytes = Array(source[start..<value.upperBound])
        self.value = (value.lowerBound - start)..<(value.upperBound - start)
        self.time = time
        checksum = Self.checksum(bytes, self.value, set)
    }

    /// Reads `bytes` as exactly one packet.
    public init?(_ bytes: [UInt8], time: Int64? = nil) {
        guard bytes.starts(with: SetKind.prefix) else { return nil }
        self.init(bytes, at: 0, time: time, limit: bytes.count)
        guard self.bytes.count == bytes.count else { return nil }
    }

    /// The 16 bytes of the universal key.
    public var universalKey: ArraySlice<UInt8> { bytes.prefix(16) }

    private static func checksum(_ bytes: [UInt8], _ value: Range<Int>, _ set: SetKind) -> ChecksumState {
        guard set.hasChecksum else { return .none }
        var cursor = ByteCursor(bytes, value)
        while !cursor.isAtEnd {
            guard let tag = cursor.identifier(), let length = cursor.length(), let range = cursor.range(length) else {
                // The items break off: only the last four bytes can tell.
                let last = value.upperBound - 4
                guard last >= value.lowerBound, bytes[last] == 1, bytes[last + 1] == 2 else { return .bad }
                return compare(bytes, at: last + 2)
            }
            guard tag == 1 else { continue }
            if set == .st0806 {
                return length == 4 && cursor.unsigned(range) == UInt64(Checksum.crc32(bytes, 0..<range.lowerBound))
                    ? .ok : .bad
            }
            return length == 2 ? compare(bytes, at: range.lowerBound) : .bad
        }
        return .none
    }

    private static func compare(_ bytes: [UInt8], at position: Int) -> ChecksumState {
        let stated = UInt16(bytes[position]) << 8 | UInt16(bytes[position + 1])
        return Checksum.sum(bytes, 0..<position) == stated ? .ok : .bad
    }
}
