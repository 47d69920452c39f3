import Geodesy
import Inspection

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Carries the errors of a pose to the ground point that it gives.
struct ErrorPropagation: Sendable {
    var errors: PoseErrors
    /// Metres that the aircraft may have moved unseen: speed × (alignment error and pose age), one sigma.
    var drift: Double

    private static let degree = 0.01
    private static let meter = 0.5
    private static let pixel = 0.5

    /// C = J S Jᵀ with J by central differences on the projector. Yaw turns about the vertical; pitch and roll about
    /// the camera's own axes; and the sight line is never surer sideways than the gimbal's own tilt. (In yaw, pitch
    /// and roll alone a camera looking straight down has no sideways tilt at all: yaw and roll turn about one axis
    /// there.) Nil when a ray within the errors misses the ground.
    func covariance(of projector: Projector, pixel: Pixel, groundHeight: Double, point: Vector) -> Covariance? {
        let frame = LocalFrame(at: GeodeticPoint(ecef: point))
        var sum = Covariance.circular(sigma: (errors.horizontal * errors.horizontal + drift * drift).squareRoot())

        func add(_ sigma: Double, per step: Double, _ low: Vector?, _ high: Vector?) -> Bool {
            guard let low, let high else { return false }
            let ned = frame.ned(ecef: high - low) * (sigma / (2 * step))
            sum += .along(north: ned.x, east: ned.y)
            return true
        }
        func turned(_ rotation: (Double) -> Rotation) -> (Vector?, Vector?) {
            var low = projector
            var high = projector
            low.rotation = rotation(-Self.degree)
            high.rotation = rotation(Self.degree)
            return (low.meeting(pixel, groundHeight: groundHeight), high.meeting(pixel, groundHeight: groundHeight))
        }
        func beside(_ u: Double, _ v: Double) -> Vector? {
            projector.meeting(Pixel(u: pixel.u + u, v: pixel.v + v), groundHeight: groundHeight)
        }

        let rotation = projector.rotation
        let yaw = turned { .aboutDown($0) * rotation }
        let pitch = turned { rotation * .aboutRight($0) }
        let roll = turned { rotation * .aboutForward($0) }
        let aside = turned { rotation * .aboutDown($0) }
        let height = (errors.vertical * errors.vertical + errors.ground * errors.ground).squareRoot()
        let whole =
            add(errors.yaw, per: Self.degree, yaw.0, yaw.1) && add(errors.pitch, per: Self.degree, pitch.0, pitch.1)
            && add(errors.roll, per: Self.degree, roll.0, roll.1)
            && add(missingTilt(rotation), per: Self.degree, aside.0, aside.1)
            && add(errors.pixel, per: Self.pixel, beside(-Self.pixel, 0), beside(Self.pixel, 0))
            && add(errors.pixel, per: Self.pixel, beside(0, -Self.pixel), beside(0, Self.pixel))
            && add(
                height, per: Self.meter, projector.meeting(pixel, groundHeight: groundHeight - Self.meter),
                projector.meeting(pixel, groundHeight: groundHeight + Self.meter))
        return whole ? sum : nil
    }

    /// Degrees that yaw alone lacks, about the camera's own down axis, to reach the larger of pitch and roll error.
    private func missingTilt(_ rotation: Rotation) -> Double {
        let tilt = max(errors.pitch, errors.roll)
        let level = errors.yaw * abs((rotation * Vector(0, 0, 1)).z)
        return max(tilt * tilt - level * level, 0).squareRoot()
    }

    /// The same in closed form for a sight line of a range (metres), depression (degrees, above 0) and azimuth: for
    /// points that the aircraft itself states and no projector of ours made. `blur` is a further angle, radians, one
    /// sigma.
    func covariance(range: Double, depression: Double, azimuth: Double, blur: Double = 0) -> Covariance {
        let down = depression * .pi / 180
        let heading = azimuth * .pi / 180
        let position = errors.horizontal * errors.horizontal + drift * drift
        let height = errors.vertical * errors.vertical + errors.ground * errors.ground
        let tilt = max(errors.pitch, errors.roll) * .pi / 180
        let up = hypot(errors.pitch * .pi / 180, blur) * range / sin(down)
        let side = max(errors.yaw * .pi / 180 * cos(down), tilt)
        let along = (up * up + height / (tan(down) * tan(down)) + position).squareRoot()
        let across = (range * range * (side * side + blur * blur) + position).squareRoot()
        return .along(north: along * cos(heading), east: along * sin(heading))
            + .along(north: -across * sin(heading), east: across * cos(heading))
    }
}
