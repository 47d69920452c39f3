public import Geodesy
public import Inspection

/// Sends a pixel's ray to the terrain, at most `limit` metres. `attitude` is the camera's own in the sensor's
/// north-east-down frame, forward along the optical axis. Nil where the terrain cannot say: level ground has to do.
public func project(
    sensor: GeodeticPoint, attitude: Attitude, camera: CameraModel, pixel: Pixel, terrain: any Terrain, limit: Double
) -> Result<Projection, PlacementRefusal>? {
    Projector(sensor: sensor, rotation: Rotation(attitude), camera: camera)
        .project(pixel, terrain: terrain, limit: limit)
}

extension Projector {
    /// Nil where the ray may meet the ground in a hole of the terrain or beyond its edge.
    func project(
        _ pixel: Pixel, terrain: any Terrain, limit: Double
    ) -> Result<Projection, PlacementRefusal>? {
        guard frame.origin.isOnGlobe else { return .failure(.offGlobe) }
        guard let axis = camera.direction(to: pixel) else { return .failure(.noBox) }
        let ned = rotation * axis
        guard ned.isFinite, let ray = Ray(origin: frame.center, direction: frame.ecef(ned: ned)) else {
            return .failure(.noPose)
        }
        let (azimuth, elevation) = Self.angles(of: ned)
        switch terrain.intersect(ray, limit: limit) {
        case .noData: return nil
        case .belowGround: return .failure(.belowGround)
        case .miss: return .failure(elevation >= 0 ? .aboveHorizon : .tooOblique)
        case .ground(let distance, let point):
            guard point.isOnGlobe else { return .failure(.offGlobe) }
            return .success(
                Projection(point: point, slantRange: distance, azimuth: azimuth, elevation: elevation))
        }
    }
}
