import Geodesy
import Inspection

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// By how much all that a picture shows lies elsewhere. In closed form: it is asked of every place in it.
extension ErrorPropagation {
    /// One sigma of everything but the box: nobody drew one around a place.
    func footprintSigmas(_ rotation: Rotation) -> Deviation {
        var sigmas = sigmas(rotation, range: nil).whole
        sigmas[.pixelU] = 0
        sigmas[.pixelV] = 0
        return sigmas
    }

    /// What the angles' errors bend the ellipse by, as a share of it, from which it says nothing of the radius any more.
    private static let bendLimit = 0.25

    /// The ellipse, and the radius that holds with probability 0.9 what the pixel truly shows, metres: never below what
    /// ``error(of:rotation:range:)`` counts out, by as much as the errors may bend the ellipse above it. Nil where they
    /// bend it too much to say.
    static func footprint(of line: SightLine, sigmas: Deviation) -> (ellipse: ErrorEllipse, ce90: Double)? {
        guard let (covariance, bend) = line.spread(sigmas), bend <= bendLimit,
            let ellipse = ErrorEllipse(covariance)
        else { return nil }
        let radius = ellipse.ce90 * (1 + bend)
        return radius.isFinite ? (ellipse, radius) : nil
    }
}

extension SightLine {
    /// Covariance of the place met for small errors, and the share of it by which the errors of angles bend what they
    /// move. Nil for a ray that grazes the ground.
    func spread(_ sigmas: Deviation) -> (covariance: Covariance, bend: Double)? {
        guard let normal else { return nil }
        let base = Vector(1, x, y)
        let direction = rotation * base
        let fall = normal.dot(direction)
        guard fall < -1e-4 * direction.length else { return nil }
        let distance = normal.dot(target) / fall
        guard distance > 0 else { return nil }
        var covariance = Covariance.zero
        /// Moves the end of the ray aside, and along it back to the ground.
        func add(_ moved: Vector) {
            let onGround = moved - (normal.dot(moved) / fall) * direction
            covariance += .along(north: onGround.dot(north), east: onGround.dot(east))
        }
        func turn(_ axis: Vector) -> Vector { distance * (rotation * Self.cross(axis, base)) }
        let degree = Double.pi / 180
        add(Vector(sigmas[.north], 0, 0))
        add(Vector(0, sigmas[.east], 0))
        add(Vector(0, 0, sigmas[.height]))
        add(sigmas[.ground] * up)
        add(turn(Vector(sigmas[.roll] * degree, 0, 0)))
        add(turn(Vector(0, sigmas[.pitch] * degree, 0)))
        add(turn(Vector(0, 0, sigmas[.tilt] * degree)))
        add(distance * Self.cross(Vector(0, 0, sigmas[.yaw] * degree), direction))
        if sigmas[.time] > 0 { add(sigmas[.time] * (motion.velocity + turn(motion.turn * degree))) }
        if sigmas[.focal] > 0 { add(distance * (sigmas[.focal] / 100) * (rotation * Vector(0, x, y))) }
        if sigmas[.principalU] > 0 { add(distance * sigmas[.principalU] * xPerPixel * (rotation * Vector(0, 1, 0))) }
        if sigmas[.principalV] > 0 { add(distance * sigmas[.principalV] * yPerPixel * (rotation * Vector(0, 0, 1))) }
        let tilts =
            Vector(sigmas[.roll], sigmas[.pitch], sigmas[.tilt]).length + sigmas[.time] * motion.turn.length
        let incidence = -fall / direction.length
        let flatness = max(max(1 - incidence * incidence, 0).squareRoot() / incidence, 0.5)
        return (covariance, degree * (tilts * flatness + sigmas[.yaw] / 2))
    }
}
