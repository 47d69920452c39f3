/// What was seen of the ground: the union of any number of footprints as cells of an equal-area grid, one bit each. A cell
/// is covered when a footprint holds its middle, so that edges are off by half a cell at most and the area by next to
/// nothing. Bounded: where it grows beyond its limit its cells become twice as wide.
public struct Coverage: Sendable {
    /// A square of 64 by 64 cells.
    struct Tile: Hashable, Comparable {
        var x: Int
        var y: Int

        static func < (a: Tile, b: Tile) -> Bool { (a.y, a.x) < (b.y, b.x) }
    }

    /// Cells along a side of a tile.
    static let side = 64

    public internal(set) var grid: CoverageGrid
    /// Tiles that are held at most, 512 bytes each.
    public let limit: Int
    /// Where in ``words`` a tile begins, in tiles.
    private(set) var places: [Tile: Int] = [:]
    /// A word a row of a tile, the lowest bit its western cell.
    private(set) var words: [UInt64] = []
    /// Cells covered.
    public private(set) var count = 0

    /// 2 MiB of cells: at 2 m more than a flight of four hours covers at 10 m/s and 100 m wide.
    public static let standardLimit = 4096

    public init(grid: CoverageGrid, limit: Int = standardLimit) {
        self.grid = grid
        self.limit = min(max(limit, 16), 1 << 20)
    }

    /// For footprints like `ring`: its cells are a hundredth of the footprint's width, 2 m at most.
    public init?(for ring: [GeodeticPoint], limit: Int = standardLimit) {
        guard let shape = GroundShape(areas: [[ring]]), let first = ring.first else { return nil }
        let width = shape.area.squareRoot()
        guard width > 0.1, let grid = CoverageGrid(around: first, cell: min(max(width / 96, 0.125), 2)) else {
            return nil
        }
        self.init(grid: grid, limit: limit)
    }

    public var isEmpty: Bool { count == 0 }
    /// Square metres of the ellipsoid.
    public var area: Double { Double(count) * grid.cellArea }
    /// Bytes that the cells take.
    public var bytesHeld: Int { words.count * 8 + places.count * 32 }

    /// Covers what a ring goes round; it may overlap itself. Answers the square metres that were not covered before; nil for
    /// a ring that cannot be drawn: fewer than three corners, one off the globe or near a pole, wider than 90°.
    @discardableResult
    public mutating func add(_ ring: [GeodeticPoint]) -> Double? {
        guard ring.count >= 3, ring.allSatisfy({ $0.isOnGlobe && abs($0.latitude) <= CoverageGrid.latitudeLimit }),
            let box = BoundingBox(around: ring), box.width < 90
        else { return nil }
        while true {
            guard let scan = scan(ring) else { return nil }
            let tiles = (scan.east - scan.west + 64) * (scan.north - scan.south + 64) / 4096
            if tiles > Double(limit), coarsen() { continue }
            guard tiles <= Double(limit) else { return nil }
            let before = count
            scan.runs(.nonzero, rows: Int.min / 2...Int.max / 2) { row, from, to in cover(row, from, to) }
            let gained = Double(count - before) * grid.cellArea
            fit()
            return gained
        }
    }

    private func scan(_ ring: [GeodeticPoint]) -> CellScan? {
        guard let first = ring.first else { return nil }
        let scale = CoverageGrid.Scale(grid)
        var scan = CellScan()
        let start = scale.column(first.longitude)
        var column = start
        for (index, point) in ring.enumerated() {
            let next = ring[(index + 1) % ring.count]
            // The ring ends where it began, whatever the sum of its steps.
            let farther =
                index == ring.count - 1
                ? start : column + (next.longitude - point.longitude).wrappedLongitude * scale.columnsPerDegree
            guard scan.add((point.latitude, column), (next.latitude, farther), scale) else { return nil }
            column = farther
        }
        return scan
    }

    /// Brings the tiles back within the limit.
    mutating func fit() {
        while places.count > limit, coarsen() {}
    }

    /// Covers the cells of a row from `from` to before `to`.
    mutating func cover(_ row: Int, _ from: Int, _ to: Int) {
        guard from < to else { return }
        let y = row >> 6
        for x in (from >> 6)...((to - 1) >> 6) {
            let mask = Self.mask(from - x * Self.side, to - x * Self.side)
            set(mask, of: Tile(x: x, y: y), row: row & 63)
        }
    }

