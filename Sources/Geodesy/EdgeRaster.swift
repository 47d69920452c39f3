/// An area as cells: of most it is known once and for all whether they lie inside, and no edge is looked at.
struct EdgeRaster: Sendable {
    enum Side: UInt8, Sendable {
        case outside, inside
        /// An edge runs through the cell, or close by.
        case edge
    }

    private let columnsPerDegree: Double
    private let rowsPerDegree: Double
    /// Cells on each side.
    private let size: Int
    private let cells: [Side]

    /// Cells on each side at most: 64 KiB an area.
    private static let sizeLimit = 256
    /// Of a cell: what lies nearer to an edge counts as on it, so that rounding never decides.
    private static let slack = 0.01
    /// Degrees that a cell is wide and high at least; rounding in longitudes is ten thousand times less than its slack.
    private static let leastCell = 1e-7

    /// Nil where cells would tell nothing: of areas too small, or all round the earth.
    init?(_ edges: [EdgeTable.Edge], _ box: BoundingBox, slabs: EdgeSlabs) {
        let size = min(max(Int(Double(edges.count * 4).squareRoot()), 4), Self.sizeLimit)
        let height = box.north - box.south
        guard min(height, box.width) >= Self.leastCell * Double(size), box.width < 180 else { return nil }
        columnsPerDegree = Double(size) / box.width
        rowsPerDegree = Double(size) / height
        self.size = size
        var cells = [Side](repeating: .outside, count: size * size)
        let grid = (x: columnsPerDegree, y: rowsPerDegree)
        for edge in edges { Self.mark(edge, box, grid, size, in: &cells) }
        for row in 0..<size {
            // What lies between two cells with edges is all inside or all outside.
            var side: Side?
            for column in 0..<size {
                let index = row * size + column
                if cells[index] == .edge {
                    side = nil
                } else {
                    let known =
                        side
                        ?? (slabs.contains(
                            GeodeticPoint(
                                latitude: box.south + (Double(row) + 0.5) / grid.y,
                                longitude: (box.west + (Double(column) + 0.5) / grid.x).wrappedLongitude, height: 0))
                            ? .inside : .outside)
                    side = known
                    cells[index] = known
                }
            }
        }
        self.cells = cells
    }

    /// Every cell that the edge runs through or comes close to, row by row.
    private static func mark(
        _ edge: EdgeTable.Edge, _ box: BoundingBox, _ grid: (x: Double, y: Double), _ size: Int,
        in cells: inout [Side]
    ) {
        let isUp = edge.start.latitude < edge.end.latitude
        let (low, high) = isUp ? (edge.start, edge.end) : (edge.end, edge.start)
        // Degrees east of the box's west; the box is less than half the earth wide.
        let x = (low.longitude - box.west).wrappedLongitude * grid.x
        let span = (high.longitude - low.longitude).wrappedLongitude * grid.x
        let (bottom, top) = ((low.latitude - box.south) * grid.y, (high.latitude - box.south) * grid.y)
        func cell(_ value: Double) -> Int { Int(min(max(value, 0), Double(size - 1))) }
        for row in cell(bottom - slack)...max(cell(top + slack), cell(bottom - slack)) {
            var (from, to) = (x, x + span)
            if top > bottom {
                let enters = min(max((Double(row) - slack - bottom) / (top - bottom), 0), 1)
                let leaves = min(max((Double(row) + 1 + slack - bottom) / (top - bottom), 0), 1)
                (from, to) = (x + span * enters, x + span * leaves)
            }
            let columns = cell(min(from, to) - slack)...cell(max(from, to) + slack)
            for column in columns { cells[row * size + column] = .edge }
        }
    }

    /// Of a place in the box of the edges, by degrees from its south-western corner.
    func side(east: Double, north: Double) -> Side {
        let column = Int(min(max(east * columnsPerDegree, 0), Double(size - 1)))
        let row = Int(min(max(north * rowsPerDegree, 0), Double(size - 1)))
        return cells[row * size + column]
    }
}
