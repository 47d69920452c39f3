/// What one ST 0601 packet said beside the items handed out one by one.
public struct PacketReport: Sendable, Hashable {
    /// False when the items break off before the end of the packet.
    public var isComplete = true
    /// Items kept with something wrong, nested ones included, by reason: as ``DecodedSet/issues``.
    public var issues: [LocalSetItem.Issue: Int] = [:]
    /// The items of the VMTI set (item 74), when there is a whole one.
    public var vmti: [LocalSetItem]?

    public init() {}

    mutating func add(_ issue: LocalSetItem.Issue, _ count: Int) {
        if count > 0 { issues[issue, default: 0] += count }
    }
}

/// Nested sets that come again unchanged, packet by packet (who may see the picture, whose aircraft it is), so that only
/// what is new is taken apart.
struct NestedMemory: Sendable {
    private struct Entry: Sendable {
        var bytes: [UInt8]
        var issues: [LocalSetItem.Issue: Int]
    }

    /// Larger ones are not kept.
    private static let limit = 1024

    private var entries: [Int: Entry] = [:]

    /// What was wrong with the set when it was read; nil when it was another, or the first.
    func issues(of item: ScannedItem, in bytes: [UInt8]) -> [LocalSetItem.Issue: Int]? {
        guard let entry = entries[item.tag], entry.bytes.count == item.range.count else { return nil }
        let old = entry.bytes.span
        let new = bytes.span.extracting(item.range)
        for index in old.indices where old[index] != new[index] { return nil }
        return entry.issues
    }

    mutating func note(_ item: ScannedItem, in bytes: [UInt8], issues: [LocalSetItem.Issue: Int]) {
        guard item.range.count <= Self.limit else { return }
        entries[item.tag] = Entry(bytes: Array(bytes[item.range]), issues: issues)
    }
}
