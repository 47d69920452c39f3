/// Boxes on a plane, packed once into a tree by sort-tile-recursive and asked as often as wanted.
///
/// Source: Leutenegger, Lopez, Edgington: STR, a simple and efficient algorithm for R-tree packing (1997).
final class BoxTree: Sendable {
    struct Box: Sendable, Hashable {
        var west: Double
        var south: Double
        var east: Double
        var north: Double

        func intersects(_ other: Box) -> Bool {
            west <= other.east && other.west <= east && south <= other.north && other.south <= north
        }

        func union(_ other: Box) -> Box {
            Box(
                west: min(west, other.west), south: min(south, other.south), east: max(east, other.east),
                north: max(north, other.north))
        }
    }

    /// Nodes stand in the order in which a walk down the tree meets them, so that it takes no stack: into a node is the
    /// next place, past it is `skip`.
    private struct Node: Sendable {
        var box: Box
        var skip: Int32
        /// What the caller knows a leaf by; −1 of what is none.
        var item: Int32
    }

    private static let fanOut = 8
    private let nodes: [Node]

    init(_ entries: [(box: Box, item: Int)]) {
        // The leaves, then each level above them; a node's children lie next to each other.
        var levels =
            entries.isEmpty
            ? [] : [Self.tiled(entries).map { Node(box: $0.box, skip: 0, item: Int32(truncatingIfNeeded: $0.item)) }]
        while let below = levels.last, below.count > 1 {
            levels.append(
                stride(from: 0, to: below.count, by: Self.fanOut).map { first in
                    let children = below[first..<min(first + Self.fanOut, below.count)]
                    let box = children.dropFirst().reduce(children[first].box) { $0.union($1.box) }
                    return Node(box: box, skip: 0, item: -1)
                })
        }
        var nodes: [Node] = []
        nodes.reserveCapacity(levels.reduce(0) { $0 + $1.count })
        if !levels.isEmpty { Self.append(0, of: levels.count - 1, levels, to: &nodes) }
        self.nodes = nodes
    }

    private static func append(_ number: Int, of level: Int, _ levels: [[Node]], to nodes: inout [Node]) {
        let place = nodes.count
        nodes.append(levels[level][number])
        if level > 0 {
            let end = min((number + 1) * fanOut, levels[level - 1].count)
            for child in number * fanOut..<end { append(child, of: level - 1, levels, to: &nodes) }
        }
        nodes[place].skip = Int32(truncatingIfNeeded: nodes.count)
    }

    private static func tiled(_ entries: [(box: Box, item: Int)]) -> [(box: Box, item: Int)] {
        let leaves = (entries.count + fanOut - 1) / fanOut
        let slices = max(Int(Double(leaves).squareRoot().rounded(.up)), 1)
        let perSlice = max((leaves + slices - 1) / slices * fanOut, 1)
        var sorted = entries.sorted { $0.box.west + $0.box.east < $1.box.west + $1.box.east }
        var first = 0
        while first < sorted.count {
            let end = min(first + perSlice, sorted.count)
            sorted[first..<end].sort { $0.box.south + $0.box.north < $1.box.south + $1.box.north }
            first = end
        }
        return sorted
    }

    /// Calls `body` with every item whose box meets `box`, until it answers false.
    func visit(_ box: Box, _ body: (Int) -> Bool) {
        var place = 0
        while place < nodes.count {
            guard nodes[place].box.intersects(box) else {
                place = Int(nodes[place].skip)
                continue
            }
            let item = nodes[place].item
            if item >= 0, !body(Int(item)) { return }
            place += 1
        }
    }
}
