import Inspection

/// What the other object of a pair may be in one frame, for one rule. A thousand objects make a million pairs: a rule looks at
/// so many in a frame, shared out among the objects it is about, and each looks at the nearest in the picture.
struct PairSearch: Sendable {
    /// Of one rule in one frame.
    static let maximumPairs = 4096

    /// Objects that `other` may be, in the analyser's order.
    let others: [Int]
    /// Pairs that one object may take.
    private let share: Int
    private(set) var remaining = Self.maximumPairs
    /// Of the object that was asked about last: a rule that holds its tracks asks again with other conditions.
    private var last: (index: Int, chosen: [Int])?

    /// `labels` are the objects' own, normalized; `wanted` those of the objects that the rule is about (nil: any) and
    /// `otherLabels` those of the others (empty: any).
    init(_ labels: [String], wanted: Set<String>?, otherLabels: Set<String>) {
        others = labels.indices.filter { otherLabels.isEmpty || otherLabels.contains(labels[$0]) }
        let subjects = labels.count { wanted?.contains($0) ?? true }
        let isFew = subjects.multipliedReportingOverflow(by: others.count)
        share =
            !isFew.overflow && isFew.partialValue <= Self.maximumPairs
            ? others.count : max(Self.maximumPairs / max(subjects, 1), 1)
    }

    /// The others that an object is looked at with, in the analyser's order, and how many were left out.
    /// Asked again of the same object it gives the same, and leaves out no more.
    mutating func others(of index: Int, in objects: [FrameObject]) -> (chosen: [Int], leftOut: Int) {
        if let last, last.index == index { return (last.chosen, 0) }
        let room = min(share, remaining)
        let count = others.count - (others.contains(index) ? 1 : 0)
        let chosen = count <= room ? others.filter { $0 != index } : nearest(room, to: index, in: objects)
        remaining -= chosen.count
        last = (index, chosen)
        return (chosen, count - chosen.count)
    }

    /// Those without a box are the farthest; of two as far, the earlier is the nearer.
    private func nearest(_ count: Int, to index: Int, in objects: [FrameObject]) -> [Int] {
        guard count > 0 else { return [] }
        let own = objects[index].box
        var found: [(distance: Double, index: Int)] = []
        for other in others where other != index {
            let known = own.flatMap { own in objects[other].box.map { own.squaredDistance(to: $0) } } ?? .infinity
            let distance = known.isNaN ? .infinity : known
            if found.count == count {
                guard distance < found[count - 1].distance else { continue }
                found.removeLast()
            }
            let place = found.firstIndex { distance < $0.distance } ?? found.count
            found.insert((distance, other), at: place)
        }
        return found.map(\.index).sorted()
    }
}
