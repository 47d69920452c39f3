import Geodesy

/// The ground of a scenario: metres north and east of its origin, on a plain of one height above the ellipsoid and the hills
/// on it. What is drawn and projected is held in the east-north-up axes of the origin, where the plain falls away by the
/// earth's curve (7 mm at 300 m).
struct Site: Sendable {
    /// Metres above the ellipsoid, of the plain.
    let groundHeight: Double
    let frame: LocalFrame
    /// Nil where the ground is flat.
    let relief: ReliefSurface?

    init(_ scenario: Scenario) {
        let origin = scenario.origin
        groundHeight = origin.groundHeight
        frame = LocalFrame(
            at: GeodeticPoint(latitude: origin.latitude, longitude: origin.longitude, height: origin.groundHeight))
        relief = scenario.relief.map { ReliefSurface($0) }
    }

    /// Metres of the ground above the plain.
    func rise(north: Double, east: Double) -> Double { relief?.height(north: north, east: east) ?? 0 }

    /// The point over a place of the tangent plane, `above` metres over the ground.
    func point(north: Double, east: Double, above: Double) -> GeodeticPoint {
        self.point(north: north, east: east, abovePlain: above + rise(north: north, east: east))
    }

    /// The point over a place of the tangent plane, so many metres over the plain.
    func point(north: Double, east: Double, abovePlain: Double) -> GeodeticPoint {
        var point = GeodeticPoint(ecef: frame.center + frame.ecef(ned: Vector(north, east, 0)))
        point.height = groundHeight + abovePlain
        return point
    }

    /// East, north, up.
    func local(_ point: GeodeticPoint) -> Vector { frame.enu(of: point) }

    /// East, north, up of a direction in earth-centred axes.
    func local(direction: Vector) -> Vector {
        let ned = frame.ned(ecef: direction)
        return Vector(ned.y, ned.x, -ned.z)
    }

    /// Metres of a point above the ground under it.
    func clearance(_ point: GeodeticPoint) -> Double {
        let local = local(point)
        return point.height - groundHeight - rise(north: local.y, east: local.x)
    }
}
