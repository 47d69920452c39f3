extension GroundShape {
    /// Square metres of the ellipsoid, of its areas with their holes taken off and of its discs; to a ten-thousandth. What
    /// two of its areas share counts twice.
    public var area: Double { outlines.reduce(0) { $0 + $1.area } }
}

extension AreaOutline {
    /// Rows that it is cut into.
    private static let rows = 1024.0

    /// Square metres of the ellipsoid, to a ten-thousandth.
    var area: Double {
        let middle = GeodeticPoint(
            latitude: min(max((box.south + box.north) / 2, -85), 85), longitude: box.west, height: 0)
        let height = (box.north - box.south) * 111_000
        guard let grid = CoverageGrid(around: middle, cell: max(height / Self.rows, 0.07)) else { return 0 }
        let scale = CoverageGrid.Scale(grid)
        guard let scan = scan(scale, west: scale.column(box.west)) else { return 0 }
        return scan.area * grid.cellArea
    }
}
