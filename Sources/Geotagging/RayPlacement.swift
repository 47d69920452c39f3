public import Geodesy
public import Inspection

/// Puts objects on the ground by the camera's own geometry, with everything in one datum: heights above the ellipsoid.
///
/// The order: what a laser measured, for what is in the middle of the picture; our own ray where pose, field of view
/// and box exist; the analyser's own position where no ray can be had; then the picture corners and the frame centre
/// that the aircraft states. Where these contradict the camera angles, the corners go first. A ray above the horizon,
/// 0/0, a stale pose are refused, not guessed.
public struct RayPlacement: Placement {
    public struct Options: Sendable {
        /// One-sigma errors of pose and ground.
        public var errors = PoseErrors()
        /// Undulations for heights that come above the geoid. Nil: such heights are used only where the same sample
        /// states the sensor's height in both datums.
        public var geoid: Geoid?
        /// Heights of the ground. Go before every single ground height, which is for where these have holes.
        public var terrain: (any Terrain)?
        /// Ground height, metres above the ellipsoid, where it is known beforehand. Goes before what the stream states.
        public var groundHeight: Double?
        /// Of the camera, where its metadata states no angle of view.
        public var fieldOfView: FieldOfView?
        /// Of the lens, where its metadata states none.
        public var distortion: LensDistortion?
        /// Seconds from a frame to the nearest measured pose, beyond which the pose is stale.
        public var poseAgeLimit = 0.5
        /// Metres of slant range, beyond which a position means nothing.
        public var maximumRange = 15_000.0
        /// Degrees below the horizon, under which a position means nothing: the error grows as 1 / sin².
        public var minimumDepression = 3.0
        /// Metres that the sensor must stand above the ground for a pose to be believed.
        public var minimumHeight = 2.0
        /// Take an analyser's own position before ours. Off: one datum throughout and an error that is known.
        public var prefersStatedPosition = false
        /// Degrees between the computed and the stated optical axis, beyond which the stated picture corners and
        /// frame centre are believed rather than the stated camera angles (some encoders write absolute angles as
        /// relative ones). Never below three sigma of the pose.
        public var axisDisagreement = 3.0
        /// Metres a second, for streams that do not state their ground speed.
        public var assumedSpeed = 10.0
        /// Say where the aircraft was when nothing better can be had.
        public var fallsBackToPlatform = false

        public init() {}
    }

    public let options: Options

    public init(options: Options = Options()) { self.options = options }

    public func place(
        _ object: FrameObject, footing: Footing, in frame: FrameMetadata
    ) -> Result<Geotag, PlacementRefusal> {
        let sighting = sighting(of: frame)
        if options.prefersStatedPosition, let geotag = stated(object, frame, sighting) { return .success(geotag) }
        let computed: Result<Geotag, PlacementRefusal>
        switch sighting {
        case .failure(let refusal): computed = .failure(refusal)
        case .success(let sighting):
            if let pixel = Self.pixel(of: object.box, footing) {
                computed = place(object, pixel, sighting)
            } else {
                computed = .failure(.noBox)
            }
        }
        guard case .failure = computed else { return computed }
        if let geotag = stated(object, frame, sighting) { return .success(geotag) }
        if options.fallsBackToPlatform, case .success(let sighting) = sighting {
            return platform(sighting)
        }
        return computed
    }

    /// Where the optical axis meets the ground by our own ray, with its error: what ST 0601 calls the frame centre.
    public func frameCenter(of frame: FrameMetadata) -> Result<Geotag, PlacementRefusal> {
        switch sighting(of: frame) {
        case .failure(let refusal): .failure(refusal)
        case .success(let sighting):
            ray(sighting) { Pixel(u: Double($0.width) / 2, v: Double($0.height) / 2) }
        }
    }

    func sighting(of frame: FrameMetadata) -> Result<Sighting, PlacementRefusal> {
        let heights = Heights(
            geoid: options.geoid, configuredGround: options.groundHeight, terrain: options.terrain)
        do throws(PlacementRefusal) {
            return .success(
                try Sighting(
                    frame, heights: heights, poseAgeLimit: options.poseAgeLimit, fieldOfView: options.fieldOfView,
                    distortion: options.distortion))
        } catch {
            return .failure(error)
        }
    }

