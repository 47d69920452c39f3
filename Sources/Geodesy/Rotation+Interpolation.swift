#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension Rotation {
    /// The rotation at `fraction` (0…1, or somewhat beyond) of the shortest way to `other`: about one axis, at one rate. Of
    /// two that are half a turn apart, the nearer, since the way is not known.
    public func turned(towards other: Rotation, _ fraction: Double) -> Rotation {
        let way = transposed * other
        let (a, b, c) = way.rows
        let turn = Vector(c.y - b.z, a.z - c.x, b.x - a.y) / 2
        let angle = atan2(turn.length, (a.x + b.y + c.z - 1) / 2)
        guard angle < .pi - 1e-6, let axis = turn.unit else { return fraction < 0.5 ? self : other }
        let half = angle * fraction / 2
        let part = axis * sin(half)
        return Rotation(w: cos(half), x: part.x, y: part.y, z: part.z).map { self * $0 } ?? self
    }
}
