import Foundation
import Geodesy
import Inspection
import Testing

@testable import Geotagging

/// From places to pixels: held against what goes from pixels to places.
@Suite struct GroundViewTests {
    private struct Random: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            var x = state
            x ^= x >> 33
            x &*= 0xFF51_AFD7_ED55_8CCD
            return x ^ (x >> 33)
        }
    }

    private static func placement(terrain: (any Terrain)? = nil) -> RayPlacement {
        var options = RayPlacement.Options()
        options.groundHeight = 200
        options.terrain = terrain
        return RayPlacement(options: options)
    }

    private static func frame(_ random: inout Random, distortion: LensDistortion? = nil) -> FrameMetadata {
        var sample = FrameBuilder.sample()
        sample.heightHAE = 200 + Double.random(in: 40...300, using: &random)
        sample.camera = .earth(
            Attitude(
                yaw: .random(in: 0..<360, using: &random), pitch: .random(in: -90 ... -40, using: &random),
                roll: .random(in: -5...5, using: &random)))
        sample.distortion = distortion
        return FrameBuilder.frame(sample)
    }

    @Test(arguments: [nil, LensDistortion(k1: -0.05, k2: 0.01, p1: 0.001, p2: -0.001, centerX: 0.01, centerY: -0.005)])
    func `a place that a pixel meets is shown at that pixel`(distortion: LensDistortion?) throws {
        var random = Random(state: 7)
        let placement = Self.placement()
        for _ in 0..<500 {
            let frame = Self.frame(&random, distortion: distortion)
            let view = try #require(placement.groundView(of: frame))
            let (u, v) = (Double.random(in: 2...1918, using: &random), Double.random(in: 2...1078, using: &random))
            let tag = try placement.place(FrameBuilder.object(u: u, v: v), footing: .flat, in: frame).get()
            let look = try #require(view.look(at: tag.point))
            #expect(abs(look.pixel.u - u) < 0.01 && abs(look.pixel.v - v) < 0.01, "\(look.pixel) is not \(u), \(v)")
            let footprint = try placement.footprint(of: frame, gsd: 1000).get()
            let gsds = (footprint.corners.compactMap { $0?.gsd } + [footprint.center?.gsd ?? 0])
            #expect(look.gsd <= (gsds.max() ?? 0) * 1.01 && look.gsd > 0)
            #expect(look.depression > 0 && look.depression <= 90 && (0...1).contains(look.aside))
        }
    }

    @Test func `the middle of the picture is as its footprint says`() throws {
        var random = Random(state: 11)
        let placement = Self.placement()
        for _ in 0..<200 {
            let frame = Self.frame(&random)
            let center = try #require(try placement.footprint(of: frame, gsd: 1000).get().center)
            let look = try #require(placement.groundView(of: frame)?.look(at: center.point))
            #expect(abs(look.gsd / center.gsd - 1) < 1e-3)
            #expect(abs(look.depression - (90 - center.obliquity)) < 0.01)
            #expect(abs(look.range - center.range) < 0.01 && look.aside < 1e-3)
        }
    }

    @Test func `the picture holds what its footprint covers with the margin`() throws {
        var random = Random(state: 23)
        let placement = Self.placement()
        var counts = [false: 0, true: 0]
        var differences = 0
        for _ in 0..<400 {
            let frame = Self.frame(&random)
            let view = try #require(placement.groundView(of: frame))
            guard case .success(let footprint) = placement.footprint(of: frame, gsd: 1000), !footprint.isCut,
                let shape = GroundShape(areas: footprint.rings.map { [$0] }), let center = footprint.center
            else { continue }
            let margin = Double.random(in: 0...20, using: &random)
            let place = center.point.moved(
                north: .random(in: -120...120, using: &random), east: .random(in: -120...120, using: &random))
            let isHeld = view.look(at: place, margin: margin)?.isInside ?? false
            counts[isHeld, default: 0] += 1
            let around = (0..<16).map { Double($0) * .pi / 8 }.map {
                place.moved(north: margin * cos($0), east: margin * sin($0))
            }
            if (around + [place]).allSatisfy({ shape.contains($0) }) != isHeld { differences += 1 }
        }
        #expect(counts[true]! > 80 && counts[false]! > 80, "\(counts)")
        // A circle that touches the border within its sixteen points.
        #expect(differences <= 2, "\(differences)")
    }

    @Test func `what is outside, behind, or above the camera is not shown`() throws {
        let placement = Self.placement()
        let view = try #require(placement.groundView(of: FrameBuilder.frame(FrameBuilder.sample())))
        let here = view.camera
        #expect(view.look(at: here.moved(north: 85, east: 85)) != nil)
        #expect(view.look(at: here.moved(north: -85, east: -85)) == nil)
        #expect(view.look(at: here.moved(north: 50_000, east: 50_000)) == nil)
        #expect(view.look(at: GeodeticPoint(latitude: .nan, longitude: 0, height: 0)) == nil)
        #expect(view.look(at: here.moved(north: 85, east: 85), margin: .infinity)?.isInside == false)
        #expect(view.heightAboveGround == 120)
        var blind = FrameBuilder.sample()
        blind.camera = nil
        #expect(placement.groundView(of: FrameBuilder.frame(blind)) == nil)
        #expect(placement.groundView(of: FrameBuilder.frame(nil)) == nil)
        // It states a frame centre that its own rays contradict.
        var torn = FrameBuilder.sample()
        torn.frameCenter = .init(latitude: 28.89, longitude: 118.49, heightMSL: nil, heightHAE: 200)
        #expect(placement.groundView(of: FrameBuilder.frame(torn)) == nil)
    }

    /// Straight down from 120 m the picture ends some 92 m away; the model leads what lies about 210 m away to its
    /// middle.
    @Test func `a lens does not show what its model folds back into the picture`() throws {
        var sample = FrameBuilder.sample()
        sample.camera = .earth(Attitude(yaw: 0, pitch: -90, roll: 0))
        sample.distortion = LensDistortionTests.lens
        let view = try #require(Self.placement().groundView(of: FrameBuilder.frame(sample)))
        #expect(view.look(at: view.camera.moved(north: 0, east: 60)) != nil)
        for distance in stride(from: 100.0, through: 400, by: 2) {
            for angle in stride(from: 0, to: 2 * Double.pi, by: .pi / 12) {
                let place = view.camera.moved(north: distance * cos(angle), east: distance * sin(angle))
                #expect(view.look(at: place) == nil, "\(distance) m, \(angle)")
            }
        }
    }

    /// Level, and every ray meets the same.
    private struct Wall: Terrain {
        var meeting: @Sendable (Ray) -> TerrainMeeting
        var error: Double { 1 }
        var words: String { "a wall" }
        func height(latitude: Double, longitude: Double) -> Double? { 200 }
        func intersect(_ ray: Ray, limit: Double) -> TerrainMeeting { meeting(ray) }
    }

    @Test func `what stands behind a ridge is not shown, and nothing to a camera under the ground`() throws {
        let frame = FrameBuilder.frame(FrameBuilder.sample())
        func look(_ meeting: @escaping @Sendable (Ray) -> TerrainMeeting) throws -> GroundView.Look? {
            let view = try #require(Self.placement(terrain: Wall(meeting: meeting)).groundView(of: frame))
            return view.look(at: view.camera.moved(north: 85, east: 85))
        }
        #expect(try look { .ground(distance: 60, point: GeodeticPoint(ecef: $0.point(at: 60))) } == nil)
        #expect(try look { _ in .belowGround } == nil)
        #expect(try look { .ground(distance: 1e5, point: GeodeticPoint(ecef: $0.point(at: 1e5))) }?.isInside == true)
        // Whether anything stands before it nobody knows.
        #expect(try look { _ in .noData }?.isInside == false)
        #expect(try look { _ in .miss }?.isInside == false)
    }
}