    /// Bits `from`…`to` − 1 of a word, cut to it.
    static func mask(_ from: Int, _ to: Int) -> UInt64 {
        let low = min(max(from, 0), 64)
        let high = min(max(to, 0), 64)
        guard low < high else { return 0 }
        return (UInt64.max >> UInt64(64 - (high - low))) << UInt64(low)
    }

    mutating func set(_ bits: UInt64, of tile: Tile, row: Int) {
        guard bits != 0 else { return }
        let place: Int
        if let known = places[tile] {
            place = known
        } else {
            place = words.count / Self.side
            places[tile] = place
            words.append(contentsOf: repeatElement(0, count: Self.side))
        }
        let index = place * Self.side + row
        count += (bits & ~words[index]).nonzeroBitCount
        words[index] |= bits
    }

    /// The cells of one row of a tile.
    func word(_ tile: Tile, row: Int) -> UInt64 { places[tile].map { words[$0 * Self.side + row] } ?? 0 }

    /// Cells of twice the width: covered are those of which three quarters were, and of those of which half was the ones
    /// whose south-western quarter was, so that no side gains. False when they are as wide as they can be.
    @discardableResult
    mutating func coarsen() -> Bool {
        guard grid.exponent < CoverageGrid.exponents.upperBound else { return false }
        var wider = Coverage(grid: grid, limit: limit)
        wider.grid.exponent += 1
        for (tile, place) in places {
            let parent = Tile(x: tile.x >> 1, y: tile.y >> 1)
            let shift = UInt64(tile.x & 1) * 32
            for row in 0..<32 {
                let south = words[place * Self.side + 2 * row]
                let north = words[place * Self.side + 2 * row + 1]
                let bits = Self.halved(south, north)
                wider.set(bits << shift, of: parent, row: row + (tile.y & 1) * 32)
            }
        }
        self = wider
        return true
    }

    /// Two rows of 64 cells as one of 32.
    private static func halved(_ south: UInt64, _ north: UInt64) -> UInt64 {
        let even: UInt64 = 0x5555_5555_5555_5555
        let (sw, se) = (south & even, south >> 1 & even)
        let (nw, ne) = (north & even, north >> 1 & even)
        let most = (sw & se & (nw | ne)) | (nw & ne & (sw | se))
        let half = (sw & se) | (nw & ne) | ((sw | se) & (nw | ne))
        var bits = most | (half & sw)
        for (shift, mask): (UInt64, UInt64) in [
            (1, 0x3333_3333_3333_3333), (2, 0x0F0F_0F0F_0F0F_0F0F), (4, 0x00FF_00FF_00FF_00FF),
            (8, 0x0000_FFFF_0000_FFFF), (16, 0x0000_0000_FFFF_FFFF),
        ] {
            bits = (bits | bits >> shift) & mask
        }
        return bits
    }

    /// Around all tiles; nil for nothing.
    public var box: BoundingBox? {
        guard let first = places.keys.first else { return nil }
        var (low, high) = (first, first)
        for tile in places.keys {
            low = Tile(x: min(low.x, tile.x), y: min(low.y, tile.y))
            high = Tile(x: max(high.x, tile.x), y: max(high.y, tile.y))
        }
        let scale = CoverageGrid.Scale(grid)
        func edge(_ tile: Int) -> Double { Double(tile) * Double(Self.side) }
        let (west, east) = (scale.longitude(edge(low.x)), scale.longitude(edge(high.x + 1)))
        return BoundingBox(
            south: scale.latitude(edge(low.y)), north: scale.latitude(edge(high.y + 1)), west: west, width: east - west)
    }

    /// True when the cell that holds `point` is covered.
    public func contains(_ point: GeodeticPoint) -> Bool {
        guard point.isOnGlobe else { return false }
        let scale = CoverageGrid.Scale(grid)
        let column = Int(scale.column(point.longitude).rounded(.down))
        let row = Int(scale.row(point.latitude).rounded(.down))
        return word(Tile(x: column >> 6, y: row >> 6), row: row & 63) >> UInt64(column & 63) & 1 == 1
    }
}
