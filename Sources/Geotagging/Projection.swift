public import Geodesy
public import Inspection

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Where a pixel's ray meets the ground.
public struct Projection: Sendable, Hashable {
    /// Height above the ellipsoid: the ground height given.
    public var point: GeodeticPoint
    /// Sensor to point, metres.
    public var slantRange: Double
    /// Of the ray at the sensor, degrees from true north, clockwise, 0..<360; 0 for a ray straight down.
    public var azimuth: Double
    /// Of the ray at the sensor, degrees, up positive.
    public var elevation: Double
}

/// Sends a pixel's ray to the ellipsoid at `groundHeight` (metres above the ellipsoid). `attitude` is the camera's
/// own in the sensor's north-east-down frame, forward along the optical axis.
public func project(
    sensor: GeodeticPoint, attitude: Attitude, camera: CameraModel, pixel: Pixel, groundHeight: Double
) -> Result<Projection, PlacementRefusal> {
    Projector(sensor: sensor, rotation: Rotation(attitude), camera: camera).project(pixel, groundHeight: groundHeight)
}

/// A camera at its place, ready to project pixels.
struct Projector: Sendable {
    var frame: LocalFrame
    /// Camera (forward, right, down) to north-east-down.
    var rotation: Rotation
    var camera: CameraModel

    init(sensor: GeodeticPoint, rotation: Rotation, camera: CameraModel) {
        frame = LocalFrame(at: sensor)
        self.rotation = rotation
        self.camera = camera
    }

    func project(_ pixel: Pixel, groundHeight: Double) -> Result<Projection, PlacementRefusal> {
        guard frame.origin.isOnGlobe else { return .failure(.offGlobe) }
        guard let axis = camera.direction(to: pixel) else { return .failure(.noBox) }
        let ned = rotation * axis
        guard ned.isFinite else { return .failure(.noPose) }
        guard groundHeight >= -12_000, groundHeight <= 100_000 else { return .failure(.noGroundHeight) }
        guard frame.origin.height > groundHeight else { return .failure(.belowGround) }
        guard let ray = Ray(origin: frame.center, direction: frame.ecef(ned: ned)) else { return .failure(.noPose) }
        guard let distance = ray.distance(toHeight: groundHeight) else { return .failure(.aboveHorizon) }
        let point = GeodeticPoint(ecef: ray.point(at: distance))
        guard point.isOnGlobe else { return .failure(.offGlobe) }
        let (azimuth, elevation) = Self.angles(of: ned)
        return .success(Projection(point: point, slantRange: distance, azimuth: azimuth, elevation: elevation))
    }

    /// Azimuth and elevation, degrees, of a direction in north-east-down.
    static func angles(of ned: Vector) -> (azimuth: Double, elevation: Double) {
        let flat = (ned.x * ned.x + ned.y * ned.y).squareRoot()
        var azimuth = flat > 1e-12 ? atan2(ned.y, ned.x) * 180 / .pi : 0
        if azimuth < 0 { azimuth += 360 }
        if azimuth >= 360 { azimuth = 0 }
        return (azimuth, atan2(-ned.z, flat) * 180 / .pi)
    }
}
