/// UAS Datalink Local Set (MISB ST 0601.19).
public enum ST0601 {
    /// Item 65 of what is encoded here.
    public static let version: UInt64 = 19

    /// A whole packet: key, length, item 2 first, the others in the order given, item 65 (added when missing) and the
    /// checksum last. Numbers are quantised and clamped to their item's range. Item 2 is required; item 1 is ignored.
    public static func encode(_ items: [LocalSetItem]) throws(KLVError) -> [UInt8] {
        var items = items
        if !items.contains(where: { $0.tag == 65 }) { items.append(LocalSetItem(65, .unsigned(version))) }
        return try LocalSetEncoder.packet(.st0601, .st0601, items)
    }
}
