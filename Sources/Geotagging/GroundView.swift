public import Geodesy
public import Inspection

/// How a frame's picture shows places on the ground: from the place to the pixel, where ``Footprint`` goes from pixels
/// to places. Made once a frame, asked for many places.
public struct GroundView: Sendable {
    /// How one place is shown.
    public struct Look: Sendable, Hashable {
        public var pixel: Pixel
        /// Metres of level ground that its pixel covers, in the direction in which it covers most.
        public var gsd: Double
        /// Degrees by which the sight line falls at the place, up to 90.
        public var depression: Double
        /// 0 in the middle of the picture, 1 in a corner.
        public var aside: Double
        /// Camera to place, metres.
        public var range: Double
        /// Radius that holds what the pixel truly shows with probability 0.9, metres, by the errors of the frame's pose.
        /// Nil where it was not asked for, and where nobody knows it.
        public var ce90: Double?
        /// The picture surely holds the place and everything within the margin that was asked for, and nothing stands
        /// before it. False where the terrain cannot tell.
        public var isInside: Bool
    }

    public var camera: GeodeticPoint { projector.frame.origin }
    /// Of the picture, pixels.
    public var width: Int { projector.camera.width }
    public var height: Int { projector.camera.height }

    /// Metres; nil where the ground is not known.
    public let heightAboveGround: Double?

    private let projector: Projector
    /// North-east-down to camera.
    private let inverse: Rotation
    private let terrain: (any Terrain)?
    /// Metres above the ellipsoid, where the terrain does not tell.
    private let level: Double?
    /// One sigma of what makes all that the picture shows lie elsewhere.
    private let sigmas: Deviation
    private let motion: CameraMotion?
    private let limits: (range: Double, depression: Double)

    init(
        _ projector: Projector, terrain: (any Terrain)?, level: Double?, propagation: ErrorPropagation,
        limits: (range: Double, depression: Double)
    ) {
        self.projector = projector
        sigmas = propagation.footprintSigmas(projector.rotation)
        motion = propagation.motion
        self.limits = limits
        inverse = projector.rotation.transposed
        self.terrain = terrain
        self.level = level
        let sensor = projector.frame.origin
        let ground = terrain?.height(latitude: sensor.latitude, longitude: sensor.longitude) ?? level
        heightAboveGround = ground.map { sensor.height - $0 }
    }

    /// Nil for what the picture does not show: outside of it, behind a ridge, above the horizon. `place` is taken to lie
    /// on the ground as this frame's own rays meet it; `margin` metres.
    public func look(at place: GeodeticPoint, margin: Double = 0) -> Look? {
        shown(place) { _ in (margin, nil) }
    }

    /// The same with the margin, metres, that ``Look/ce90`` asks for; where that is not known, the place is not surely
    /// inside.
    public func look(at place: GeodeticPoint, margin: (_ ce90: Double) -> Double) -> Look? {
        shown(place) { error in
            let ce90 = error()
            return (ce90.map(margin) ?? .infinity, ce90)
        }
    }

    private func shown(
        _ place: GeodeticPoint, _ margin: (_ error: () -> Double?) -> (meters: Double, ce90: Double?)
    ) -> Look? {
        var ground = place
        let height = terrain?.height(latitude: place.latitude, longitude: place.longitude)
        ground.height = height ?? level ?? place.height
        let local = LocalFrame(at: ground)
        let line = local.center - projector.frame.center
        let range = line.length
        guard range > 0, range.isFinite, let pixel = pixel(of: line) else { return nil }
        let fall = line.dot(local.up)
        let sight = sight(line, range)
        guard fall < 0, sight != .hidden else { return nil }
        guard let axis = projector.camera.direction(to: pixel), axis.x > 1e-6,
            let (right, down) = projector.tangents(at: pixel, axis)
        else { return nil }
        let forward = projector.frame.ecef(ned: projector.rotation * (axis / axis.x))
        let scale = range / forward.length
        let sink = forward.dot(local.up)
        func onGround(_ turn: Vector) -> Vector {
            let moved = projector.frame.ecef(ned: projector.rotation * turn)
            return scale * (moved - (moved.dot(local.up) / sink) * forward)
        }
        let (x, y) = (2 * pixel.u / Double(width) - 1, 2 * pixel.v / Double(self.height) - 1)
        let depression = Projector.angles(of: local.ned(ecef: -line)).elevation
        let around = margin {
            guard range <= limits.range, depression >= limits.depression, height ?? level != nil else { return nil }
            return error(axis / axis.x, line, local, isOnTerrain: height != nil)
        }
        return Look(
            pixel: pixel, gsd: Projector.longestAxis(onGround(right), onGround(down)), depression: depression,
            aside: min(((x * x + y * y) / 2).squareRoot(), 1), range: range, ce90: around.ce90,
            isInside: sight == .clear && holds(line, local, margin: around.meters))
    }

