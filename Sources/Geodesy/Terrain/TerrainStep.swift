/// What lies under a ray from one place of a segment to the next.
struct TerrainStep {
    enum Ground {
        /// The ray's height above the surface, metres: `x + y w + z w²` with `w` counted from `origin`; and the surface at
        /// the beginning.
        case surface(Vector, origin: Double)
        /// All of it lies under this height, and so under the ray.
        case below(Double)
        case unknown
    }

    var ground: Ground
    /// Where it ends.
    var exit: Double
}

extension TerrainCursor {
    /// Metres by which the edge of a cell is stepped over.
    private static let nudge = 1e-6

    /// What lies under a segment from `u` on: a cell, a group of cells that the ray passes well above, or nothing known.
    mutating func step(on segment: RaySegment, from u: Double) -> TerrainStep {
        let origin = u + Self.nudge / segment.length
        let latitude = min(max(segment.latitude + segment.north * origin, -90), 90)
        let longitude = segment.longitude + segment.east * origin
        turn(latitude: latitude, longitude: longitude)
        var exit = 1.0
        var isFinest = true
        for tile in candidates {
            let grid = mosaic.tiles[tile].grid
            let x = grid.column(longitude)
            let y = grid.row(latitude)
            let right = segment.east / grid.longitudeStep
            let down = -segment.north / grid.latitudeStep
            // A place on an edge belongs to the cell ahead, however it was rounded: no step ends where it began.
            let (aheadX, aheadY) = (Self.ahead(x, right), Self.ahead(y, down))
            guard aheadY >= -1, aheadY < Double(grid.rows), aheadX >= -1, aheadX < Double(grid.columns) else {
                let enters = max(
                    Self.reach(y, down, -1, Double(grid.rows)), Self.reach(x, right, -1, Double(grid.columns)))
                exit = min(exit, max(origin + enters, origin))
                continue
            }
            let (row, column) = (Int(aheadY.rounded(.down)), Int(aheadX.rounded(.down)))
            let cell = origin + min(Self.leave(y, down, row, 1), Self.leave(x, right, column, 1))
            var corners: SIMD4<Double>?
            if isFinest, let group = group(tile, row: row, column: column) {
                let leaves = min(
                    Self.leave(y, down, group.row, group.rows), Self.leave(x, right, group.column, group.columns))
                let end = min(exit, max(origin + leaves, origin))
                if segment.lowest(u, end) > group.top { return TerrainStep(ground: .below(group.top), exit: end) }
                corners = group.corners
            }
            isFinest = false
            exit = min(exit, max(cell, origin))
            if let corners = corners ?? self.corners(tile, row: row, column: column) {
                let (p, q) = (x - Double(column), y - Double(row))
                let (east, south) = (corners.y - corners.x, corners.z - corners.x)
                let twist = corners.x - corners.y - corners.z + corners.w
                let surface = Vector(
                    corners.x + east * p + south * q + twist * p * q,
                    east * right + south * down + twist * (p * down + q * right), twist * right * down)
                let ray = Vector(
                    segment.height(origin), segment.rise.y + 2 * segment.rise.z * origin, segment.rise.z)
                return TerrainStep(ground: .surface(ray - surface, origin: origin), exit: exit)
            }
        }
        return TerrainStep(ground: .unknown, exit: min(exit, binEnd(latitude, longitude, segment, origin)))
    }

    /// The north-west, north-east, south-west and south-east heights of a cell.
    private mutating func corners(_ tile: Int, row: Int, column: Int) -> SIMD4<Double>? {
        guard let a = node(tile, row: row, column: column), let b = node(tile, row: row, column: column + 1),
            let c = node(tile, row: row + 1, column: column), let d = node(tile, row: row + 1, column: column + 1)
        else { return nil }
        return SIMD4(a, b, c, d)
    }

    /// Cells of a block, up to a common height.
    private struct Group {
        var row: Int
        var column: Int
        var rows: Int
        var columns: Int
        /// None of it is higher.
        var top: Double
        /// Of the cell asked for.
        var corners: SIMD4<Double>
    }

    /// The group around a cell whose corners all stand in one block; nil for others, and for groups with holes.
    private mutating func group(_ tile: Int, row: Int, column: Int) -> Group? {
        let grid = mosaic.tiles[tile].grid
        guard mosaic.isAlone(tile), row >= 0, column >= 0, row < grid.rows - 1, column < grid.columns - 1,
            let (block, down, right) = block(tile, row: row, column: column), down < block.rows - 1,
            right < block.columns - 1
        else { return nil }
        let side = ElevationBlock.group
        let (groupRow, groupColumn) = (down / side, right / side)
        let top = block.tops[groupRow * block.groupsAcross + groupColumn]
        guard top.isFinite else { return nil }
        let (upper, lower) = (down * block.columns + right, (down + 1) * block.columns + right)
        let corners = SIMD4(
            block.heights[upper], block.heights[upper + 1], block.heights[lower], block.heights[lower + 1])
        return Group(
            row: row - down % side, column: column - right % side,
            rows: min(side, block.rows - 1 - groupRow * side),
            columns: min(side, block.columns - 1 - groupColumn * side), top: Double(top), corners: SIMD4(corners))
    }

    private static func ahead(_ value: Double, _ speed: Double) -> Double {
        speed > 0 ? value + 1e-9 : speed < 0 ? value - 1e-9 : value
    }

    /// How far it is, in shares of the segment, until a coordinate leaves `size` cells from `cell` on.
    private static func leave(_ value: Double, _ speed: Double, _ cell: Int, _ size: Int) -> Double {
        if speed > 0 { return (Double(cell + size) - value) / speed }
        return speed < 0 ? (Double(cell) - value) / speed : .infinity
    }

    /// How far it is until a coordinate comes between two bounds; 0 when it is, infinite when it never does.
    private static func reach(_ value: Double, _ speed: Double, _ low: Double, _ high: Double) -> Double {
        if value < low { return speed > 0 ? (low - value) / speed : .infinity }
        if value >= high { return speed < 0 ? (high - value) / speed : .infinity }
        return 0
    }

    /// Where the segment leaves the eighth of a degree that the candidates hold for.
    private func binEnd(_ latitude: Double, _ longitude: Double, _ segment: RaySegment, _ origin: Double) -> Double {
        let (y, x) = (latitude * 8, longitude.wrappedLongitude * 8)
        // Tiles are listed a step beyond their edges: a few centimetres past one of a bin's are no loss.
        return origin
            + max(
                min(
                    Self.leave(y, segment.north * 8, Int(y.rounded(.down)), 1),
                    Self.leave(x, segment.east * 8, Int(x.rounded(.down)), 1)), 0.05 / segment.length)
    }
}
