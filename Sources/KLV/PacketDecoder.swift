/// Decodes the packets of one stream. Keep one for each stream: VMTI sets depend on earlier ones.
public struct PacketDecoder: Sendable {
    public private(set) var vmti = VMTIState()

    public init() {}

    /// The items of `packet` in their order; none of a set that is only framed. Items after a break are lost, which
    /// ``DecodedSet/isComplete`` says.
    public mutating func decode(_ packet: KLVPacket) -> DecodedSet {
        var reader = LocalSetReader(packet.bytes, vmti: vmti)
        let decoded: (items: [LocalSetItem], isComplete: Bool)
        switch packet.set {
        case .st0601: decoded = reader.items(.st0601, packet.value)
        case .st0102: decoded = reader.items(.st0102, packet.value)
        case .st0903: decoded = reader.vmtiItems(packet.value)
        case .st0806: decoded = reader.items(.rvt, packet.value)
        case .st1206: decoded = reader.items(.sarMotionImagery, packet.value)
        case .eg0104: decoded = reader.universalItems(packet.value)
        case .vTrack: decoded = reader.opaqueItems(packet.value)
        case .st1902, .unknown: decoded = ([], true)
        }
        vmti = reader.vmti
        return DecodedSet(
            set: packet.set, checksum: packet.checksum, items: decoded.items, isComplete: decoded.isComplete,
            issues: reader.issues)
    }
}

public struct DecodedSet: Sendable, Hashable {
    public var set: SetKind
    public var checksum: ChecksumState
    public var items: [LocalSetItem]
    /// False when the items break off before the end of the packet.
    public var isComplete: Bool
    /// Items kept with something wrong, nested ones included, by reason.
    public var issues: [LocalSetItem.Issue: Int]
}
