#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension Rotation {
    /// The turn as one about a fixed axis: its direction the axis, its length the angle in degrees, 0..<180. Zero for a
    /// half turn, which goes either way.
    public var vector: Vector {
        let (a, b, c) = rows
        let axis = Vector(c.y - b.z, a.z - c.x, b.x - a.y)
        let sine = axis.length / 2
        // What is no rotation has no vector either.
        if sine <= 1e-12 { return Vector(0, 0, 0) }
        let angle = atan2(sine, (a.x + b.y + c.z - 1) / 2)
        return axis * (angle.degrees / (2 * sine))
    }
}
