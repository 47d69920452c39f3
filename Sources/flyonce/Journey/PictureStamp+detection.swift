import Foundation
import Geodesy
import Inspection

extension PictureStamp {
    /// When and where the camera was at a detection, as far as its pose tells.
    init(of detection: Detection, geoid: Geoid?) {
        self.init(utc: detection.utc, provenance: detection.provenance, telemetry: detection.telemetry, geoid: geoid)
    }

    /// When and where it was at any frame.
    init(utc: UTCTime, provenance: UTCProvenance, telemetry: TelemetrySample?, geoid: Geoid?) {
        self.init(utc: utc, provenance: provenance)
        guard let sample = telemetry else { return }
        if sample.hasFix, let latitude = sample.latitude, let longitude = sample.longitude {
            self.latitude = latitude
            self.longitude = longitude
            heightMSL = Self.heightMSL(of: sample, latitude: latitude, longitude: longitude, geoid)
        }
        direction = Self.direction(of: sample)
    }

    /// Stated above the geoid, or above the ellipsoid where the geoid is known; else nil.
    private static func heightMSL(
        of sample: TelemetrySample, latitude: Double, longitude: Double, _ geoid: Geoid?
    ) -> Double? {
        if let height = sample.heightMSL { return height }
        guard let height = sample.heightHAE,
            let undulation = geoid?.undulation(latitude: latitude, longitude: longitude)
        else { return nil }
        return height - undulation
    }

    /// Azimuth of the optical axis; nil when its attitude is not known, or within a degree of straight up or down, where it
    /// points nowhere.
    private static func direction(of sample: TelemetrySample) -> Double? {
        let rotation: Rotation
        switch sample.camera {
        case .earth(let attitude):
            // A gimbal that reports exactly nothing has not reported yet.
            if attitude == Attitude(yaw: 0, pitch: 0, roll: 0) { return nil }
            rotation = Rotation(attitude)
        case .body(let attitude):
            guard let platform = sample.platform else { return nil }
            rotation = Rotation(platform) * Rotation(attitude)
        case nil: return nil
        }
        let axis = rotation * Vector(1, 0, 0)
        guard axis.x.isFinite, axis.y.isFinite, hypot(axis.x, axis.y) > sin(Double.pi / 180) else { return nil }
        let azimuth = atan2(axis.y, axis.x) * 180 / .pi
        return azimuth < 0 ? azimuth + 360 : azimuth
    }
}
