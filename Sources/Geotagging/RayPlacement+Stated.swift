import Geodesy
import Inspection

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Positions that somebody else worked out, and how far to believe them.
extension RayPlacement {
    /// Degrees between the optical axis by the camera angles and the line to the stated frame centre, and how much the
    /// errors of the pose allow. Nil when there is nothing to compare.
    func axisError(_ sighting: Sighting) -> (degrees: Double, limit: Double)? {
        guard let rotation = sighting.rotation, let center = statedCenter(sighting) else { return nil }
        let ned = LocalFrame(at: sighting.sensor).ned(of: center)
        let axis = rotation * Vector(1, 0, 0)
        guard let line = ned.unit, axis.isFinite else { return nil }
        let errors = options.errors
        let shift =
            (errors.horizontal * errors.horizontal + errors.vertical * errors.vertical
            + errors.ground * errors.ground).squareRoot()
        let angles = hypot(errors.yaw, errors.pitch)
        let parallax = atan2(shift, ned.length) * 180 / .pi
        let cosine = min(max(axis.dot(line), -1), 1)
        return (acos(cosine) * 180 / .pi, max(options.axisDisagreement, 3 * angles, 3 * parallax))
    }

    /// The stated frame centre at its own height, else at the ground's.
    private func statedCenter(_ sighting: Sighting) -> GeodeticPoint? {
        guard let center = sighting.sample.frameCenter else { return nil }
        let heights = Heights(geoid: options.geoid, configuredGround: options.groundHeight)
        guard let height = heights.height(of: center, sighting.sample) ?? sighting.groundHeight else { return nil }
        let point = GeodeticPoint(latitude: center.latitude, longitude: center.longitude, height: height.meters)
        return point.isOnGlobe ? point : nil
    }

    /// Interpolated inside the stated corners.
    func corners(_ pixel: Pixel, _ sighting: Sighting) -> Geotag? {
        let frame = sighting.frame.frame
        guard frame.width > 0, frame.height > 0, let ground = sighting.groundHeight,
            let picture = StatedPicture(corners: sighting.sample.corners, height: ground.meters),
            let point = picture.point(u: pixel.u / Double(frame.width), v: pixel.v / Double(frame.height))
        else { return nil }
        let blur = sighting.camera.map { options.errors.pixel / min($0.focalX, $0.focalY) } ?? 0
        return tagged(point, .statedCorners, sighting, blur: blur, words: "inside the stated picture corners")
    }

    /// The stated frame centre, the object's distance from it taken as error; only where the field of view says how far
    /// that can be.
    func center(_ pixel: Pixel, _ sighting: Sighting) -> Geotag? {
        guard let point = statedCenter(sighting), let camera = sighting.camera,
            let direction = camera.direction(to: pixel)
        else { return nil }
        let offset = acos(min(max(direction.x, -1), 1))
        return tagged(point, .frameCenter, sighting, blur: offset, words: "the stated frame centre")
    }

    private func tagged(
        _ point: GeodeticPoint, _ method: Geotag.Method, _ sighting: Sighting, blur: Double, words: String
    ) -> Geotag? {
        let line = sighting.sightLine(to: point)
        guard line.elevation <= -options.minimumDepression, line.range <= options.maximumRange else { return nil }
        let covariance = propagation(sighting).covariance(
            range: line.range, depression: -line.elevation, azimuth: line.azimuth, blur: blur)
        guard let ellipse = ErrorEllipse(covariance) else { return nil }
        return geotag(
            point, method, PositionError(ellipse), age: sighting.poseAge, datum: "\(words); \(sighting.datum)")
    }

    /// The analyser's own position, with its own errors; without them those of a sight line from the sensor, and
    /// without a pose those of a position and the ground under it.
    func stated(
        _ object: FrameObject, _ frame: FrameMetadata, _ sighting: Result<Sighting, PlacementRefusal>
    ) -> Geotag? {
        guard let position = object.statedPosition, position.point.isOnGlobe,
            position.point.latitude != 0 || position.point.longitude != 0
        else { return nil }
        let errors = options.errors
        var covariance = Covariance.circular(
            sigma: (errors.horizontal * errors.horizontal + errors.ground * errors.ground).squareRoot())
        if let sigma = position.sigma, sigma.isFinite, sigma.x > 0, sigma.y > 0 {
            covariance = Covariance(northNorth: sigma.y * sigma.y, northEast: 0, eastEast: sigma.x * sigma.x)
        } else if case .success(let sighting) = sighting {
            let line = sighting.sightLine(to: position.point)
            if line.elevation <= -options.minimumDepression {
                covariance = propagation(sighting).covariance(
                    range: line.range, depression: -line.elevation, azimuth: line.azimuth)
            }
        }
        guard let ellipse = ErrorEllipse(covariance) else { return nil }
        let age = frame.poseAge.map { $0.isFinite ? abs($0) : 0 } ?? 0
        return geotag(
            position.point, .statedPosition, PositionError(ellipse), age: age, datum: "stated by the analyser, HAE")
    }

    /// Where the aircraft was. One sigma is the stated slant range, else twice the height above ground, else half the
    /// greatest range: the matter is somewhere about.
    func platform(_ sighting: Sighting) -> Result<Geotag, PlacementRefusal> {
        let above = sighting.groundHeight.map { sighting.sensor.height - $0.meters }
        var sigma = options.maximumRange / 2
        if let range = sighting.sample.slantRange, range > 0, range.isFinite {
            sigma = range
        } else if let above, above > 0 {
            sigma = 2 * above
        }
        let point = GeodeticPoint(
            latitude: sighting.sensor.latitude, longitude: sighting.sensor.longitude,
            height: sighting.groundHeight?.meters ?? sighting.sensor.height)
        guard point.isOnGlobe, let ellipse = ErrorEllipse(.circular(sigma: hypot(sigma, options.errors.horizontal)))
        else { return .failure(.offGlobe) }
        return .success(geotag(point, .platform, PositionError(ellipse), age: sighting.poseAge, datum: sighting.datum))
    }
}
