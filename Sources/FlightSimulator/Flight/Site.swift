import Geodesy

/// The flat ground of a scenario: metres north and east of its origin, on a surface of one height above the ellipsoid.
/// What is drawn and projected is held in the east-north-up axes of the origin, where that surface falls away by the
/// earth's curve (7 mm at 300 m).
struct Site: Sendable {
    /// Metres above the ellipsoid.
    let groundHeight: Double
    let frame: LocalFrame

    init(_ origin: Scenario.Origin) {
        groundHeight = origin.groundHeight
        frame = LocalFrame(
            at: GeodeticPoint(latitude: origin.latitude, longitude: origin.longitude, height: origin.groundHeight))
    }

    /// The point over a place of the tangent plane, `above` metres over the ground.
    func point(north: Double, east: Double, above: Double) -> GeodeticPoint {
        var point = GeodeticPoint(ecef: frame.center + frame.ecef(ned: Vector(north, east, 0)))
        point.height = groundHeight + above
        return point
    }

    /// East, north, up.
    func local(_ point: GeodeticPoint) -> Vector { frame.enu(of: point) }

    /// East, north, up of a direction in earth-centred axes.
    func local(direction: Vector) -> Vector {
        let ned = frame.ned(ecef: direction)
        return Vector(ned.y, ned.x, -ned.z)
    }
}
