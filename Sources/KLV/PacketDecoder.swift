/// Decodes the packets of one stream. Keep one for each stream: VMTI sets depend on earlier ones.
public struct PacketDecoder: Sendable {
    public private(set) var vmti = VMTIState()

    private var nested = NestedMemory()

    public init() {}

    /// Hands out the items of an ST 0601 packet as one pass sees them, and takes apart only the nested sets that are new:
    /// what ``decode(_:)`` tells, without its list of items. For streams that are followed; packets of other sets have no
    /// items here.
    public mutating func read(_ packet: KLVPacket, _ visit: (ScannedItem) -> Void) -> PacketReport {
        var report = PacketReport()
        var budget = LocalSetReader.listLimit
        var hasVMTI = false
        let summary = packet.scan { item in
            if case .nested = item.value {
                let content = take(item, packet, &budget, &report)
                if item.tag == 74, !hasVMTI {
                    hasVMTI = true
                    report.vmti = content
                }
            } else if item.tag == 74 {
                hasVMTI = true
            }
            visit(item)
        }
        report.isComplete = summary.isComplete
        report.add(.wrongLength, summary.wrongLengths)
        report.add(.badText, summary.badTexts)
        report.add(.unknownTag, summary.unknownTags)
        return report
    }

    /// The items of a nested set that was not read before.
    private mutating func take(
        _ item: ScannedItem, _ packet: KLVPacket, _ budget: inout Int, _ report: inout PacketReport
    ) -> [LocalSetItem]? {
        // Those that hold targets are read each time: targets are what they are for, and the stream's VMTI depends on them.
        let isRead = item.tag == 74 || item.tag == 100 || item.tag == 101
        if !isRead, let known = nested.issues(of: item, in: packet.bytes) {
            for (issue, count) in known { report.add(issue, count) }
            return nil
        }
        var reader = LocalSetReader(packet.bytes, vmti: vmti)
        reader.listBudget = budget
        let content = reader.item(item.tag, ST0601.table[item.tag], item.range, after: [])
        vmti = reader.vmti
        budget = reader.listBudget
        for (issue, count) in reader.issues { report.add(issue, count) }
        if !isRead { nested.note(item, in: packet.bytes, issues: reader.issues) }
        return content.value.items
    }

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