    /// The pixel that touches the ground; nil without a box or for one that is not finite or turned inside out.
    static func pixel(of box: FrameObject.Box?, _ footing: Footing) -> Pixel? {
        guard let box, box.left.isFinite, box.top.isFinite, box.right.isFinite, box.bottom.isFinite,
            box.width >= 0, box.height >= 0
        else { return nil }
        let u = box.left / 2 + box.right / 2
        switch footing {
        case .standing: return Pixel(u: u, v: box.bottom)
        case .flat: return Pixel(u: u, v: box.top / 2 + box.bottom / 2)
        }
    }

    private func place(
        _ object: FrameObject, _ pixel: Pixel, _ sighting: Sighting
    ) -> Result<Geotag, PlacementRefusal> {
        if let geotag = ranged(object, pixel, sighting) { return .success(geotag) }
        let own = ray(sighting) { _ in pixel }
        let isContradicted = axisError(sighting).map { $0.degrees > $0.limit } ?? false
        let isMissing: Bool
        switch own {
        case .success: isMissing = false
        // Something was not stated. Every other refusal is about the geometry, and stands.
        case .failure(let refusal): isMissing = [.noFieldOfView, .noPose, .noGroundHeight].contains(refusal)
        }
        guard isContradicted || isMissing else { return own }
        let stated = stated(object, sighting.frame, .success(sighting))
        if !isContradicted, let stated { return .success(stated) }
        if let geotag = corners(pixel, sighting) { return .success(geotag) }
        if let stated { return .success(stated) }
        if let geotag = center(pixel, sighting) { return .success(geotag) }
        return isContradicted ? .failure(.noPose) : own
    }

    /// Our own ray.
    private func ray(
        _ sighting: Sighting, _ pixel: (CameraModel) -> Pixel
    ) -> Result<Geotag, PlacementRefusal> {
        guard let camera = sighting.camera else { return .failure(.noFieldOfView) }
        guard let rotation = sighting.rotation else { return .failure(.noPose) }
        let projector = Projector(sensor: sighting.sensor, rotation: rotation, camera: camera)
        let pixel = pixel(camera)
        if let met = onTerrain(pixel, projector, sighting) { return met }
        guard let ground = sighting.groundHeight else { return .failure(.noGroundHeight) }
        guard sighting.sensor.height - ground.meters >= options.minimumHeight else { return .failure(.belowGround) }
        switch projector.project(pixel, groundHeight: ground.meters) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let projection):
            guard projection.elevation <= -options.minimumDepression, projection.slantRange <= options.maximumRange
            else { return .failure(.tooOblique) }
            let line = SightLine(
                projector, pixel, to: projection.point, on: .ground(north: 0, east: 0), motion: sighting.frame.motion)
            guard let line, let error = propagation(sighting).error(of: line, rotation: rotation) else {
                return .failure(.tooOblique)
            }
            return .success(
                geotag(
                    projection.point, .rayEllipsoid, error, age: sighting.poseAge,
                    gsd: projector.gsd(of: pixel, at: projection.point),
                    datum: sighting.datum + sighting.fieldWords
                        + (options.terrain == nil ? "" : "; no terrain data there")))
        }
    }

    func propagation(_ sighting: Sighting) -> ErrorPropagation {
        ErrorPropagation(
            errors: options.errors, time: sighting.timeError(options.errors.time), motion: sighting.frame.motion,
            speed: sighting.speed(assumed: options.assumedSpeed))
    }

    func geotag(
        _ point: GeodeticPoint, _ method: Geotag.Method, _ error: PositionError, age: Double, gsd: Double? = nil,
        datum: String
    ) -> Geotag {
        var geotag = Geotag(
            point: point, method: method, ellipse: error.ellipse, ce90: error.ce90, poseAgeMilliseconds: age * 1000,
            sourceDatum: datum)
        geotag.gsd = gsd
        geotag.common = error.common
        geotag.perSecond = error.perSecond
        return geotag
    }
}
