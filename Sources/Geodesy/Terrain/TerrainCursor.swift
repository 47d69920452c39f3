/// Reads the surface of a mosaic, remembering what it last looked at. Belongs to one thread.
struct TerrainCursor {
    let mosaic: TerrainMosaic
    /// Tiles near the place last looked at, the finest first.
    private(set) var candidates: [Int] = []
    private var bin = -1
    private var recent: [(tile: Int, index: Int, block: ElevationBlock?)] = []
    private var oldest = 0

    private static let remembered = 4

    init(_ mosaic: TerrainMosaic) { self.mosaic = mosaic }

    /// Turns to a place: what follows is asked near it.
    mutating func turn(latitude: Double, longitude: Double) {
        let next = TilePlaces.bin(latitude: latitude, longitude: longitude)
        guard next != bin else { return }
        (bin, candidates) = mosaic.candidates(latitude: latitude, longitude: longitude)
    }

    mutating func height(latitude: Double, longitude: Double) -> Double? {
        turn(latitude: latitude, longitude: longitude)
        for tile in candidates {
            let grid = mosaic.tiles[tile].grid
            let (y, x) = (grid.row(latitude), grid.column(longitude))
            guard y >= -1, y < Double(grid.rows), x >= -1, x < Double(grid.columns) else { continue }
            let (row, column) = (Int(y.rounded(.down)), Int(x.rounded(.down)))
            if let height = Self.bilinear(
                x - Double(column), y - Double(row),
                { down, right in node(tile, row: row + down, column: column + right) })
            {
                return height
            }
        }
        return nil
    }

    /// Between four corners, those that do not count left alone.
    private static func bilinear(_ x: Double, _ y: Double, _ corner: (Int, Int) -> Double?) -> Double? {
        var (sum, whole) = (0.0, 0.0)
        for (down, right, share) in [
            (0, 0, (1 - x) * (1 - y)), (0, 1, x * (1 - y)), (1, 0, (1 - x) * y), (1, 1, x * y),
        ] where share > 1e-9 {
            guard let height = corner(down, right) else { return nil }
            sum += share * height
            whole += share
        }
        return sum / whole
    }

    /// The block that holds a node of a tile, and where the node stands in it. The node must be one of the tile's.
    mutating func block(_ tile: Int, row: Int, column: Int) -> (block: ElevationBlock, row: Int, column: Int)? {
        let file = mosaic.tiles[tile]
        let index = file.block(row: row, column: column)
        let block: ElevationBlock?
        if let found = recent.first(where: { $0.tile == tile && $0.index == index }) {
            block = found.block
        } else {
            block = mosaic.block(tile, index)
            if recent.count < Self.remembered {
                recent.append((tile, index, block))
            } else {
                recent[oldest] = (tile, index, block)
                oldest = (oldest + 1) % Self.remembered
            }
        }
        guard let block else { return nil }
        let (down, right) = (row % file.layout.height, column % file.layout.width)
        guard down < block.rows, right < block.columns else { return nil }
        return (block, down, right)
    }

    private mutating func sample(_ tile: Int, row: Int, column: Int) -> Double? {
        guard let (block, down, right) = block(tile, row: row, column: column) else { return nil }
        let height = block.heights[down * block.columns + right]
        return height.isFinite ? Double(height) : nil
    }

    /// The height at a node of a tile's lattice, on the tile or beside it: of the first tile on that lattice that knows it,
    /// else of the surface of another. The same for every tile that asks.
    mutating func node(_ tile: Int, row: Int, column: Int) -> Double? {
        let grid = mosaic.tiles[tile].grid
        if mosaic.isAlone(tile), row > 0, column > 0, row < grid.rows - 1, column < grid.columns - 1,
            let height = sample(tile, row: row, column: column)
        {
            return height
        }
        for other in candidates {
            let offset = other == tile ? (0, 0) : grid.offset(to: mosaic.tiles[other].grid)
            guard let offset,
                let held = mosaic.tiles[other].grid.held(row: row + offset.0, column: column + offset.1)
            else { continue }
            if let height = sample(other, row: held.row, column: held.column) { return height }
        }
        let (latitude, longitude) = (grid.latitude(row: row), grid.longitude(column: column))
        for other in candidates where other != tile && grid.offset(to: mosaic.tiles[other].grid) == nil {
            if let height = own(other, latitude: latitude, longitude: longitude) { return height }
        }
        return nil
    }

    /// The surface of one tile alone.
    private mutating func own(_ tile: Int, latitude: Double, longitude: Double) -> Double? {
        let grid = mosaic.tiles[tile].grid
        let (y, x) = (grid.row(latitude), grid.column(longitude))
        guard y > -1e-6, y < Double(grid.rows), x > -1e-6, x < Double(grid.columns) else { return nil }
        let (row, column) = (Int(max(y, 0)), Int(max(x, 0)))
        return Self.bilinear(max(x, 0) - Double(column), max(y, 0) - Double(row)) { down, right in
            guard let held = grid.held(row: row + down, column: column + right) else { return nil }
            return sample(tile, row: held.row, column: held.column)
        }
    }
}
