import Geodesy
public import Inspection

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension RayPlacement {
    /// What a frame's picture shows of the ground at `gsd` metres or finer. By our own rays, over terrain where there is
    /// some; where these contradict what the aircraft states, or cannot be drawn, by the picture corners that it states.
    /// Refused with `tooOblique` when nothing is seen so finely.
    public func footprint(of frame: FrameMetadata, gsd limit: Double) -> Result<Footprint, PlacementRefusal> {
        let sighting: Sighting
        switch self.sighting(of: frame) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let found): sighting = found
        }
        let isContradicted = axisError(sighting).map { $0.degrees > $0.limit } ?? false
        let own = isContradicted ? .failure(.noPose) : rays(sighting, limit)
        guard case .failure(let refusal) = own, [.noFieldOfView, .noPose, .noGroundHeight].contains(refusal) else {
            return own
        }
        return stated(sighting, limit) ?? own
    }

    /// Metres of ground that a pixel covers where a frame's picture shows the ground most finely: of its corners and its
    /// middle. Nil when it shows none.
    public func finestGSD(of frame: FrameMetadata) -> Double? {
        guard case .success(let seen) = footprint(of: frame, gsd: .infinity) else { return nil }
        return (seen.corners + [seen.center]).compactMap { $0?.gsd }.filter(\.isFinite).min()
    }

    private func rays(_ sighting: Sighting, _ limit: Double) -> Result<Footprint, PlacementRefusal> {
        guard let camera = sighting.camera else { return .failure(.noFieldOfView) }
        guard let rotation = sighting.rotation else { return .failure(.noPose) }
        let sensor = sighting.sensor
        let ground = options.terrain?.height(latitude: sensor.latitude, longitude: sensor.longitude)
        guard let under = ground ?? sighting.groundHeight?.meters else { return .failure(.noGroundHeight) }
        guard sensor.height - under >= options.minimumHeight else { return .failure(.belowGround) }
        let projector = Projector(sensor: sensor, rotation: rotation, camera: camera)
        let level = sighting.groundHeight?.meters
        let options = options
        let outline = FootprintOutline(width: Double(camera.width), height: Double(camera.height)) { pixel in
            projector.look(pixel, terrain: options.terrain, groundHeight: level, limit: options.maximumRange)
        } isSeen: { look in
            look.gsd <= limit && look.obliquity <= 90 - options.minimumDepression && look.range <= options.maximumRange
        }
        if options.terrain != nil {
            guard let (rings, isCut) = outline.uneven() else { return .failure(.tooOblique) }
            return .success(footprint(outline, rings, isCut, .rayTerrain))
        }
        guard let (ring, isCut) = outline.even(isStraight: camera.distortion == nil) else {
            return .failure(.tooOblique)
        }
        return .success(footprint(outline, [ring], isCut, .rayEllipsoid))
    }

    private func footprint(
        _ outline: FootprintOutline, _ rings: [[GeodeticPoint]], _ isCut: Bool, _ method: Geotag.Method
    ) -> Footprint {
        let (width, height) = (outline.width, outline.height)
        let corners = [(0, 0), (width, 0), (width, height), (0, height)].map { outline.look(Pixel(u: $0.0, v: $0.1)) }
        return Footprint(
            rings: rings, corners: corners, center: outline.look(Pixel(u: width / 2, v: height / 2)), isCut: isCut,
            method: method)
    }

    /// By the stated corners; nil without four of them.
    private func stated(_ sighting: Sighting, _ limit: Double) -> Result<Footprint, PlacementRefusal>? {
        let frame = sighting.frame.frame
        let (width, height) = (Double(frame.width), Double(frame.height))
        guard width > 0, height > 0,
            let picture = StatedPicture(
                corners: sighting.sample.corners, height: sighting.groundHeight?.meters ?? 0)
        else { return nil }
        let options = options
        let outline = FootprintOutline(width: width, height: height) { pixel in
            // Half a pixel to either side, and to one at the edges.
            let (left, right) = (max(pixel.u - 0.5, 0), min(pixel.u + 0.5, width))
            let (top, bottom) = (max(pixel.v - 0.5, 0), min(pixel.v + 0.5, height))
            func at(_ u: Double, _ v: Double) -> GeodeticPoint? { picture.point(u: u / width, v: v / height) }
            guard let point = at(pixel.u, pixel.v), let west = at(left, pixel.v), let east = at(right, pixel.v),
                let north = at(pixel.u, top), let south = at(pixel.u, bottom), right > left, bottom > top
            else { return nil }
            let (across, down) = (west.displacement(to: east), north.displacement(to: south))
            let line = sighting.sightLine(to: point)
            return Footprint.Look(
                point: point,
                gsd: Projector.longestAxis(
                    Vector(across.north, across.east, 0) / (right - left),
                    Vector(down.north, down.east, 0) / (bottom - top)),
                obliquity: 90 + line.elevation, range: line.range)
        } isSeen: { look in
            look.gsd <= limit && look.obliquity <= 90 - options.minimumDepression && look.range <= options.maximumRange
        }
        guard let (ring, isCut) = outline.even(isStraight: true) else { return .failure(.tooOblique) }
        return .success(footprint(outline, [ring], isCut, .statedCorners))
    }
}

