/// What is in the payload of a MAVLink message.
public struct MAVLinkDefinition: Sendable {
    public struct Field: Sendable {
        public enum Kind: UInt8, Sendable {
            case int8 = 98, uint8 = 66, int16 = 104, uint16 = 72, int32 = 105, uint32 = 73, int64 = 113, uint64 = 81
            case float = 102, double = 100, character = 115

            /// Bytes of one element.
            var size: Int {
                switch self {
                case .int8, .uint8, .character: 1
                case .int16, .uint16: 2
                case .int32, .uint32, .float: 4
                case .int64, .uint64, .double: 8
                }
            }
        }

        public var name: String
        public var kind: Kind
        /// Elements of an array; 1 for a plain field.
        public var count: Int
        public var isArray: Bool
        /// Sent by MAVLink 2 alone, and not part of CRC_EXTRA.
        public var isExtension: Bool
        /// In the payload, bytes.
        public var offset: Int
    }

    public var id: UInt32
    public var name: String
    /// Last byte of the checksum: it is right only when sender and receiver mean the same fields.
    public var crcExtra: UInt8
    /// In wire order.
    public var fields: [Field]
    /// Payload bytes with every extension.
    public var length: Int

    /// Reads a line of ``MAVLinkTable``; nil when it is none.
    init?(_ line: ArraySlice<UInt8>) {
        let words = line.split(separator: 32)
        guard words.count >= 3, let id = Self.number(words[0]).flatMap(UInt32.init(exactly:)),
            let crcExtra = Self.number(words[1]).flatMap(UInt8.init(exactly:))
        else { return nil }
        self.id = id
        self.crcExtra = crcExtra
        name = String(decoding: words[2], as: UTF8.self)
        fields = []
        length = 0
        var isExtension = false
        for word in words[3...] {
            guard let letter = word.first else { continue }
            guard letter != 124 else {
                isExtension = true
                continue
            }
            let parts = word.dropFirst().split(separator: 58)
            guard let kind = Field.Kind(rawValue: letter), let title = parts.first else { return nil }
            let count = parts.count > 1 ? Self.number(parts[1]) : 1
            guard let count, (1...255).contains(count) else { return nil }
            fields.append(
                Field(
                    name: String(decoding: title, as: UTF8.self), kind: kind, count: count, isArray: parts.count > 1,
                    isExtension: isExtension, offset: length))
            length += kind.size * count
        }
    }

    /// True when the checksum at `end`, of the bytes before it, is right for this message.
    func isRight(_ bytes: [UInt8], from start: Int, to end: Int) -> Bool {
        guard start >= 0, start <= end, end + 1 < bytes.count else { return false }
        var checksum = MAVLinkChecksum()
        checksum.add(bytes[start..<end])
        checksum.add(crcExtra)
        return checksum.value == UInt16(bytes[end]) | UInt16(bytes[end + 1]) << 8
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? { Int(String(decoding: digits, as: UTF8.self)) }
}
