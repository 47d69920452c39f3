import Foundation
import Geodesy
import Geotagging
import Inspection
import Testing

/// One kind of look at the ground, tried over and over: a truth is drawn, what the aircraft states of it is drawn from the
/// stated sigmas, and the place that follows is compared with the truth. Nothing here is taken from the code that says
/// the error.
struct MonteCarlo: Sendable, CustomTestStringConvertible {
    var name: String
    /// Degrees.
    var pitch: ClosedRange<Double>
    var roll = -1.0...1.0
    /// Metres above the ground.
    var height: ClosedRange<Double>
    var fieldOfView = 60.0
    /// Of the picture's half width and height, within which the thing may be.
    var spread = 0.8
    /// Metres a second, and degrees a second about the camera's down axis.
    var speed = 0.0
    var turn = 0.0
    var poseAge = 0.0
    var clockError = 0.0
    /// Metres that the ground rises per metre along the line of sight, and across it.
    var rise = 0.0
    var cross = 0.0
    var isOnTerrain = false
    var hasLaser = false
    var statesTarget = false
    var isRelative = false
    var statesMotion = true
    var latitude = 28.9
    var longitude = 118.5
    var errors = PoseErrors()

    var testDescription: String { name }

    init(
        _ name: String, _ pitch: ClosedRange<Double>, height: ClosedRange<Double>,
        _ change: (inout Self) -> Void = { _ in }
    ) {
        self.name = name
        self.pitch = pitch
        self.height = height
        change(&self)
    }

    struct Outcome {
        var placed = 0
        var refused = 0
        var inside = 0
        var radii = 0.0

        var share: Double { Double(inside) / Double(max(placed, 1)) }
    }

    private static let size = (width: 1920, height: 1080)
    private static let ground = 200.0

    func run(_ draws: Int) throws -> Outcome {
        var random = SeededRandom(name)
        var outcome = Outcome()
        for _ in 0..<draws { try draw(&random, &outcome) }
        return outcome
    }

    private func draw(_ random: inout SeededRandom, _ outcome: inout Outcome) throws {
        let yaw = random.uniform(0...360)
        let sensor = GeodeticPoint(
            latitude: latitude, longitude: longitude, height: Self.ground + random.uniform(height))
        let rotation = Rotation(Attitude(yaw: yaw, pitch: random.uniform(pitch), roll: random.uniform(roll)))
        guard
            let camera = CameraModel(
                width: Self.size.width, height: Self.size.height, horizontalFieldOfView: fieldOfView)
        else { return }
        let pixel = Pixel(
            u: 960 * (1 + random.uniform(-spread...spread)), v: 540 * (1 + random.uniform(-spread...spread)))
        let hill = Incline(at: sensor, ground: Self.ground, azimuth: yaw, rise: rise, cross: cross)
        let met =
            isOnTerrain
            ? project(
                sensor: sensor, attitude: rotation.attitude, camera: camera, pixel: pixel, terrain: hill, limit: 40_000)
            : project(
                sensor: sensor, attitude: rotation.attitude, camera: camera, pixel: pixel, groundHeight: Self.ground)
        guard case .success(let truth)? = met, truth.slantRange < 14_000 else { return }

        let course = random.uniform(0...360) * .pi / 180
        let motion = CameraMotion(
            velocity: Vector(speed * cos(course), speed * sin(course), 0), turn: Vector(0, 0, turn))
        let seconds = random.normal(
            (errors.time * errors.time + clockError * clockError + poseAge * poseAge).squareRoot())
        let level = errors.yaw * abs((rotation * Vector(0, 0, 1)).z)
        let tilt = max(max(errors.pitch, errors.roll) * max(errors.pitch, errors.roll) - level * level, 0).squareRoot()
        let stated =
            .aboutDown(random.normal(errors.yaw)) * rotation * .aboutDown(turn * seconds)
            * .aboutForward(random.normal(errors.roll)) * .aboutRight(random.normal(errors.pitch))
            * .aboutDown(random.normal(tilt))
        let place = sensor.moved(
            north: random.normal(errors.horizontal) + motion.velocity.x * seconds,
            east: random.normal(errors.horizontal) + motion.velocity.y * seconds)

        var sample = TelemetrySample()
        sample.hasFix = true
        sample.latitude = place.latitude
        sample.longitude = place.longitude
        sample.heightHAE = sensor.height + random.normal(errors.vertical)
        sample.horizontalFieldOfView =
            2 * atan(tan(fieldOfView * .pi / 360) / (1 + random.normal(errors.focal) / 100)) * 180 / .pi
        sample.groundSpeed = speed
        if isRelative {
            let platform = Attitude(yaw: random.uniform(0...360), pitch: 4, roll: -3)
            sample.platform = platform
            sample.camera = .body((Rotation(platform).transposed * stated).attitude)
        } else {
            sample.camera = .earth(stated.attitude)
        }
        if hasLaser {
            let range = truth.slantRange + random.normal(0.2 + 0.0015 * truth.slantRange)
            sample.slantRange = range
            sample.isRangeMeasured = true
            if statesTarget {
                let frame = LocalFrame(
                    at: GeodeticPoint(
                        latitude: place.latitude, longitude: place.longitude, height: sample.heightHAE ?? 0))
                let axis = stated * (camera.direction(to: pixel) ?? Vector(1, 0, 0))
                let target = GeodeticPoint(ecef: frame.center + range * frame.ecef(ned: axis))
                sample.frameCenter = .init(
                    latitude: target.latitude, longitude: target.longitude, heightMSL: nil, heightHAE: target.height)
            }
        }
        var metadata = FrameBuilder.frame(sample, poseAge: poseAge)
        metadata.clockError = clockError
        if statesMotion { metadata.motion = motion }
        var options = RayPlacement.Options()
        options.errors = errors
        options.maximumRange = 15_000
        let shift = random.normal(errors.ground)
        if isOnTerrain {
            options.terrain = Incline(
                at: sensor, ground: Self.ground + shift, azimuth: yaw, rise: rise, cross: cross, error: errors.ground)
        } else {
            options.groundHeight = Self.ground + shift
        }
        let object = FrameBuilder.object(
            u: pixel.u + random.normal(errors.pixel), v: pixel.v + random.normal(errors.pixel))
        guard case .success(let geotag) = RayPlacement(options: options).place(object, footing: .flat, in: metadata)
        else {
            outcome.refused += 1
            return
        }
        let off = geotag.point.displacement(to: truth.point)
        outcome.placed += 1
        outcome.radii += geotag.ce90
        if hypot(off.north, off.east) <= geotag.ce90 { outcome.inside += 1 }
    }
}

