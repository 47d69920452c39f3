import Geodesy
import Inspection

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Positions by a laser range-finder: no ground height is needed, and none is in the error.
extension RayPlacement {
    /// What the laser met, when that is this object: the target that the aircraft states, where it agrees with the range,
    /// else the point at that range along the object's own ray. Nil when no laser measured, or it met something else.
    func ranged(_ object: FrameObject, _ pixel: Pixel, _ sighting: Sighting) -> Geotag? {
        guard sighting.sample.isRangeMeasured, let range = sighting.sample.slantRange, range >= options.minimumHeight,
            range <= options.maximumRange, let camera = sighting.camera, let rotation = sighting.rotation,
            isOnAxis(object, pixel, camera)
        else { return nil }
        let projector = Projector(sensor: sighting.sensor, rotation: rotation, camera: camera)
        guard let axis = camera.direction(to: pixel),
            let ray = Ray(origin: projector.frame.center, direction: projector.frame.ecef(ned: rotation * axis))
        else { return nil }
        let reached = GeodeticPoint(ecef: ray.point(at: range))
        let target = target(sighting, range: range, height: reached.height)
        let point = target ?? reached
        guard point.isOnGlobe,
            let line = SightLine(projector, pixel, to: reached, on: .range(range), motion: sighting.frame.motion),
            let error = propagation(sighting).error(of: line, rotation: rotation, range: range)
        else { return nil }
        let words = target == nil ? "laser range along the optical axis" : "target of the laser range-finder"
        return geotag(
            point, .statedPosition, error, age: sighting.poseAge, gsd: projector.gsd(of: pixel, at: reached),
            datum: "\(words); \(sighting.sensorHeight.words)\(sighting.fieldWords)")
    }

    /// True when the laser's spot is in the object's box, or nearly where the object stands.
    private func isOnAxis(_ object: FrameObject, _ pixel: Pixel, _ camera: CameraModel) -> Bool {
        let spot = camera.principalPoint
        if let box = object.box, box.left <= spot.u, box.right >= spot.u, box.top <= spot.v, box.bottom >= spot.v {
            // A box over half the picture says nothing of where in it the thing stands.
            return box.width <= Double(camera.width) / 2 && box.height <= Double(camera.height) / 2
        }
        guard let direction = camera.direction(to: pixel) else { return false }
        return acos(min(max(direction.x, -1), 1)) * 180 / .pi <= RangeFinder.angle
    }

    /// Nil without one, and when it contradicts the range that was measured with it by more than a tenth and 10 m.
    private func target(_ sighting: Sighting, range: Double, height: Double) -> GeodeticPoint? {
        guard let stated = sighting.sample.frameCenter, stated.latitude != 0 || stated.longitude != 0 else {
            return nil
        }
        let heights = Heights(geoid: options.geoid, configuredGround: options.groundHeight)
        let point = GeodeticPoint(
            latitude: stated.latitude, longitude: stated.longitude,
            height: heights.height(of: stated, sighting.sample)?.meters ?? height)
        guard point.isOnGlobe else { return nil }
        return abs(sighting.sightLine(to: point).range - range) <= 10 + range / 10 ? point : nil
    }
}
