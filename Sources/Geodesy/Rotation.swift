#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A rotation of three axes: turns components in a body's axes into components in the frame that the body is held in.
public struct Rotation: Sendable, Hashable {
    /// Rows of the matrix.
    public let rows: (Vector, Vector, Vector)

    init(rows: (Vector, Vector, Vector)) { self.rows = rows }

    public static let identity = Rotation(rows: (Vector(1, 0, 0), Vector(0, 1, 0), Vector(0, 0, 1)))

    /// Body (forward, right, down) to north-east-down: Rz(yaw) Ry(pitch) Rx(roll).
    public init(_ attitude: Attitude) {
        self = .aboutDown(attitude.yaw) * .aboutRight(attitude.pitch) * .aboutForward(attitude.roll)
    }

    /// From a quaternion (w, x, y, z) of body to frame, of any length but zero; nil when it is zero or not finite.
    public init?(w: Double, x: Double, y: Double, z: Double) {
        let square = w * w + x * x + y * y + z * z
        guard square.isFinite, square > 0 else { return nil }
        let s = 2 / square
        self.init(
            rows: (
                Vector(1 - s * (y * y + z * z), s * (x * y - w * z), s * (x * z + w * y)),
                Vector(s * (x * y + w * z), 1 - s * (x * x + z * z), s * (y * z - w * x)),
                Vector(s * (x * z - w * y), s * (y * z + w * x), 1 - s * (x * x + y * y))
            ))
    }

    /// Degrees; the forward axis turns right.
    public static func aboutDown(_ angle: Double) -> Rotation {
        let (s, c) = sineCosine(degrees: angle)
        return Rotation(rows: (Vector(c, -s, 0), Vector(s, c, 0), Vector(0, 0, 1)))
    }

    /// Degrees; the forward axis turns up.
    public static func aboutRight(_ angle: Double) -> Rotation {
        let (s, c) = sineCosine(degrees: angle)
        return Rotation(rows: (Vector(c, 0, s), Vector(0, 1, 0), Vector(-s, 0, c)))
    }

    /// Degrees; the right axis turns down.
    public static func aboutForward(_ angle: Double) -> Rotation {
        let (s, c) = sineCosine(degrees: angle)
        return Rotation(rows: (Vector(1, 0, 0), Vector(0, c, -s), Vector(0, s, c)))
    }

    public var transposed: Rotation {
        let (a, b, c) = rows
        return Rotation(rows: (Vector(a.x, b.x, c.x), Vector(a.y, b.y, c.y), Vector(a.z, b.z, c.z)))
    }

    /// First `inner`, then `outer`: of airframe and gimbal, `airframe * gimbal`.
    public static func * (outer: Rotation, inner: Rotation) -> Rotation {
        let columns = inner.transposed.rows
        func row(_ r: Vector) -> Vector { Vector(r.dot(columns.0), r.dot(columns.1), r.dot(columns.2)) }
        return Rotation(rows: (row(outer.rows.0), row(outer.rows.1), row(outer.rows.2)))
    }

    public static func * (rotation: Rotation, vector: Vector) -> Vector {
        Vector(rotation.rows.0.dot(vector), rotation.rows.1.dot(vector), rotation.rows.2.dot(vector))
    }

    /// The Z-Y-X angles of this rotation. At pitch ±90 yaw and roll turn about one axis: all of it is given as yaw.
    public var attitude: Attitude {
        let sine = min(max(-rows.2.x, -1), 1)
        if abs(sine) > 1 - 1e-12 {
            let yaw = atan2(-rows.0.y, rows.1.y).degrees
            return Attitude(yaw: yaw.wrappedAzimuth, pitch: sine < 0 ? -90 : 90, roll: 0)
        }
        return Attitude(
            yaw: atan2(rows.1.x, rows.0.x).degrees.wrappedAzimuth, pitch: asin(sine).degrees,
            roll: atan2(rows.2.y, rows.2.z).degrees)
    }

    public static func == (a: Rotation, b: Rotation) -> Bool { a.rows == b.rows }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(rows.0)
        hasher.combine(rows.1)
        hasher.combine(rows.2)
    }
}
