#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The edges of an area with its holes, or of a disc.
struct AreaOutline {
    var box: BoundingBox
    var edges: [EdgeTable.Edge]

    /// On a grid, the box's western edge at a column.
    func scan(_ scale: CoverageGrid.Scale, west: Double) -> CellScan? {
        var scan = CellScan()
        func column(_ longitude: Double) -> Double {
            let east = (longitude - box.west).wrappedLongitude
            return west + (east < -1e-9 ? east + 360 : east) * scale.columnsPerDegree
        }
        for edge in edges {
            let start = column(edge.start.longitude)
            let end = start + (edge.end.longitude - edge.start.longitude).wrappedLongitude * scale.columnsPerDegree
            guard scan.add((edge.start.latitude, start), (edge.end.latitude, end), scale) else { return nil }
        }
        return scan
    }
}

extension AreaOutline {
    private static let corners = 72

    /// Nil for a disc without size.
    init?(_ disc: GroundShape.Disc) {
        guard disc.radius > 0, disc.radius < 1_000_000 else { return nil }
        let turn = 2 * Double.pi / Double(Self.corners)
        // A polygon inscribed is smaller than the disc.
        let radius = disc.radius * (turn / sin(turn)).squareRoot()
        let ring = (0..<Self.corners).map { index in
            let angle = Double(index) * turn
            return disc.center.moved(north: radius * cos(angle), east: radius * sin(angle))
        }
        guard let box = BoundingBox(around: ring) else { return nil }
        self.box = box
        edges = ring.indices.map { EdgeTable.Edge(start: ring[$0], end: ring[($0 + 1) % ring.count]) }
    }
}
