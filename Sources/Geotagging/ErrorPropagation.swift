import Geodesy
import Inspection

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Carries the errors of a pose to the ground point that it gives.
///
/// Yaw turns about the vertical; pitch and roll about the camera's own axes; and the sight line is never surer sideways
/// than the gimbal's own tilt. (In yaw, pitch and roll alone a camera looking straight down has no sideways tilt at all:
/// yaw and roll turn about one axis there.) A wrong time moves and turns the camera together, along its own path where
/// that is known.
struct ErrorPropagation: Sendable {
    var errors: PoseErrors
    /// Seconds, one sigma, of the pose's time: what is common to the flight, and what is not.
    var time = (common: 0.0, own: 0.0)
    var motion: CameraMotion?
    /// Metres a second, where no motion is known.
    var speed = 0.0

    /// Metres that the aircraft may have moved unseen, where it is not known in which direction.
    private var drift: Double { motion == nil ? speed * hypot(time.common, time.own) : 0 }

    /// Curvature, as a share of the ellipse, from which the radius is counted out rather than taken from the ellipse.
    private static let straightness = 0.04

    /// One sigma of everything, and the part of it that is common to the flight. `rotation`: of the camera.
    func sigmas(_ rotation: Rotation, range: Double?) -> (whole: Deviation, common: Deviation) {
        var whole = Deviation(repeating: 0)
        var common = whole
        func set(_ source: ErrorSource, _ sigma: Double, own: Double) {
            whole[source] = sigma
            common[source] = max(sigma * sigma - own * own, 0).squareRoot()
        }
        let horizontal = hypot(errors.horizontal, drift)
        set(.north, horizontal, own: errors.jitter)
        set(.east, horizontal, own: errors.jitter)
        set(.height, errors.vertical, own: errors.jitter)
        if let range {
            let laser = RangeFinder.sigma(range: range)
            set(.ground, laser, own: laser)
        } else {
            set(.ground, errors.ground, own: 0)
        }
        set(.yaw, errors.yaw, own: errors.angleJitter)
        set(.pitch, errors.pitch, own: errors.angleJitter)
        set(.roll, errors.roll, own: errors.angleJitter)
        set(.tilt, missingTilt(rotation), own: errors.angleJitter)
        if motion != nil { set(.time, hypot(time.common, time.own), own: time.own) }
        set(.focal, errors.focal, own: 0)
        set(.principalU, errors.principal, own: 0)
        set(.principalV, errors.principal, own: 0)
        set(.pixelU, errors.pixel, own: errors.pixel)
        set(.pixelV, errors.pixel, own: errors.pixel)
        return (whole, common)
    }

    /// Degrees that yaw alone lacks, about the camera's own down axis, to reach the larger of pitch and roll error.
    private func missingTilt(_ rotation: Rotation) -> Double {
        let tilt = max(errors.pitch, errors.roll)
        let level = errors.yaw * abs((rotation * Vector(0, 0, 1)).z)
        return max(tilt * tilt - level * level, 0).squareRoot()
    }

    /// C = J S Jᵀ with J by differences over one sigma and half of one (Richardson); where the ground is met so flat that
    /// this is no ellipse any more, the radius is counted out. Nil when a ray within the errors misses the ground.
    func error(of line: SightLine, rotation: Rotation, range: Double? = nil) -> PositionError? {
        let (whole, shared) = sigmas(rotation, range: range)
        var covariance = Covariance.zero
        var common: [SIMD2<Double>] = []
        var slopes: [SIMD2<Double>] = []
        var bend = 0.0
        for source in ErrorSource.allCases {
            let sigma = whole[source]
            guard sigma > 0 else {
                common.append(SIMD2(0, 0))
                slopes.append(SIMD2(0, 0))
                continue
            }
            func at(_ share: Double) -> SIMD2<Double>? {
                var deviation = Deviation(repeating: 0)
                deviation[source] = share * sigma
                return line.offset(deviation)
            }
            guard let low = at(-1), let high = at(1), let lower = at(-0.5), let higher = at(0.5) else { return nil }
            let slope = (8 * (higher - lower) - (high - low)) / 6
            let aside = (low + high) / 2
            bend += (aside.x * aside.x + aside.y * aside.y).squareRoot()
            slopes.append(slope)
            covariance += .along(north: slope.x, east: slope.y)
            common.append(slope * (shared[source] / sigma))
        }
        guard let ellipse = ErrorEllipse(covariance) else { return nil }
        var error = PositionError(ellipse)
        error.common = common
        error.perSecond = motion == nil ? nil : Self.perSecond(of: line)
        if bend > Self.straightness * ellipse.semiMajor {
            guard let radius = ErrorQuantile.radius(of: line, sigmas: whole, slopes: slopes, covariance) else {
                return nil
            }
            error.scale(toCE90: radius)
        }
        return error
    }

    /// Metres north and east that a second moves the point met, from a tenth of one to either side.
    private static func perSecond(of line: SightLine) -> SIMD2<Double>? {
        let step = 0.1
        func at(_ seconds: Double) -> SIMD2<Double>? {
            var deviation = Deviation(repeating: 0)
            deviation[.time] = seconds
            return line.offset(deviation)
        }
        guard let before = at(-step), let after = at(step) else { return nil }
        let slope = (after - before) / (2 * step)
        return slope.x.isFinite && slope.y.isFinite ? slope : nil
    }

    /// The same in closed form for a sight line of a range (metres), depression (degrees, above 0) and azimuth: for
    /// points that the aircraft itself states and no projector of ours made. `blur` is a further angle, radians, one
    /// sigma.
    func covariance(range: Double, depression: Double, azimuth: Double, blur: Double = 0) -> Covariance {
        let down = depression * .pi / 180
        let heading = azimuth * .pi / 180
        let unseen = speed * hypot(time.common, time.own)
        let position = errors.horizontal * errors.horizontal + unseen * unseen
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
