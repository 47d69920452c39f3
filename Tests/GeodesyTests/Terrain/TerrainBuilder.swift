@testable import Geodesy

/// Terrain for the tests, from formulas.
enum TerrainBuilder {
    static func reader(_ bytes: [UInt8]) -> ByteRangeReader {
        { offset, count in
            guard offset >= 0, count >= 0 else { return nil }
            guard offset < bytes.count else { return [] }
            return Array(bytes[offset..<min(offset + count, bytes.count)])
        }
    }

    /// Heights on a grid of nodes.
    static func heights(
        north: Double, west: Double, step: Double, rows: Int, columns: Int, _ height: (Double, Double) -> Double
    ) -> [[Double]] {
        (0..<rows).map { row in
            (0..<columns).map { height(north - Double(row) * step, west + Double($0) * step) }
        }
    }

    static func tile(
        _ name: String, north: Double, west: Double, step: Double, rows: Int, columns: Int,
        _ height: (Double, Double) -> Double
    ) throws -> ElevationTile {
        var builder = TIFFBuilder()
        builder.sample = .float64
        builder.tile = (32, 16)
        builder.void = "-9999"
        (builder.north, builder.west, builder.step) = (north, west, step)
        let bytes = builder.file(
            heights(north: north, west: west, step: step, rows: rows, columns: columns, height))
        return try ElevationTile(geoTIFF: name, read: reader(bytes))
    }

    static func mosaic(_ tiles: ElevationTile...) -> TerrainMosaic {
        TerrainMosaic(tiles: tiles, datum: .ellipsoid, error: 4)
    }

    static func ray(_ sensor: GeodeticPoint, azimuth: Double, elevation: Double) throws -> Ray? {
        let frame = LocalFrame(at: sensor)
        let axis = Rotation(Attitude(yaw: azimuth, pitch: elevation, roll: 0)) * Vector(1, 0, 0)
        return Ray(origin: frame.center, direction: frame.ecef(ned: axis))
    }

    /// The first meeting by small steps and halving.
    static func march(_ ray: Ray, over terrain: TerrainMosaic, limit: Double, step: Double = 0.1) -> Double? {
        var cursor = TerrainCursor(terrain)
        func isUnder(_ distance: Double) -> Bool {
            let point = GeodeticPoint(ecef: ray.point(at: distance))
            guard let ground = cursor.height(latitude: point.latitude, longitude: point.longitude) else { return false }
            return point.height <= ground
        }
        var distance = 0.0
        while distance < limit {
            var (low, high) = (distance, distance + step)
            if isUnder(high) {
                for _ in 0..<30 {
                    let middle = (low + high) / 2
                    if isUnder(middle) { high = middle } else { low = middle }
                }
                return high
            }
            distance += step
        }
        return nil
    }
}
