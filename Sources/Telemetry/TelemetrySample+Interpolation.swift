import Geodesy
import Inspection

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
        if let from = a.latitude, let to = b.latitude, let west = a.longitude, let east = b.longitude {
            sample.latitude = from + (to - from) * fraction
            sample.longitude = longitude(west, east, fraction)
        }
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

    static func time(_ from: UTCTime, _ to: UTCTime, _ fraction: Double) -> UTCTime {
        let step = (Double(to.microseconds(since: from)) * fraction).rounded()
        return from.advanced(byMicroseconds: Int64(exactly: step) ?? 0)
    }

    private static func attitude(_ from: Attitude, _ to: Attitude, _ fraction: Double) -> Attitude {
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
