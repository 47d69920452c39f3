/// The order of the newest change of each case. Entries that a later change of the same case has overtaken are skipped, and
/// swept out when they are more than half.
struct ChangeFeed: Sendable {
    private var entries: [(sequence: Int, item: Int)] = []
    /// Newest sequence by item; items count from 0 without gaps.
    private var newest: [Int] = []
    private var last = 0

    /// Adds a change of `item` and gives its sequence, from 1.
    mutating func append(_ item: Int) -> Int {
        last += 1
        while newest.count <= item { newest.append(0) }
        newest[item] = last
        entries.append((last, item))
        if entries.count > 1024, entries.count > 2 * newest.count {
            entries.removeAll { $0.sequence != newest[$0.item] }
        }
        return last
    }

    /// Items whose newest change is after `sequence`; `last` is where the next page begins.
    func page(after sequence: Int, limit: Int) -> (items: [Int], last: Int, more: Bool) {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].sequence <= sequence { low = middle + 1 } else { high = middle }
        }
        var items: [Int] = []
        var reached = min(sequence, last)
        for entry in entries[low...] where entry.sequence == newest[entry.item] {
            if items.count >= limit { return (items, reached, true) }
            items.append(entry.item)
            reached = entry.sequence
        }
        return (items, reached, false)
    }
}