/// Ground that rises evenly.
struct Incline: Terrain {
    var origin: GeodeticPoint
    var ground: Double
    /// Metres per metre.
    var north: Double
    var east: Double
    var error: Double
    let words = "terrain (EGM96)"

    init(
        at origin: GeodeticPoint, ground: Double, azimuth: Double, rise: Double, cross: Double, error: Double = 0
    ) {
        self.origin = origin
        self.ground = ground
        self.error = error
        let angle = azimuth * .pi / 180
        north = rise * cos(angle) - cross * sin(angle)
        east = rise * sin(angle) + cross * cos(angle)
    }

    func height(latitude: Double, longitude: Double) -> Double? {
        let moved = origin.displacement(to: GeodeticPoint(latitude: latitude, longitude: longitude, height: 0))
        return ground + north * moved.north + east * moved.east
    }

    func intersect(_ ray: Ray, limit: Double) -> TerrainMeeting {
        func above(_ distance: Double) -> Double {
            let point = GeodeticPoint(ecef: ray.point(at: distance))
            return point.height - (height(latitude: point.latitude, longitude: point.longitude) ?? 0)
        }
        guard above(0) > 0 else { return .belowGround }
        var (low, high) = (0.0, limit)
        guard above(high) < 0 else { return .miss }
        for _ in 0..<45 {
            let middle = (low + high) / 2
            if above(middle) > 0 { low = middle } else { high = middle }
        }
        return .ground(distance: high, point: GeodeticPoint(ecef: ray.point(at: high)))
    }
}

/// Numbers that are the same at every run.
struct SeededRandom {
    private var state: UInt64

    init(_ seed: String) {
        state = seed.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }

    private mutating func next() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return (Double((z ^ (z >> 31)) >> 11) + 0.5) / 9_007_199_254_740_992
    }

    mutating func uniform(_ range: ClosedRange<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * next()
    }

    mutating func normal(_ sigma: Double) -> Double { sigma * (-2 * log(next())).squareRoot() * cos(2 * .pi * next()) }
}
