import Geodesy

/// The ground of a scenario as an elevation tile: metres above the WGS 84 ellipsoid, sampled at the points of a grid in
/// degrees.
public struct ReliefTile: Sendable, Hashable {
    public let rows: Int
    public let columns: Int
    /// Degrees, of the sample in the north-west corner.
    public let north: Double
    public let west: Double
    /// Degrees from row to row and from column to column.
    public let latitudeStep: Double
    public let longitudeStep: Double
    /// Rows from north to south.
    public let heights: [Float]

    /// Samples along a side: bounds the file to 16 MB.
    private static let sideMax = 2000.0
    /// Metres around all that is flown over or lies there.
    private static let margin = 600.0

    init(_ relief: Scenario.Relief, scenarios: [Scenario], site: Site) {
        var (low, high) = ((north: 0.0, east: 0.0), (north: 0.0, east: 0.0))
        func include(_ north: Double, _ east: Double, _ around: Double) {
            low = (min(low.north, north - around), min(low.east, east - around))
            high = (max(high.north, north + around), max(high.east, east + around))
        }
        for scenario in scenarios {
            for point in scenario.path { include(point.north, point.east, Self.margin + point.aboveGround) }
            for object in scenario.objects { include(object.north, object.east, Self.margin) }
        }
        for hill in relief.hills { include(hill.north, hill.east, max(hill.width, hill.length) * 1.5) }
        let (tall, wide) = (high.north - low.north, high.east - low.east)
        let spacing = max(relief.tileSpacing, max(tall, wide) / Self.sideMax)
        rows = Int((tall / spacing).rounded(.up)) + 1
        columns = Int((wide / spacing).rounded(.up)) + 1
        let origin = site.frame.origin
        let scale = WGS84.metersPerDegree(latitude: origin.latitude, height: origin.height)
        (latitudeStep, longitudeStep) = (spacing / scale.north, spacing / max(scale.east, 1))
        north = origin.latitude + high.north / scale.north
        west = origin.longitude + low.east / max(scale.east, 1)
        var heights: [Float] = []
        heights.reserveCapacity(rows * columns)
        for row in 0..<rows {
            for column in 0..<columns {
                let place = site.local(
                    GeodeticPoint(
                        latitude: north - Double(row) * latitudeStep, longitude: west + Double(column) * longitudeStep,
                        height: site.groundHeight))
                heights.append(Float(site.groundHeight + site.rise(north: place.y, east: place.x)))
            }
        }
        self.heights = heights
    }

    /// A GeoTIFF of one strip, samples as they are. Source: TIFF 6.0, OGC GeoTIFF 1.1.
    public func geoTIFF() -> [UInt8] {
        var file = TIFFFile()
        file.add(256, .long, [columns])
        file.add(257, .long, [rows])
        file.add(258, .short, [32])
        file.add(259, .short, [1])
        file.add(262, .short, [1])
        file.add(277, .short, [1])
        file.add(278, .long, [rows])
        file.add(339, .short, [3])
        file.add(33_550, doubles: [longitudeStep, latitudeStep, 0])
        file.add(33_922, doubles: [0, 0, 0, west, north, 0])
        // Geographic, samples at points, WGS 84 with height above its ellipsoid, degrees.
        file.add(34_735, .short, [1, 1, 1, 4, 1024, 0, 1, 2, 1025, 0, 1, 2, 2048, 0, 1, 4979, 2054, 0, 1, 9102])
        let strip = heights.flatMap { sample in
            (0..<4).map { UInt8(truncatingIfNeeded: sample.bitPattern >> (8 * $0)) }
        }
        return file.bytes(strip: strip)
    }
}
