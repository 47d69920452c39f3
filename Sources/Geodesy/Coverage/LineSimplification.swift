/// Leaves out corners of a ring that lie near the line between those that stay. Source: Douglas and Peucker, "Algorithms for
/// the reduction of the number of points required to represent a digitized line", 1973.
enum LineSimplification {
    /// Half cells, coarsest first: an even slope of cells strays from a line by a cell in all, and with the finest no two
    /// outlines can touch, since they lie 1.4 half cells apart.
    private static let tolerances = [2, 1, 0.6]

    /// Rings of half cells, each within a cell of what it was; those that would come to touch themselves or others nearer.
    static func rings(_ rings: [CellOutline.Ring]) -> [CellOutline.Ring] {
        var simple = rings.map { ring($0, tolerance: tolerances[0]) }
        var levels = [Int](repeating: 0, count: rings.count)
        while true {
            let touching = touching(simple).filter { levels[$0] < tolerances.count - 1 }
            guard !touching.isEmpty else { return simple }
            for index in touching {
                levels[index] += 1
                simple[index] = ring(rings[index], tolerance: tolerances[levels[index]])
            }
        }
    }

    private struct Edge {
        var segment: PlaneSegment
        var ring: Int
        var corner: Int

        var box: BoxTree.Box {
            BoxTree.Box(
                west: min(segment.a.x, segment.b.x), south: min(segment.a.y, segment.b.y),
                east: max(segment.a.x, segment.b.x), north: max(segment.a.y, segment.b.y))
        }
    }

    /// Numbers of the rings that touch one another or themselves.
    private static func touching(_ rings: [CellOutline.Ring]) -> Set<Int> {
        var edges: [Edge] = []
        for (number, ring) in rings.enumerated() {
            for (corner, a) in ring.enumerated() {
                let b = ring[(corner + 1) % ring.count]
                let segment = PlaneSegment((Double(a.x), Double(a.y)), (Double(b.x), Double(b.y)))
                edges.append(Edge(segment: segment, ring: number, corner: corner))
            }
        }
        let tree = BoxTree(edges.enumerated().map { ($1.box, $0) })
        var touching: Set<Int> = []
        for (index, edge) in edges.enumerated() {
            tree.visit(edge.box) { other in
                guard other > index else { return true }
                let next = edges[other]
                let isNeighbour =
                    next.ring == edge.ring
                    && (next.corner == edge.corner + 1
                        || (edge.corner == 0 && next.corner == rings[edge.ring].count - 1))
                // Neighbours share a corner, and nothing else unless one turns back.
                let touches =
                    isNeighbour
                    ? edge.segment.turnsBack(into: next.segment) : edge.segment.meets(next.segment)
                if touches { touching.formUnion([edge.ring, next.ring]) }
                return true
            }
        }
        return touching
    }

    /// Corners keep their order; of a ring three stay at least.
    static func ring(_ ring: [SIMD2<Int>], tolerance: Double) -> [SIMD2<Int>] {
        guard ring.count > 4, let first = ring.first else { return ring }
        // Split where it is farthest from its first corner.
        var farthest = 0
        var length = 0
        for (index, corner) in ring.enumerated() {
            let away = corner &- first
            let square = away.x * away.x + away.y * away.y
            if square > length { (farthest, length) = (index, square) }
        }
        guard farthest > 0 else { return ring }
        let closed = ring + [first]
        var isKept = [Bool](repeating: false, count: closed.count)
        for index in [0, farthest, ring.count] { isKept[index] = true }
        var spans = [(0, farthest), (farthest, ring.count)]
        while let (start, end) = spans.popLast() {
            guard end - start > 1, let (index, distance) = farthestCorner(closed, start, end) else { continue }
            guard distance > tolerance * tolerance else { continue }
            isKept[index] = true
            spans.append((start, index))
            spans.append((index, end))
        }
        var kept = ring.indices.filter { isKept[$0] }.map { ring[$0] }
        if kept.count < 3 { kept = ring }
        return kept
    }

    /// Squares of distances from the line between two corners.
    private static func farthestCorner(_ line: [SIMD2<Int>], _ start: Int, _ end: Int) -> (Int, Double)? {
        let along = line[end] &- line[start]
        let (x, y) = (Double(along.x), Double(along.y))
        let square = x * x + y * y
        var best: (Int, Double)?
        for index in (start + 1)..<end {
            let away = line[index] &- line[start]
            let (u, v) = (Double(away.x), Double(away.y))
            let share = square > 0 ? min(max((u * x + v * y) / square, 0), 1) : 0
            let (du, dv) = (u - share * x, v - share * y)
            let distance = du * du + dv * dv
            if distance > best?.1 ?? -1 { best = (index, distance) }
        }
        return best
    }
}

extension PlaneSegment {
    /// Two that share an end lie on one line and on each other.
    fileprivate func turnsBack(into next: PlaneSegment) -> Bool {
        let (u, v) = ((x: b.x - a.x, y: b.y - a.y), (x: next.b.x - next.a.x, y: next.b.y - next.a.y))
        return u.x * v.y == u.y * v.x && u.x * v.x + u.y * v.y < 0
    }
}
