/// One item of a packet as ``KLVPacket/scan(_:)`` sees it: a number in its unit, or where the bytes of the rest are. It
/// holds nothing on the heap.
public struct ScannedItem: Sendable, Hashable {
    public enum Value: Sendable, Hashable {
        /// Zero length: unknown or not available now. Clears what was said before.
        case unknown
        case unsigned(UInt64)
        case signed(Int64)
        case real(Double)
        case special(SpecialValue)
        /// UTF-8, valid unless ``ScannedItem/issue`` says otherwise. ``KLVPacket/text(_:)`` makes a string of it.
        case text
        /// A nested set or a pack.
        case nested
        /// Bytes that have no form here, or do not fit theirs.
        case bytes
    }

    public var tag: Int
    public var value: Value
    /// Where in ``KLVPacket/bytes`` the value lies.
    public var range: Range<Int>
    public var issue: LocalSetItem.Issue?

    @inlinable
    init(tag: Int, value: Value, range: Range<Int>, issue: LocalSetItem.Issue?) {
        self.tag = tag
        self.value = value
        self.range = range
        self.issue = issue
    }

    /// The number it holds, in the item's unit; nil for everything else.
    public var number: Double? {
        switch value {
        case .unsigned(let value): Double(value)
        case .signed(let value): Double(value)
        case .real(let value): value.isFinite ? value : nil
        default: nil
        }
    }

    /// The non-negative whole number it holds.
    public var count: UInt64? {
        switch value {
        case .unsigned(let value): value
        case .signed(let value): UInt64(exactly: value)
        default: nil
        }
    }
}

extension KLVPacket {
    /// The text of `item`; bytes that are no UTF-8 are replaced.
    public func text(_ item: ScannedItem) -> String {
        guard item.range.lowerBound >= 0, item.range.upperBound <= bytes.count else { return "" }
        return String(decoding: bytes[item.range], as: UTF8.self)
    }
}
