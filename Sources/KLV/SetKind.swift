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

    /// Bytes 4…7 and 8…15 of the key, after the prefix that all keys share.
    private var label: (UInt32, UInt64)? {
        switch self {
        case .st0601: (0x020B_0101, 0x0E01_0301_0100_0000)
        case .st0903: (0x020B_0101, 0x0E01_0303_0600_0000)
        case .st0102: (0x0203_0101, 0x0E01_0303_0200_0000)
        case .vTrack: (0x0203_0101, 0x0E01_0303_1E00_0000)
        case .st0806: (0x020B_0101, 0x0E01_0301_0200_0000)
        case .st1206: (0x020B_0101, 0x0E01_0303_0D00_0000)
        case .eg0104: (0x0201_0101, 0x0E01_0102_0101_0000)
        case .st1902: (0x0205_0101, 0x0E01_0503_0000_0000)
        case .unknown: nil
        }
    }

    /// What every SMPTE universal label begins with.
    static let prefix: [UInt8] = [0x06, 0x0E, 0x2B, 0x34]

    /// Of the 16 bytes from `start`, which are there.
    init(key bytes: Span<UInt8>, at start: Int) {
        let head = UInt32(truncatingIfNeeded: BER.unsigned(bytes, start + 4..<start + 8))
        let tail = BER.unsigned(bytes, start + 8..<start + 16)
        self = .unknown
        for kind in Self.known where kind.label?.1 == tail && kind.label?.0 == head {
            self = kind
            return
        }
    }

    /// The most frequent first.
    private static let known = allCases.filter { $0 != .unknown }

    /// 16 bytes; nil of ``unknown``.
    public var universalKey: [UInt8]? {
        label.map { Self.prefix + BER.big(UInt64($0.0), 4) + BER.big($0.1, 8) }
    }

    /// True when the standard ends the packet with a checksum.
    public var hasChecksum: Bool {
        switch self {
        case .st0601, .st0903, .vTrack, .st0806: true
        case .st0102, .st1206, .eg0104, .st1902, .unknown: false
        }
    }
}
