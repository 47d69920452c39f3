/// Which set a packet holds, by its universal key.
public enum SetKind: String, Sendable, Hashable, CaseIterable {
    case st0601 = "ST0601"
    case st0102 = "ST0102"
    /// VMTI, standalone.
    case st0903 = "ST0903"
    case vTrack = "ST0903-VTrack"
    /// Remote Video Terminal.
    case st0806 = "ST0806"
    /// SAR motion imagery.
    case st1206 = "ST1206"
    /// Predator universal set: obsolete, still met.
    case eg0104 = "EG0104"
    /// Motion Imagery Metadata. Framed, not decoded.
    case st1902 = "ST1902"
    case unknown

    /// Bytes 4…15 of the key, after the prefix that all keys share.
    private static let keys: [(SetKind, [UInt8])] = [
        (.st0601, [0x02, 0x0B, 0x01, 0x01, 0x0E, 0x01, 0x03, 0x01, 0x01, 0, 0, 0]),
        (.st0903, [0x02, 0x0B, 0x01, 0x01, 0x0E, 0x01, 0x03, 0x03, 0x06, 0, 0, 0]),
        (.st0102, [0x02, 0x03, 0x01, 0x01, 0x0E, 0x01, 0x03, 0x03, 0x02, 0, 0, 0]),
        (.vTrack, [0x02, 0x03, 0x01, 0x01, 0x0E, 0x01, 0x03, 0x03, 0x1E, 0, 0, 0]),
        (.st0806, [0x02, 0x0B, 0x01, 0x01, 0x0E, 0x01, 0x03, 0x01, 0x02, 0, 0, 0]),
        (.st1206, [0x02, 0x0B, 0x01, 0x01, 0x0E, 0x01, 0x03, 0x03, 0x0D, 0, 0, 0]),
        (.eg0104, [0x02, 0x01, 0x01, 0x01, 0x0E, 0x01, 0x01, 0x02, 0x01, 0x01, 0, 0]),
        (.st1902, [0x02, 0x05, 0x01, 0x01, 0x0E, 0x01, 0x05, 0x03, 0, 0, 0, 0]),
    ]

    /// What every SMPTE universal label begins with.
    static let prefix: [UInt8] = [0x06, 0x0E, 0x2B, 0x34]

    init(key bytes: [UInt8], at start: Int) {
        self = Self.keys.first { bytes[(start + 4)..<(start + 16)].elementsEqual($0.1) }?.0 ?? .unknown
    }

    /// 16 bytes; nil of ``unknown``.
    public var universalKey: [UInt8]? {
        Self.keys.first { $0.0 == self }.map { Self.prefix + $0.1 }
    }

    /// True when the standard ends the packet with a checksum.
    public var hasChecksum: Bool {
        switch self {
        case .st0601, .st0903, .vTrack, .st0806: true
        case .st0102, .st1206, .eg0104, .st1902, .unknown: false
        }
    }

    /// True when the value is tags, lengths and values in local set form.
    var isLocalSet: Bool { self != .eg0104 && self != .st1902 && self != .unknown }
}
