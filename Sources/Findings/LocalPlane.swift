import Geodesy

/// A flight's own plane: metres north and east of its first position, by the metres per degree there. Neighbours 30 km
/// from the origin are misjudged by less than half a percent of the distance between them.
struct LocalPlane: Sendable {
    let origin: GeodeticPoint
    private let scale: (north: Double, east: Double)

    /// Nil within a few metres of a pole.
    init?(origin: GeodeticPoint) {
        scale = WGS84.metersPerDegree(latitude: origin.latitude)
        guard origin.isOnGlobe, scale.east > 1 else { return nil }
        self.origin = origin
    }

    func place(of point: GeodeticPoint) -> Place {
        var turn = point.longitude - origin.longitude
        if turn > 180 { turn -= 360 }
        if turn < -180 { turn += 360 }
        return Place(north: (point.latitude - origin.latitude) * scale.north, east: turn * scale.east)
    }

    func point(at place: Place, height: Double) -> GeodeticPoint {
        var longitude = origin.longitude + place.east / scale.east
        if longitude >= 180 { longitude -= 360 }
        if longitude < -180 { longitude += 360 }
        return GeodeticPoint(
            latitude: min(max(origin.latitude + place.north / scale.north, -90), 90), longitude: longitude,
            height: height)
    }
}

/// Metres on a ``LocalPlane``.
struct Place: Sendable, Hashable {
    var north: Double
    var east: Double

    func distance(to other: Place) -> Double {
        let (n, e) = (north - other.north, east - other.east)
        return (n * n + e * e).squareRoot()
    }

    /// Moved by what its `slope`, metres a second, makes of a time.
    mutating func correct(_ slope: SIMD2<Double>, _ offset: Double) {
        let moved = TimingEstimate.corrected(SIMD2(north, east), slope: slope, offset: offset)
        (north, east) = (moved.x, moved.y)
    }

    /// This place moved towards `other` by a share of the way.
    func moved(towards other: Place, by share: Double) -> Place {
        Place(north: north + (other.north - north) * share, east: east + (other.east - east) * share)
    }
}
