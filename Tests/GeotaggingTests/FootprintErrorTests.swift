import Geodesy
import Inspection
import Testing

@testable import Geotagging

/// How far off what a frame shows of a place may be, against the error of a thing that is placed there.
@Suite struct FootprintErrorTests {
    private static func placement(
        _ change: (inout PoseErrors) -> Void = { _ in }, terrain: (any Terrain)? = nil
    ) -> RayPlacement {
        var options = RayPlacement.Options()
        options.groundHeight = 200
        options.terrain = terrain
        // Nobody draws a box around a place.
        options.errors.pixel = 0
        change(&options.errors)
        return RayPlacement(options: options)
    }

    private static func frame(
        pitch: Double = -60, yaw: Double = 45, above: Double = 120, motion: CameraMotion? = nil
    ) -> FrameMetadata {
        var sample = FrameBuilder.sample()
        sample.heightHAE = 200 + above
        sample.camera = .earth(Attitude(yaw: yaw, pitch: pitch, roll: 2))
        sample.groundSpeed = nil
        var frame = FrameBuilder.frame(sample)
        frame.motion = motion
        return frame
    }

    /// CE90 of a place seen at a pixel, and of a thing whose box is there.
    private static func errors(
        _ frame: FrameMetadata, _ placement: RayPlacement, u: Double, v: Double
    ) throws -> (seen: Double, placed: Double) {
        let tag = try placement.place(FrameBuilder.object(u: u, v: v), footing: .flat, in: frame).get()
        let view = try #require(placement.groundView(of: frame))
        let look = try #require(view.look(at: tag.point) { _ in 0 })
        return (try #require(look.ce90), tag.ce90)
    }

    private static let moving = CameraMotion(velocity: Vector(9, 4, 0), turn: Vector(0, 1, 6))

    @Test(
        arguments: [
            (-90, 120, nil, 1.5, nil), (-75, 40, nil, 1.5, nil), (-60, 300, moving, 1.5, nil),
            (-50, 120, moving, 0.3, nil),
            (-60, 120, nil, 8, nil), (-70, 120, moving, 1.5, 0.3), (-60, 90, nil, 1.5, -0.25),
        ] as [(Double, Double, CameraMotion?, Double, Double?)])
    func `a place is off by as much as a thing placed there`(
        pitch: Double, above: Double, motion: CameraMotion?, yawError: Double, rise: Double?
    ) throws {
        let frame = Self.frame(pitch: pitch, above: above, motion: motion)
        let hill = rise.map {
            Incline(
                at: GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 200), ground: 200, azimuth: 45, rise: $0,
                cross: 0.1, error: 2)
        }
        let placement = Self.placement({ $0.yaw = yawError }, terrain: hill)
        for u in stride(from: 40.0, through: 1880, by: 230) {
            for v in stride(from: 40.0, through: 1040, by: 200) {
                let (seen, placed) = try Self.errors(frame, placement, u: u, v: v)
                #expect(seen >= 0.99 * placed && seen <= 1.15 * placed, "\(seen) is not \(placed) at \(u), \(v)")
            }
        }
    }

    @Test func `what the pose is unsure of makes it larger`() throws {
        func error(_ change: (inout FrameMetadata, inout PoseErrors) -> Void) throws -> Double {
            var frame = Self.frame(pitch: -80)
            var errors = PoseErrors()
            change(&frame, &errors)
            return try Self.errors(frame, Self.placement { $0 = errors }, u: 700, v: 500).seen
        }
        let sure = try error { _, _ in }
        #expect((4...9).contains(sure))
        // At 15 m/s, late by 0.3 s of which nothing is known.
        let late = try error { frame, _ in
            frame.telemetry?.groundSpeed = 15
            frame.clockError = 0.3
        }
        let old = try error { frame, _ in
            frame.telemetry?.groundSpeed = 15
            frame.poseAge = 0.45
        }
        #expect(late > 1.4 * sure && old > 1.8 * sure, "\(sure), \(late), \(old)")
        #expect(try error { _, errors in errors.yaw = 12 } > 1.05 * sure)
        #expect(try error { _, errors in errors.horizontal = 8 } > 2 * sure)
        // A single pixel of a box is none of it.
        #expect(try error { _, errors in errors.pixel = 400 } == sure)
    }

    @Test func `where nobody knows the error, a place is not surely inside`() throws {
        func look(_ frame: FrameMetadata, _ options: RayPlacement.Options) throws -> GroundView.Look {
            let view = try #require(RayPlacement(options: options).groundView(of: frame))
            var place = view.camera.moved(north: 25, east: 25)
            place.height = 200
            return try #require(view.look(at: place) { _ in 1 })
        }
        var options = RayPlacement.Options()
        options.groundHeight = 200
        let frame = Self.frame(pitch: -75)
        #expect(try look(frame, options).isInside)
        // The gimbal swings, and the time is poorly known.
        var swinging = frame
        swinging.motion = CameraMotion(velocity: Vector(0, 0, 0), turn: Vector(0, 100, 0))
        swinging.clockError = 0.4
        #expect(try look(swinging, options).isInside == false)
        #expect(try look(swinging, options).ce90 == nil)
        // Nobody knows how high the ground is.
        options.groundHeight = nil
        let blind = try look(frame, options)
        #expect(!blind.isInside && blind.ce90 == nil)
    }

    @Test(arguments: [(0.5, true), (0.51, false), (-0.51, false)])
    func `a stale pose shows nothing`(age: Double, isShown: Bool) {
        var frame = Self.frame()
        frame.poseAge = age
        #expect((Self.placement().groundView(of: frame) != nil) == isShown)
    }

    @Test(arguments: [(1.9, false), (2.1, true)])
    func `a camera at the ground shows nothing`(above: Double, isShown: Bool) {
        #expect((Self.placement().groundView(of: Self.frame(above: above)) != nil) == isShown)
    }
}
