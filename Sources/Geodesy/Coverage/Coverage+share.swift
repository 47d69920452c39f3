extension Coverage {
    /// What was seen of a shape.
    public struct Share: Sendable, Hashable {
        /// Square metres of the ellipsoid.
        public var seen: Double
        /// Square metres of the whole shape, at least as much.
        public var whole: Double
        /// 0…1.
        public var ratio: Double { whole > 0 ? min(seen / whole, 1) : 0 }
    }

    /// Lines that a small area is cut into at least, where cells of 6 cm allow it.
    private static let leastLines = 256.0
    /// From the equator to a pole: near the poles lines lie farther apart, so that they can be counted.
    private static let mostRows = 4e8

    /// How much of the areas and discs of a shape is covered. Cells that the shape's edge cuts count by what of them lies
    /// inside; both amounts are the lengths of the same lines, so that a shape all of whose cells are covered has the ratio
    /// 1. What two of its areas share counts twice in both.
    public func share(of shape: GroundShape) -> Share {
        var share = Share(seen: 0, whole: 0)
        var tilesOfRow: [Int: [(x: Int, place: Int)]] = [:]
        for (tile, place) in places { tilesOfRow[tile.y, default: []].append((tile.x, place)) }
        for y in tilesOfRow.keys { tilesOfRow[y]?.sort { $0.x < $1.x } }
        let cells = box
        for outline in shape.outlines {
            var part = Share(seen: 0, whole: 0)
            var isCounted = false
            if let cells, cells.intersects(outline.box), let low = tilesOfRow.keys.min(),
                let high = tilesOfRow.keys.max()
            {
                (part, isCounted) = self.share(of: outline, tilesOfRow, low * Self.side..<(high + 1) * Self.side)
            }
            share.seen += part.seen
            // What reaches beyond all that was seen is not seen as a whole, and may be large: its lines are not counted out.
            share.whole += isCounted ? part.whole : max(outline.area, part.seen)
        }
        return share
    }

    /// `isWhole`: all lines of the outline lie within `rows`.
    private func share(
        of outline: AreaOutline, _ tilesOfRow: [Int: [(x: Int, place: Int)]], _ rows: Range<Int>
    ) -> (share: Share, isWhole: Bool) {
        // Lines closer together than the rows of cells, each power of two of them in every row.
        var fine = grid
        let height = abs(
            CoverageGrid.Scale(grid).row(outline.box.north) - CoverageGrid.Scale(grid).row(outline.box.south))
        var lines = 1
        while height * Double(lines) < Self.leastLines, fine.exponent > CoverageGrid.exponents.lowerBound,
            CoverageGrid.Scale(fine).rowsToPole < Self.mostRows
        {
            fine.exponent -= 1
            lines *= 2
        }
        let scale = CoverageGrid.Scale(fine)
        let west = scale.column(outline.box.west)
        let turn = 360 * scale.columnsPerDegree
        // The area may reach round to the grid's other side.
        let isWrapped = west + outline.box.width * scale.columnsPerDegree > turn / 2
        let inside = rows.lowerBound * lines...rows.upperBound * lines - 1
        var (seen, whole) = (0.0, 0.0)
        var isWhole = false
        for shift in isWrapped ? [0, -turn] : [0] {
            guard let scan = outline.scan(scale, west: west + shift) else { continue }
            isWhole = scan.south >= Double(inside.lowerBound) && scan.north <= Double(inside.upperBound)
            scan.spans(.evenOdd, rows: inside) { line, from, to in
                if shift == 0 { whole += to - from }
                // Rounded down, of negative rows too.
                let row = line >> lines.trailingZeroBitCount
                guard let tiles = tilesOfRow[row >> 6] else { return }
                let (from, to) = (from / Double(lines), to / Double(lines))
                for tile in tiles where Double(tile.x * Self.side) < to && Double((tile.x + 1) * Self.side) > from {
                    seen += Self.length(
                        words[tile.place * Self.side + (row & 63)], from: from - Double(tile.x * Self.side),
                        to: to - Double(tile.x * Self.side))
                }
            }
        }
        let cell = fine.cellArea
        // A line of cells is `lines` fine cells long for each of its own.
        let covered = seen * Double(lines) * cell
        return (Share(seen: covered, whole: max(whole * cell, covered)), isWhole)
    }

    /// Of the cells of a word that lie between two places of its row.
    private static func length(_ word: UInt64, from: Double, to: Double) -> Double {
        if from <= 0, to >= 64 { return Double(word.nonzeroBitCount) }
        if word == .max { return max(min(to, 64) - max(from, 0), 0) }
        return runs(of: word).reduce(0) { sum, run in
            sum + max(min(to, Double(run.upperBound)) - max(from, Double(run.lowerBound)), 0)
        }
    }
}
