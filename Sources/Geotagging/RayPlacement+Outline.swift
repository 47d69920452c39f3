import Geodesy
public import Inspection

/// What flat things cover of the ground.
extension RayPlacement {
    /// The ground under the four corners of a box, by our own rays; nil where one of them cannot be had, and where what
    /// the aircraft states contradicts them.
    public func outline(of object: FrameObject, in frame: FrameMetadata) -> GroundOutline? {
        guard Self.pixel(of: object.box, .flat) != nil, let box = object.box,
            case .success(let sighting) = sighting(of: frame), let camera = sighting.camera,
            let rotation = sighting.rotation, axisError(sighting).map({ $0.degrees <= $0.limit }) ?? true
        else { return nil }
        let projector = Projector(sensor: sighting.sensor, rotation: rotation, camera: camera)
        var corners: [GeodeticPoint] = []
        for (u, v) in [(box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)] {
            guard let point = ground(under: Pixel(u: u, v: v), projector, sighting) else { return nil }
            corners.append(point)
        }
        let plane = corners.map { corners[0].displacement(to: $0) }
        var twice = 0.0
        for (index, a) in plane.enumerated() {
            let b = plane[(index + 1) % plane.count]
            twice += a.east * b.north - b.east * a.north
        }
        guard twice.isFinite else { return nil }
        return GroundOutline(corners: corners, area: abs(twice) / 2)
    }

    private func ground(under pixel: Pixel, _ projector: Projector, _ sighting: Sighting) -> GeodeticPoint? {
        var met: Result<Projection, PlacementRefusal>?
        if let terrain = options.terrain {
            met = projector.project(pixel, terrain: terrain, limit: options.maximumRange)
        }
        if met == nil, let ground = sighting.groundHeight {
            met = projector.project(pixel, groundHeight: ground.meters)
        }
        guard case .success(let projection)? = met, projection.elevation <= -options.minimumDepression,
            projection.slantRange <= options.maximumRange
        else { return nil }
        return projection.point
    }
}
