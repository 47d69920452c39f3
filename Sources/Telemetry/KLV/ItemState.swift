import KLV

/// The items of a report-on-change stream: what a packet leaves out keeps its last value, zero length or a special value
/// clears it, and what was not repeated for long is forgotten. By tag in plain arrays: a packet costs no memory.
struct ItemState: Sendable {
    /// Items of ST 0601.
    private static let tags = 144

    private var values = [Double](repeating: 0, count: tags)
    /// When each was last said; −∞ for what is not known.
    private var seen = [Double](repeating: -.infinity, count: tags)
    /// What the packet being taken said, in its order; taken at once when it is whole, as its time may come last.
    private var changes: [(tag: Int, value: Double?)] = []
    /// No item was seen before this.
    private var oldest = Double.infinity

    /// Takes one item of a packet; ``commit(at:staleLimit:)`` follows the last.
    mutating func note(_ item: ScannedItem) {
        guard item.tag >= 0, item.tag < Self.tags else { return }
        switch item.value {
        case .unsigned, .signed, .real:
            if let number = item.number { changes.append((item.tag, number)) }
        case .unknown, .special: changes.append((item.tag, nil))
        case .text, .bytes, .nested: break
        }
    }

    /// The packet is whole; `time` is its own, seconds on any one clock.
    mutating func commit(at time: Double, staleLimit: Double) {
        for change in changes {
            values[change.tag] = change.value ?? 0
            seen[change.tag] = change.value == nil ? -.infinity : time
        }
        if !changes.isEmpty { oldest = min(oldest, time) }
        changes.removeAll(keepingCapacity: true)
        guard time - oldest > staleLimit else { return }
        oldest = .infinity
        for tag in seen.indices where seen[tag] != -.infinity {
            if time - seen[tag] <= staleLimit { oldest = min(oldest, seen[tag]) } else { seen[tag] = -.infinity }
        }
    }

    subscript(tag: Int) -> Double? {
        seen.indices.contains(tag) && seen[tag] != -.infinity ? values[tag] : nil
    }

    /// The first of two items that carry the same quantity, best first.
    func first(of best: Int, _ next: Int) -> Double? { self[best] ?? self[next] }
}
