/// A half line from a point, in earth-centred coordinates.
public struct Ray: Sendable, Hashable {
    /// Metres.
    public let origin: Vector
    /// Length one.
    public let direction: Vector

    /// Nil when the direction has no length or anything is not finite.
    public init?(origin: Vector, direction: Vector) {
        guard origin.isFinite, let unit = direction.unit else { return nil }
        self.origin = origin
        self.direction = unit
    }

    public func point(at distance: Double) -> Vector { origin + distance * direction }

    /// Metres along the ray to where it first comes down to `height` above the ellipsoid; nil when it never does, or
    /// when it begins below. Closed form on the ellipsoid inflated by `height`, then two Newton rounds on the true
    /// height (the inflated ellipsoid is not quite a surface of constant height).
    public func distance(toHeight height: Double) -> Double? {
        guard height.isFinite, height > -1_000_000 else { return nil }
        let a = WGS84.semiMajorAxis + height
        let axes = Vector(a, a, WGS84.semiMinorAxis + height)
        let p = origin / axes
        let q = direction / axes
        let along = p.dot(q)
        let square = q.dot(q)
        let outside = p.dot(p) - 1
        let discriminant = along * along - square * outside
        guard outside > 0, discriminant >= 0, along < 0 else { return nil }
        var distance = outside / (-along + discriminant.squareRoot())
        for _ in 0..<2 {
            let point = GeodeticPoint(ecef: point(at: distance))
            let descent = direction.dot(LocalFrame(at: point).up)
            guard descent < -1e-9 else { break }
            distance -= (point.height - height) / descent
        }
        guard distance.isFinite, distance > 0 else { return nil }
        return distance
    }
}
