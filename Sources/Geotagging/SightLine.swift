import Geodesy
import Inspection

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A pixel's ray and what it met, as a function of the errors in it. All in the sensor's own north-east-down frame; the
/// ground is a plane through the point met, which costs centimetres within the errors, the earth's curve included.
struct SightLine: Sendable {
    enum Surface: Sendable {
        /// Metres that the ground rises per metre north and east.
        case ground(north: Double, east: Double)
        /// The point is where a measured range ends, metres.
        case range(Double)
    }

    let rotation: Rotation
    /// Right and down of the optical axis per metre along it, and for one pixel.
    let (x, y): (Double, Double)
    let (xPerPixel, yPerPixel): (Double, Double)
    let motion: CameraMotion
    let target: Vector
    /// At the target.
    let (north, east, up): (Vector, Vector, Vector)
    /// Upright on the ground; nil for a measured range.
    let normal: Vector?
    private let range: Double

    private static let still = CameraMotion(velocity: Vector(0, 0, 0), turn: Vector(0, 0, 0))

    /// Nil for a pixel that has no direction.
    init?(_ projector: Projector, _ pixel: Pixel, to point: GeodeticPoint, on surface: Surface, motion: CameraMotion?) {
        guard let axis = projector.camera.direction(to: pixel), axis.x > 1e-6 else { return nil }
        rotation = projector.rotation
        (x, y) = (axis.y / axis.x, axis.z / axis.x)
        (xPerPixel, yPerPixel) = (1 / projector.camera.focalX, 1 / projector.camera.focalY)
        self.motion = motion ?? Self.still
        target = projector.frame.ned(of: point)
        let there = LocalFrame(at: point)
        north = projector.frame.ned(ecef: there.north)
        east = projector.frame.ned(ecef: there.east)
        up = projector.frame.ned(ecef: there.up)
        switch surface {
        case .ground(let risesNorth, let risesEast):
            normal = (up - risesNorth * north - risesEast * east).unit
            range = 0
        case .range(let meters):
            normal = nil
            range = meters
        }
    }

    /// To a place on the ground whose line from the camera, earth-centred, and local frame are known. `axis`: the direction of
    /// its pixel, per metre along the optical axis.
    init(
        _ projector: Projector, axis: Vector, line: Vector, at there: LocalFrame,
        rises slope: (north: Double, east: Double),
        motion: CameraMotion?
    ) {
        rotation = projector.rotation
        (x, y) = (axis.y, axis.z)
        (xPerPixel, yPerPixel) = (1 / projector.camera.focalX, 1 / projector.camera.focalY)
        self.motion = motion ?? Self.still
        target = projector.frame.ned(ecef: line)
        north = projector.frame.ned(ecef: there.north)
        east = projector.frame.ned(ecef: there.east)
        up = projector.frame.ned(ecef: there.up)
        normal = (up - slope.north * north - slope.east * east).unit
        range = 0
    }

    /// Metres north and east from the point met to where the ray ends when everything is off by `e`; nil when it does
    /// not meet the ground any more.
    func offset(_ e: Deviation) -> SIMD2<Double>? {
        let scale = 1 + e[.focal] / 100
        guard scale > 0.01 else { return nil }
        var direction = Vector(
            1, (x + (e[.principalU] + e[.pixelU]) * xPerPixel) / scale,
            (y + (e[.principalV] + e[.pixelV]) * yPerPixel) / scale)
        let time = e[.time]
        let turn = Vector(e[.roll], e[.pitch], e[.tilt]) + motion.turn * time
        direction = rotation * Self.turned(direction, by: turn)
        direction = Self.turned(direction, by: Vector(0, 0, e[.yaw]))
        let origin = Vector(e[.north], e[.east], -e[.height]) + motion.velocity * time
        let end: Vector
        if let normal {
            let fall = normal.dot(direction)
            // A ray that grazes the ground meets it anywhere.
            guard fall < -1e-4 * direction.length else { return nil }
            let distance = normal.dot(target + e[.ground] * up - origin) / fall
            guard distance > 0 else { return nil }
            end = origin + distance * direction
        } else {
            end = origin + ((range + e[.ground]) / direction.length) * direction
        }
        let moved = end - target
        return SIMD2(moved.dot(north), moved.dot(east))
    }

    /// The sine of the angle at which the ray meets the ground, 0…1.
    var incidence: Double {
        guard let normal, let line = target.unit else { return 1 }
        return max(-normal.dot(line), 0)
    }

    /// By a rotation vector, degrees (Rodrigues' formula).
    private static func turned(_ v: Vector, by turn: Vector) -> Vector {
        let angle = turn.length * .pi / 180
        guard angle > 1e-12 else { return v }
        let axis = turn / turn.length
        let (s, c) = (sin(angle), cos(angle))
        return v * c + cross(axis, v) * s + axis * (axis.dot(v) * (1 - c))
    }

    static func cross(_ a: Vector, _ b: Vector) -> Vector {
        Vector(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
    }
}
