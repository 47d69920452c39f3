/// Rings on the plane of a grid's cells, and the runs of cells in each row whose middles they hold.
struct CellScan {
    enum Rule {
        /// Of one ring that may overlap itself: all of what it goes round.
        case nonzero
        /// Of an outer ring and its holes.
        case evenOdd
    }

    private struct Edge {
        var bottom: Double
        var top: Double
        /// At the bottom.
        var x: Double
        var xPerRow: Double
        var direction: Int
    }

    private var edges: [Edge] = []
    private(set) var west = Double.infinity
    private(set) var east = -Double.infinity
    private(set) var south = Double.infinity
    private(set) var north = -Double.infinity

    /// Degrees of latitude over which an edge that is straight in longitude and latitude is taken as straight in cells: a
    /// metre off at 60° N.
    private static let straight = 0.05
    /// Beyond, nothing is a number of cells.
    private static let farthest = 1e9

    /// An edge of a ring. False when it is not finite.
    @discardableResult
    mutating func add(from a: SIMD2<Double>, to b: SIMD2<Double>) -> Bool {
        guard abs(a.x) < Self.farthest, abs(a.y) < Self.farthest, abs(b.x) < Self.farthest, abs(b.y) < Self.farthest
        else { return false }
        west = min(west, a.x, b.x)
        east = max(east, a.x, b.x)
        south = min(south, a.y, b.y)
        north = max(north, a.y, b.y)
        guard a.y != b.y else { return true }
        let (low, high) = a.y < b.y ? (a, b) : (b, a)
        edges.append(
            Edge(
                bottom: low.y, top: high.y, x: low.x, xPerRow: (high.x - low.x) / (high.y - low.y),
                direction: a.y < b.y ? 1 : -1))
        return true
    }

    /// An edge between places whose columns are known, straight in longitude and latitude.
    mutating func add(
        _ start: (latitude: Double, column: Double), _ end: (latitude: Double, column: Double),
        _ scale: CoverageGrid.Scale
    ) -> Bool {
        let rise = end.latitude - start.latitude
        guard abs(rise) <= 180 else { return false }
        let pieces = Int((abs(rise) / Self.straight).rounded(.up))
        var last = SIMD2(start.column, scale.row(start.latitude))
        guard pieces > 1 else { return add(from: last, to: SIMD2(end.column, scale.row(end.latitude))) }
        for piece in 1...pieces {
            let share = Double(piece) / Double(pieces)
            let next = SIMD2(
                start.column + (end.column - start.column) * share, scale.row(start.latitude + rise * share))
            guard add(from: last, to: next) else { return false }
            last = next
        }
        return true
    }

    /// Calls `body` with row, first column and the column behind the last of every run, rows within `rows`, southern first.
    func runs(_ rule: Rule, rows: ClosedRange<Int>, _ body: (Int, Int, Int) -> Void) {
        spans(rule, rows: rows) { row, west, east in
            let from = Int((west - 0.5).rounded(.up))
            let to = Int((east - 0.5).rounded(.up))
            if from < to { body(row, from, to) }
        }
    }

    /// In cells, even-odd: the lengths of the rows' middles added up.
    var area: Double {
        var sum = 0.0
        spans(.evenOdd, rows: Int.min / 2...Int.max / 2) { _, west, east in sum += east - west }
        return sum
    }

    /// Calls `body` with row, and where on the row's middle a run begins and ends, rows within `rows`, southern first.
    func spans(_ rule: Rule, rows: ClosedRange<Int>, _ body: (Int, Double, Double) -> Void) {
        let ordered = edges.sorted { $0.bottom < $1.bottom }
        guard let lowest = ordered.first?.bottom else { return }
        var next = ordered.startIndex
        var active: [Edge] = []
        var crossings: [(x: Double, direction: Int)] = []
        let first = max(Int((lowest - 0.5).rounded(.up)), rows.lowerBound)
        let last = min(Int((north - 0.5).rounded(.up)) - 1, rows.upperBound)
        guard first <= last else { return }
        for row in first...last {
            let middle = Double(row) + 0.5
            while next < ordered.endIndex, ordered[next].bottom <= middle {
                if ordered[next].top > middle { active.append(ordered[next]) }
                next += 1
            }
            active.removeAll { $0.top <= middle }
            crossings.removeAll(keepingCapacity: true)
            for edge in active { crossings.append((edge.x + (middle - edge.bottom) * edge.xPerRow, edge.direction)) }
            crossings.sort { $0.x < $1.x }
            var winding = 0
            var start = 0.0
            for crossing in crossings {
                let wasInside = winding != 0
                winding = rule == .evenOdd ? 1 - winding : winding + crossing.direction
                if !wasInside { start = crossing.x }
                if wasInside, winding == 0 { body(row, start, crossing.x) }
            }
        }
    }
}