    /// As the position of a thing there would be off, but for its box.
    private func error(_ axis: Vector, _ line: Vector, _ local: LocalFrame, isOnTerrain: Bool) -> Double? {
        var sigmas = sigmas
        if isOnTerrain, let terrain { sigmas[.ground] = terrain.error }
        func error(_ span: Double?) -> (ellipse: ErrorEllipse, ce90: Double)? {
            let slope = span.flatMap { span in
                terrain?.slope(latitude: local.origin.latitude, longitude: local.origin.longitude, span: span)
            }
            let ray = SightLine(
                projector, axis: axis, line: line, at: local, rises: slope ?? (0, 0), motion: motion)
            return ErrorPropagation.footprint(of: ray, sigmas: sigmas)
        }
        guard isOnTerrain else { return error(nil)?.ce90 }
        let spans = RayPlacement.slopeSpan
        guard let least = error(spans.lowerBound) else { return nil }
        let reach = min(2 * least.ellipse.semiMajor, spans.upperBound)
        return reach > spans.lowerBound ? error(reach)?.ce90 : least.ce90
    }

    /// Nil behind the camera, and outside of the picture.
    private func pixel(of line: Vector) -> Pixel? {
        let seen = inverse * projector.frame.ned(ecef: line)
        guard seen.x > 1e-9 else { return nil }
        let camera = projector.camera
        var (x, y) = (seen.y / seen.x, seen.z / seen.x)
        if let distortion = camera.distortion {
            // Outside of the picture the model folds back into it: what stands there is not what the pixel shows.
            let shown = distortion.applied(x: x, y: y)
            guard let back = distortion.undone(x: shown.x, y: shown.y), abs(back.x - x) + abs(back.y - y) < 1e-4
            else { return nil }
            (x, y) = shown
        }
        let principal = camera.principalPoint
        let pixel = Pixel(u: principal.u + x * camera.focalX, v: principal.v + y * camera.focalY)
        guard pixel.u >= 0, pixel.v >= 0, pixel.u <= Double(camera.width), pixel.v <= Double(camera.height) else {
            return nil
        }
        return pixel
    }

    /// By sixteen points around the place.
    private func holds(_ line: Vector, _ local: LocalFrame, margin: Double) -> Bool {
        guard margin.isFinite else { return false }
        guard margin > 0 else { return true }
        return Self.directions.allSatisfy { pixel(of: line + margin * ($0.x * local.north + $0.y * local.east)) != nil }
    }

    private static let directions: [SIMD2<Double>] = {
        let (a, b, c) = (0.923_88, 0.382_68, 0.707_11)
        let quarter = [SIMD2(1, 0), SIMD2(a, b), SIMD2(c, c), SIMD2(b, a)]
        return quarter.flatMap { d in [d, SIMD2(-d.y, d.x), SIMD2(-d.x, -d.y), SIMD2(d.y, -d.x)] }
    }()

    private enum Sight: Sendable {
        case clear
        /// Terrain stands before it, or over the camera.
        case hidden
        /// The terrain has holes there, or does not know of the place.
        case unknown
    }

    private func sight(_ line: Vector, _ range: Double) -> Sight {
        guard let terrain else { return .clear }
        guard let ray = Ray(origin: projector.frame.center, direction: line) else { return .hidden }
        switch terrain.intersect(ray, limit: range * 1.1 + 10) {
        case .ground(let distance, _): return distance >= range - max(2, 0.02 * range) ? .clear : .hidden
        case .belowGround: return .hidden
        case .miss, .noData: return .unknown
        }
    }
}

extension RayPlacement {
    /// Nil where a frame has no rays of its own: no pose, a stale one, one at the ground or under it, no angle of view, or
    /// what it states contradicts them.
    public func groundView(of frame: FrameMetadata) -> GroundView? {
        guard case .success(let sighting) = self.sighting(of: frame), let camera = sighting.camera,
            let rotation = sighting.rotation, axisError(sighting).map({ $0.degrees <= $0.limit }) ?? true
        else { return nil }
        let view = GroundView(
            Projector(sensor: sighting.sensor, rotation: rotation, camera: camera), terrain: options.terrain,
            level: sighting.groundHeight?.meters, propagation: propagation(sighting),
            limits: (options.maximumRange, options.minimumDepression))
        return view.heightAboveGround.map { $0 < options.minimumHeight } ?? false ? nil : view
    }
}
