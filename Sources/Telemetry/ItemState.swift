import KLV

/// The items of a report-on-change stream: what a packet leaves out keeps its last value, zero length or a special value
/// clears it, and what was not repeated for long is forgotten.
struct ItemState: Sendable {
    private var values: [Int: (value: Double, seen: Double)] = [:]
    private var now = 0.0

    /// Takes the items of one packet at `time`, seconds on any one clock.
    mutating func update(_ items: [LocalSetItem], at time: Double, staleLimit: Double) {
        now = time
        for item in items {
            if let number = item.value.number {
                values[item.tag] = (number, time)
            } else if item.value == .unknown {
                values[item.tag] = nil
            } else if case .special = item.value {
                values[item.tag] = nil
            }
        }
        values = values.filter { time - $0.value.seen <= staleLimit }
    }

    subscript(tag: Int) -> Double? { values[tag]?.value }

    /// The first of several items that carry the same quantity, best first.
    func first(of tags: Int...) -> Double? {
        for tag in tags {
            if let value = self[tag] { return value }
        }
        return nil
    }
}
