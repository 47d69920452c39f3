/// The local north-east-down axes at a point, as unit vectors in earth-centred coordinates.
public struct LocalFrame: Sendable, Hashable {
    public let origin: GeodeticPoint
    /// Earth-centred coordinates of the origin, metres.
    public let center: Vector
    public let north: Vector
    public let east: Vector
    public let down: Vector

    public init(at origin: GeodeticPoint) {
        let (sinLatitude, cosLatitude) = sineCosine(degrees: origin.latitude)
        let (sinLongitude, cosLongitude) = sineCosine(degrees: origin.longitude)
        self.origin = origin
        center = origin.ecef
        north = Vector(-sinLatitude * cosLongitude, -sinLatitude * sinLongitude, cosLatitude)
        east = Vector(-sinLongitude, cosLongitude, 0)
        down = Vector(-cosLatitude * cosLongitude, -cosLatitude * sinLongitude, -sinLatitude)
    }

    public var up: Vector { -down }

    /// A vector of north, east and down components, in earth-centred axes.
    public func ecef(ned vector: Vector) -> Vector { vector.x * north + vector.y * east + vector.z * down }

    /// A vector of earth-centred components, in north, east and down.
    public func ned(ecef vector: Vector) -> Vector { Vector(vector.dot(north), vector.dot(east), vector.dot(down)) }

    /// Where `point` lies from the origin, metres north, east and down of the tangent plane.
    public func ned(of point: GeodeticPoint) -> Vector { ned(ecef: point.ecef - center) }

    /// Where `point` lies from the origin, metres east, north and up of the tangent plane.
    public func enu(of point: GeodeticPoint) -> Vector {
        let ned = ned(of: point)
        return Vector(ned.y, ned.x, -ned.z)
    }
}
