/// Unions with other coverages, and what of one lies in an area.
extension Coverage {
    /// Covers what `other` covers. Of two widths of cells the wider stays; where the grids are not one, cells are taken by
    /// their middles.
    public mutating func formUnion(_ other: Coverage) {
        var other = other
        while grid.exponent < other.grid.exponent, coarsen() {}
        while other.grid.exponent < grid.exponent, other.coarsen() {}
        if grid.isNested(with: other.grid) {
            for (tile, place) in other.places {
                for row in 0..<Self.side { set(other.words[place * Self.side + row], of: tile, row: row) }
            }
        } else {
            addRuns(of: other)
        }
        fit()
    }

    /// Each run of the other's cells is a rectangle here too; so are all the rows that one of its rows holds the middles of.
    private mutating func addRuns(of other: Coverage) {
        let here = CoverageGrid.Scale(grid)
        let there = CoverageGrid.Scale(other.grid)
        func first(_ edge: Double) -> Int { Int((edge - 0.5).rounded(.up)) }
        for (tile, place) in other.places {
            for row in 0..<Self.side {
                let word = other.words[place * Self.side + row]
                guard word != 0 else { continue }
                let south = Double(tile.y * Self.side + row)
                let rows = first(here.row(there.latitude(south)))..<first(here.row(there.latitude(south + 1)))
                for run in Self.runs(of: word) {
                    let west = there.longitude(Double(tile.x * Self.side + run.lowerBound))
                    let start = here.column(west)
                    let width = Double(run.count) / there.columnsPerDegree * here.columnsPerDegree
                    for row in rows { cover(row, first(start), first(start + width)) }
                }
            }
        }
    }

    /// Places of the ones of a word that follow each other.
    static func runs(of word: UInt64) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start = 0
        while start < 64 {
            let rest = word >> UInt64(start)
            guard rest != 0 else { break }
            start += rest.trailingZeroBitCount
            let length = (~(word >> UInt64(start))).trailingZeroBitCount
            let end = min(start + length, 64)
            runs.append(start..<end)
            start = end
        }
        return runs
    }

    /// What of it lies in the areas and discs of a shape; its lines hold nothing.
    public func intersection(_ shape: GroundShape) -> Coverage {
        var common = Coverage(grid: grid, limit: limit)
        guard let box, box.intersects(shape.box) else { return common }
        var tilesOfRow: [Int: [(x: Int, place: Int)]] = [:]
        for (tile, place) in places { tilesOfRow[tile.y, default: []].append((tile.x, place)) }
        for y in tilesOfRow.keys { tilesOfRow[y]?.sort { $0.x < $1.x } }
        guard let low = tilesOfRow.keys.min(), let high = tilesOfRow.keys.max() else { return common }
        let rows = low * Self.side...high * Self.side + 63
        let scale = CoverageGrid.Scale(grid)
        for outline in shape.outlines where outline.box.intersects(box) {
            let west = scale.column(outline.box.west)
            let turn = 360 * scale.columnsPerDegree
            // The area may reach round to the grid's other side.
            let isWrapped = west + outline.box.width * scale.columnsPerDegree > turn / 2
            for shift in isWrapped ? [0, -turn] : [0] {
                guard let scan = outline.scan(scale, west: west + shift) else { continue }
                scan.runs(.evenOdd, rows: rows) { row, from, to in
                    guard let tiles = tilesOfRow[row >> 6] else { return }
                    for tile in tiles where tile.x >= from >> 6 && tile.x <= (to - 1) >> 6 {
                        let mask = Self.mask(from - tile.x * Self.side, to - tile.x * Self.side)
                        common.set(
                            mask & words[tile.place * Self.side + (row & 63)], of: Tile(x: tile.x, y: row >> 6),
                            row: row & 63)
                    }
                }
            }
        }
        return common
    }
}
