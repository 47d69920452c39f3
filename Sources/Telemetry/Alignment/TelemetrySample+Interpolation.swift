import Geodesy
import Inspection

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension TelemetrySample {
    /// The pose at `fraction` (0…1) of the way from `a` to `b`: linear, angles and longitudes the short way round. What
    /// only one of them knows comes from the nearer, or not at all.
    static func between(_ a: TelemetrySample, _ b: TelemetrySample, _ fraction: Double) -> TelemetrySample {
        let nearer = fraction < 0.5 ? a : b
        var sample = nearer
        func linear(_ path: KeyPath<TelemetrySample, Double?>) -> Double? {
            guard let from = a[keyPath: path], let to = b[keyPath: path] else { return nearer[keyPath: path] }
            return from + (to - from) * fraction
        }
        sample.place(a, b, fraction)
        sample.heightMSL = linear(\.heightMSL)
        sample.heightHAE = linear(\.heightHAE)
        sample.heightAboveTakeoff = linear(\.heightAboveTakeoff)
        sample.horizontalFieldOfView = linear(\.horizontalFieldOfView)
        sample.verticalFieldOfView = linear(\.verticalFieldOfView)
        sample.slantRange = linear(\.slantRange)
        sample.groundSpeed = linear(\.groundSpeed)
        if let from = a.platform, let to = b.platform { sample.platform = attitude(from, to, fraction) }
        switch (a.camera, b.camera) {
        case (.body(let from)?, .body(let to)?): sample.camera = .body(attitude(from, to, fraction))
        case (.earth(let from)?, .earth(let to)?): sample.camera = .earth(attitude(from, to, fraction))
        default: break
        }
        if let from = a.frameCenter, let to = b.frameCenter { sample.frameCenter = point(from, to, fraction) }
        if a.corners.count == b.corners.count {
            sample.corners = zip(a.corners, b.corners).map { point($0, $1, fraction) }
        }
        if let from = a.utc, let to = b.utc { sample.utc = time(from, to, fraction) }
        return sample
    }

    /// The pose `fraction` (0…1) of the way from `a` to `b` beyond `b`: position, heights and attitudes go on as they did,
    /// the rest stays.
    static func ahead(_ a: TelemetrySample, _ b: TelemetrySample, _ fraction: Double) -> TelemetrySample {
        let moved = between(a, b, 1 + fraction)
        var sample = b
        sample.latitude = moved.latitude
        sample.longitude = moved.longitude
        sample.heightMSL = moved.heightMSL
        sample.heightHAE = moved.heightHAE
        sample.heightAboveTakeoff = moved.heightAboveTakeoff
        sample.platform = moved.platform
        sample.camera = moved.camera
        sample.utc = moved.utc
        return sample
    }

    /// Linear in latitude and longitude, along the great circle where the meridians run together.
    private mutating func place(_ a: TelemetrySample, _ b: TelemetrySample, _ fraction: Double) {
        guard let from = a.latitude, let to = b.latitude, let west = a.longitude, let east = b.longitude else { return }
        let turn = abs((east - west).remainder(dividingBy: 360))
        guard max(abs(from), abs(to)) > 85 || turn > 90 else {
            latitude = from + (to - from) * fraction
            longitude = Self.longitude(west, east, fraction)
            return
        }
        let direction = Self.direction(from, west) * (1 - fraction) + Self.direction(to, east) * fraction
        guard let point = direction.unit else { return }
        latitude = atan2(point.z, (point.x * point.x + point.y * point.y).squareRoot()) * 180 / .pi
        longitude = atan2(point.y, point.x) * 180 / .pi
    }

    /// From the middle of a round earth; latitude taken as it is.
    private static func direction(_ latitude: Double, _ longitude: Double) -> Vector {
        let north = latitude * .pi / 180
        let east = longitude * .pi / 180
        return Vector(cos(north) * cos(east), cos(north) * sin(east), sin(north))
    }

    static func time(_ from: UTCTime, _ to: UTCTime, _ fraction: Double) -> UTCTime {
        let step = (Double(to.microseconds(since: from)) * fraction).rounded()
        return from.advanced(byMicroseconds: Int64(exactly: step) ?? 0)
    }

    private static func attitude(_ from: Attitude, _ to: Attitude, _ fraction: Double) -> Attitude {
        let yawStep = abs((to.yaw - from.yaw).remainder(dividingBy: 360))
        if yawStep > 90, max(abs(from.pitch), abs(to.pitch)) > 45 {
            // Past straight down or up the angles jump where the camera does not.
            return Rotation(from).turned(towards: Rotation(to), fraction).attitude
        }
        let yaw = turned(from.yaw, to.yaw, fraction)
        // 0…360 stays 0…360, as ST 0601 says headings and azimuths.
        return Attitude(
            yaw: yaw < 0 ? yaw + 360 : yaw >= 360 ? yaw - 360 : yaw, pitch: turned(from.pitch, to.pitch, fraction),
            roll: turned(from.roll, to.roll, fraction))
    }

    /// Degrees, the short way round.
    private static func turned(_ from: Double, _ to: Double, _ fraction: Double) -> Double {
        from + (to - from).remainder(dividingBy: 360) * fraction
    }

    private static func longitude(_ from: Double, _ to: Double, _ fraction: Double) -> Double {
        let value = turned(from, to, fraction)
        return value > 180 ? value - 360 : value < -180 ? value + 360 : value
    }

    private static func point(_ from: StatedPoint, _ to: StatedPoint, _ fraction: Double) -> StatedPoint {
        let nearer = fraction < 0.5 ? from : to
        func linear(_ path: KeyPath<StatedPoint, Double?>) -> Double? {
            guard let low = from[keyPath: path], let high = to[keyPath: path] else { return nearer[keyPath: path] }
            return low + (high - low) * fraction
        }
        return StatedPoint(
            latitude: from.latitude + (to.latitude - from.latitude) * fraction,
            longitude: longitude(from.longitude, to.longitude, fraction), heightMSL: linear(\.heightMSL),
            heightHAE: linear(\.heightHAE))
    }
}
