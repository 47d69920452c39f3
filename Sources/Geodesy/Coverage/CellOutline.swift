/// The outlines of covered cells: rings through the middles of the cells' edges, the covered on their left. So outer rings
/// run counter-clockwise and holes clockwise; no ring touches itself or another; cells that only share a corner are apart.
struct CellOutline {
    /// A ring in half cells: east from the grid's meridian and north from the equator.
    typealias Ring = [SIMD2<Int>]

    private enum Heading: Int {
        case east, north, west, south

        var left: Heading { Heading(rawValue: (rawValue + 1) & 3) ?? .east }
        var right: Heading { Heading(rawValue: (rawValue + 3) & 3) ?? .east }
        var step: SIMD2<Int> {
            switch self {
            case .east: SIMD2(1, 0)
            case .north: SIMD2(0, 1)
            case .west: SIMD2(-1, 0)
            case .south: SIMD2(0, -1)
            }
        }
    }

    private let coverage: Coverage
    private let columns: ClosedRange<Int>
    /// Southern edges of cells that a ring went along.
    private var visited: [Coverage.Tile: [UInt64]] = [:]

    /// Of the cells within `columns`, as if there were no others.
    init(_ coverage: Coverage, columns: ClosedRange<Int>) {
        self.coverage = coverage
        self.columns = columns
    }

    /// Nil when there are more than `limit` corners in all.
    mutating func rings(limit: Int) -> [Ring]? {
        var rings: [Ring] = []
        var corners = 0
        for tile in coverage.tiles {
            for row in 0..<Coverage.side {
                let y = tile.y * Coverage.side + row
                // Every ring has an edge that runs east, south of a cell.
                var starts = word(tile.x, y) & ~word(tile.x, y - 1)
                while starts != 0 {
                    let bit = starts.trailingZeroBitCount
                    starts &= starts - 1
                    if visited[tile].map({ $0[row] >> UInt64(bit) & 1 == 1 }) ?? false { continue }
                    let ring = trace(from: SIMD2(tile.x * Coverage.side + bit, y))
                    corners += ring.count
                    guard corners <= limit else { return nil }
                    rings.append(ring)
                }
            }
        }
        return rings
    }

    private func word(_ x: Int, _ y: Int) -> UInt64 {
        let word = coverage.word(Coverage.Tile(x: x, y: y >> 6), row: y & 63)
        guard word != 0 else { return 0 }
        let first = x * Coverage.side
        return word & Coverage.mask(columns.lowerBound - first, columns.upperBound + 1 - first)
    }

    private func isCovered(_ x: Int, _ y: Int) -> Bool { word(x >> 6, y) >> UInt64(x & 63) & 1 == 1 }

    /// Goes along the southern edge of a cell, eastward, and on until it is there again. Of edges in one line only the
    /// first and the last are kept.
    private mutating func trace(from cell: SIMD2<Int>) -> Ring {
        var ring: Ring = []
        // A lattice point, and where the edge that begins there leads.
        var corner = cell
        var heading = Heading.east
        repeat {
            if heading == .east { visit(corner) }
            let middle = corner &* 2 &+ heading.step
            if ring.count >= 2, Self.isStraight(ring[ring.count - 2], ring[ring.count - 1], middle) {
                ring[ring.count - 1] = middle
            } else {
                ring.append(middle)
            }
            corner = corner &+ heading.step
            heading = turned(heading, at: corner)
        } while corner != cell || heading != .east
        while ring.count > 3, Self.isStraight(ring[ring.count - 2], ring[ring.count - 1], ring[0]) {
            ring.removeLast()
        }
        while ring.count > 3, Self.isStraight(ring[ring.count - 1], ring[0], ring[1]) { ring.removeFirst() }
        return ring
    }

    private mutating func visit(_ cell: SIMD2<Int>) {
        let tile = Coverage.Tile(x: cell.x >> 6, y: cell.y >> 6)
        visited[tile, default: Array(repeating: 0, count: Coverage.side)][cell.y & 63] |= 1 << UInt64(cell.x & 63)
    }

    /// The covered cell stays on the left; at a corner that two covered cells share, the ring stays with its own.
    private func turned(_ heading: Heading, at corner: SIMD2<Int>) -> Heading {
        let (left, right): (SIMD2<Int>, SIMD2<Int>) =
            switch heading {
            case .east: (corner, corner &+ SIMD2(0, -1))
            case .north: (corner &+ SIMD2(-1, 0), corner)
            case .west: (corner &+ SIMD2(-1, -1), corner &+ SIMD2(-1, 0))
            case .south: (corner &+ SIMD2(0, -1), corner &+ SIMD2(-1, -1))
            }
        if !isCovered(left.x, left.y) { return heading.left }
        return isCovered(right.x, right.y) ? heading.right : heading
    }

    private static func isStraight(_ a: SIMD2<Int>, _ b: SIMD2<Int>, _ c: SIMD2<Int>) -> Bool {
        let (first, second) = (b &- a, c &- b)
        return first.x * second.y == first.y * second.x && first.x * second.x + first.y * second.y > 0
    }
}