extension Projector {
    /// The ground that a pixel sees: of the terrain, else of the ellipsoid at `groundHeight` where the terrain has no data;
    /// nil where there is none within `limit` metres.
    func look(
        _ pixel: Pixel, terrain: (any Terrain)?, groundHeight: Double?, limit: Double
    ) -> Footprint.Look? {
        guard let axis = camera.direction(to: pixel), axis.x > 1e-6 else { return nil }
        let line = frame.ecef(ned: rotation * (axis / axis.x))
        guard line.isFinite, let ray = Ray(origin: frame.center, direction: line) else { return nil }
        var met: (distance: Double, point: GeodeticPoint)?
        var isOverLevel = true
        if let terrain {
            switch terrain.intersect(ray, limit: limit) {
            case .ground(let distance, let point): met = (distance, point)
            case .noData: break
            case .belowGround, .miss: isOverLevel = false
            }
        }
        if met == nil, isOverLevel, let groundHeight, let distance = ray.distance(toHeight: groundHeight) {
            met = (distance, GeodeticPoint(ecef: ray.point(at: distance)))
        }
        guard let (distance, point) = met, point.isOnGlobe, let (right, down) = tangents(at: pixel, axis) else {
            return nil
        }
        let up = LocalFrame(at: point).up
        let fall = line.dot(up)
        guard fall < 0 else { return nil }
        return Footprint.Look(
            point: point, gsd: gsd(along: line, distance: distance, up: up, right: right, down: down),
            obliquity: acos(min(max(-fall / line.length, -1), 1)) * 180 / .pi, range: distance)
    }

    /// Metres of level ground that a pixel covers `distance` metres along `line`, which reaches one metre along the optical
    /// axis and falls, in the direction in which it covers most. `up` there; `right` and `down` as of ``tangents(at:_:)``.
    private func gsd(along line: Vector, distance: Double, up: Vector, right: Vector, down: Vector) -> Double {
        let (scale, fall) = (distance / line.length, line.dot(up))
        func onGround(_ turn: Vector) -> Vector {
            let moved = frame.ecef(ned: rotation * turn)
            return scale * (moved - (moved.dot(up) / fall) * line)
        }
        return Self.longestAxis(onGround(right), onGround(down))
    }

    /// The same of a pixel whose ray meets the ground at `point`; nil where it cannot be had.
    func gsd(of pixel: Pixel, at point: GeodeticPoint) -> Double? {
        guard let axis = camera.direction(to: pixel), axis.x > 1e-6, let (right, down) = tangents(at: pixel, axis)
        else { return nil }
        let (line, local) = (frame.ecef(ned: rotation * (axis / axis.x)), LocalFrame(at: point))
        guard line.isFinite, line.dot(local.up) < 0 else { return nil }
        let distance = (local.center - frame.center).length
        let gsd = gsd(along: line, distance: distance, up: local.up, right: right, down: down)
        return gsd > 0 && gsd.isFinite ? gsd : nil
    }

    /// By how much the direction of a pixel, one metre along the optical axis, changes from pixel to pixel.
    func tangents(at pixel: Pixel, _ axis: Vector) -> (right: Vector, down: Vector)? {
        guard camera.distortion != nil else {
            return (Vector(0, 1 / camera.focalX, 0), Vector(0, 0, 1 / camera.focalY))
        }
        // Inward, since there may be nothing beyond the edge.
        let (u, v) = (pixel.u > camera.center.u ? -1.0 : 1, pixel.v > camera.center.v ? -1.0 : 1)
        guard let aside = camera.direction(to: Pixel(u: pixel.u + u, v: pixel.v)),
            let below = camera.direction(to: Pixel(u: pixel.u, v: pixel.v + v)), aside.x > 1e-6, below.x > 1e-6
        else { return nil }
        let here = axis / axis.x
        return ((aside / aside.x - here) * u, (below / below.x - here) * v)
    }

    /// The longer half axis of the ellipse that a circle of one pixel's radius becomes.
    static func longestAxis(_ a: Vector, _ b: Vector) -> Double {
        let (e, f, g) = (a.dot(a), a.dot(b), b.dot(b))
        return ((e + g) / 2 + hypot((e - g) / 2, f)).squareRoot()
    }
}
