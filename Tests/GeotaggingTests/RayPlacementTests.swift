import Foundation
import Geodesy
import Geotagging
import Inspection
import Testing

@Suite struct RayPlacementTests {
    private func placement(_ change: (inout RayPlacement.Options) -> Void = { _ in }) -> RayPlacement {
        var options = RayPlacement.Options()
        options.groundHeight = 200
        change(&options)
        return RayPlacement(options: options)
    }

    private func refusal(
        _ placement: RayPlacement, _ frame: FrameMetadata, _ object: FrameObject = FrameBuilder.object()
    ) -> PlacementRefusal? {
        if case .failure(let refusal) = placement.place(object, footing: .flat, in: frame) { refusal } else { nil }
    }

    @Test func `a heap is where the middle of its box is`() throws {
        let frame = FrameBuilder.frame(FrameBuilder.sample())
        let geotag = try placement().place(FrameBuilder.object(u: 1400, v: 900), footing: .flat, in: frame).get()
        #expect(geotag.method == .rayEllipsoid)
        #expect(abs(geotag.point.latitude - 28.900226359) < 1e-9)
        #expect(abs(geotag.point.longitude - 118.500825552) < 1e-9)
        #expect(geotag.sourceDatum == "sensor HAE; configured ground HAE")
        #expect(geotag.ce90 > geotag.ellipse.semiMajor * 1.6 && geotag.ce90 < geotag.ellipse.semiMajor * 2.2)
    }

    @Test func `a person is where the feet are`() throws {
        let frame = FrameBuilder.frame(FrameBuilder.sample())
        let geotag = try placement().place(FrameBuilder.object(u: 1400, v: 880), footing: .standing, in: frame).get()
        #expect(abs(geotag.point.latitude - 28.900226359) < 1e-9)
    }

    @Test func `a configured field of view counts where none is stated, narrowed by the zoom that is`() throws {
        let object = FrameBuilder.object(u: 1400, v: 900)
        func geotag(_ field: FieldOfView?, zoom: Double?, _ stated: Double? = nil) throws -> Geotag {
            var sample = FrameBuilder.sample()
            sample.horizontalFieldOfView = stated
            sample.verticalFieldOfView = nil
            sample.zoom = zoom
            return try placement { $0.fieldOfView = field }
                .place(object, footing: .flat, in: FrameBuilder.frame(sample)).get()
        }
        let expected = try geotag(nil, zoom: nil, 63.7)
        let wide = try geotag(FieldOfView(horizontal: 63.7), zoom: nil)
        #expect(wide.point == expected.point)
        #expect(wide.sourceDatum == "sensor HAE; configured ground HAE; configured field of view")
        // tan 31.85° · 2 = tan 51.171°: the angle at zoom 1 of what is 63.7° at zoom 2.
        let zoomed = try geotag(FieldOfView(horizontal: 102.3424), zoom: 2)
        #expect(abs(zoomed.point.latitude - expected.point.latitude) < 1e-8)
        #expect(zoomed.sourceDatum.hasSuffix("configured field of view at the stated zoom 2.0"))
        // tan 31.85° · √(16² + 9²) / 16 = tan 35.480°.
        let diagonal = try geotag(FieldOfView(diagonal: 70.9605), zoom: nil)
        #expect(abs(diagonal.point.longitude - expected.point.longitude) < 1e-7)
        // What is stated goes before it.
        #expect(try geotag(FieldOfView(horizontal: 20), zoom: 2, 63.7) == expected)
        #expect(throws: PlacementRefusal.noFieldOfView) { try geotag(nil, zoom: 2) }
    }

    @Test func `what is missing or wrong is refused by name`() {
        let good = FrameBuilder.sample()
        func with(_ change: (inout TelemetrySample) -> Void) -> FrameMetadata {
            var sample = good
            change(&sample)
            return FrameBuilder.frame(sample)
        }
        let place = placement()
        #expect(refusal(place, FrameBuilder.frame(good)) == nil)
        #expect(refusal(place, FrameBuilder.frame(nil)) == .noPose)
        #expect(refusal(place, FrameBuilder.frame(good, poseAge: nil)) == .stalePose)
        #expect(refusal(place, FrameBuilder.frame(good, poseAge: 0.51)) == .stalePose)
        #expect(refusal(place, FrameBuilder.frame(good, poseAge: .nan)) == .stalePose)
        #expect(refusal(place, FrameBuilder.frame(good, poseAge: 0.5)) == nil)
        #expect(refusal(place, with { $0.hasFix = false }) == .noFix)
        #expect(refusal(place, with { $0.latitude = nil }) == .noFix)
        #expect(
            refusal(
                place,
                with {
                    $0.latitude = 0; $0.longitude = 0
                }) == .noFix)
        #expect(refusal(place, with { $0.latitude = 113.44 }) == .offGlobe)
        #expect(refusal(place, with { $0.heightHAE = nil }) == .noPose)
        #expect(refusal(place, with { $0.heightHAE = 1e9 }) == .offGlobe)
        #expect(refusal(place, with { $0.heightHAE = 201 }) == .belowGround)
        #expect(refusal(place, with { $0.camera = nil }) == .noPose)
        #expect(refusal(place, with { $0.camera = .earth(Attitude(yaw: 0, pitch: 0, roll: 0)) }) == .noPose)
        #expect(refusal(place, with { $0.camera = .body(Attitude(yaw: 0, pitch: -45, roll: 0)) }) == .noPose)
        #expect(refusal(place, with { $0.camera = .earth(Attitude(yaw: 0, pitch: .nan, roll: 0)) }) == .noPose)
        #expect(refusal(place, with { $0.camera = .earth(Attitude(yaw: 0, pitch: 5, roll: 0)) }) == .aboveHorizon)
        #expect(refusal(place, with { $0.camera = .earth(Attitude(yaw: 0, pitch: -2.9, roll: 0)) }) == .tooOblique)
        #expect(refusal(place, with { $0.horizontalFieldOfView = 0 }) == .noFieldOfView)
        #expect(refusal(place, with { $0.horizontalFieldOfView = 180 }) == .noFieldOfView)
        #expect(refusal(place, FrameBuilder.frame(good, width: 0, height: 0)) == .noFieldOfView)
        #expect(refusal(place, FrameBuilder.frame(good), FrameObject(label: "x", confidence: nil, box: nil)) == .noBox)
        #expect(refusal(place, FrameBuilder.frame(good), FrameBuilder.object(u: .nan)) == .noBox)
        #expect(refusal(placement { $0.groundHeight = nil }, FrameBuilder.frame(good)) == .noGroundHeight)
        #expect(refusal(placement { $0.maximumRange = 169 }, FrameBuilder.frame(good)) == .tooOblique)
    }

    @Test func `heights above the sea are never mixed with heights above the ellipsoid`() throws {
        var sample = FrameBuilder.sample()
        sample.heightMSL = 316
        sample.frameCenter = .init(
            latitude: 28.900765564, longitude: 118.500869982, heightMSL: 196, heightHAE: nil)
        let place = placement { $0.groundHeight = nil }
        let geotag = try place.place(FrameBuilder.object(), footing: .flat, in: FrameBuilder.frame(sample)).get()
        #expect(abs(geotag.point.height - 200) < 1e-6)
        #expect(abs(geotag.point.latitude - 28.900765564) < 1e-9)
        #expect(geotag.sourceDatum == "sensor HAE; ground MSL + the sensor's own HAE − MSL of the stated frame centre")
        sample.heightHAE = nil
        #expect(refusal(place, FrameBuilder.frame(sample)) == .noPose)
    }

    @Test func `heights above the sea are used through the geoid`() throws {
        guard let grid = FileManager.default.contents(atPath: "/usr/share/proj/egm96_15.gtx") else {
            print("EGM96 grid absent: heights above the sea not tried")
            return
        }
        let geoid = try Geoid(gtx: Array(grid))
        var sample = FrameBuilder.sample()
        sample.heightHAE = nil
        sample.heightMSL = 315.92
        let place = placement { $0.geoid = geoid }
        let geotag = try place.place(FrameBuilder.object(), footing: .flat, in: FrameBuilder.frame(sample)).get()
        #expect(abs(geotag.point.latitude - 28.900765564) < 2e-7)
        #expect(geotag.sourceDatum == "sensor MSL + EGM96; configured ground HAE")
    }

    @Test func `the height above take-off stands in for the ground`() throws {
        var sample = FrameBuilder.sample()
        sample.heightAboveTakeoff = 120
        let place = placement { $0.groundHeight = nil }
        let geotag = try place.place(FrameBuilder.object(), footing: .flat, in: FrameBuilder.frame(sample)).get()
        #expect(abs(geotag.point.height - 200) < 1e-6)
        #expect(geotag.sourceDatum == "sensor HAE; ground at the take-off point")
        sample.heightHAE = nil
        let onGround = try placement().place(FrameBuilder.object(), footing: .flat, in: FrameBuilder.frame(sample))
            .get()
        #expect(abs(onGround.point.latitude - geotag.point.latitude) < 1e-9)
    }

    @Test(arguments: [(90.0, 0.0), (-90, 118.5), (89.9999, -180), (28.9, 180), (28.9, -179.99999), (-0.0001, 0.0001)])
    func `poles, 180° and 0° are places like others`(_ latitude: Double, _ longitude: Double) throws {
        let usual = try placement().place(
            FrameBuilder.object(), footing: .flat, in: FrameBuilder.frame(FrameBuilder.sample())
        ).get()
        var sample = FrameBuilder.sample()
        sample.latitude = latitude
        sample.longitude = longitude
        let geotag = try placement().place(FrameBuilder.object(), footing: .flat, in: FrameBuilder.frame(sample)).get()
        #expect(geotag.point.isOnGlobe)
        let sensor = GeodeticPoint(latitude: latitude, longitude: longitude, height: 200)
        // 120 m below and 120 m ahead.
        #expect(abs((geotag.point.ecef - sensor.ecef).length - 120) < 0.02)
        #expect(abs(geotag.ce90 / usual.ce90 - 1) < 0.001)
    }

    @Test func `an older pose is a wider error`() throws {
        var sample = FrameBuilder.sample()
        sample.groundSpeed = 10
        let fresh = try placement().place(FrameBuilder.object(), footing: .flat, in: FrameBuilder.frame(sample)).get()
        let old = try placement().place(
            FrameBuilder.object(), footing: .flat, in: FrameBuilder.frame(sample, poseAge: 0.4)
        ).get()
        #expect(old.ce90 > fresh.ce90 + 0.5)
        #expect(old.poseAgeMilliseconds == 400)
    }

    @Test func `an analyser's own position stands in, and goes first when asked to`() throws {
        let there = FrameObject.StatedPosition(
            point: GeodeticPoint(latitude: 28.91, longitude: 118.51, height: 200), sigma: SIMD3(2, 3, 4))
        let object = FrameBuilder.object(stated: there)
        let good = FrameBuilder.frame(FrameBuilder.sample())
        #expect(try placement().place(object, footing: .flat, in: good).get().method == .rayEllipsoid)
        let preferred = placement { $0.prefersStatedPosition = true }
        #expect(try preferred.place(object, footing: .flat, in: good).get().method == .statedPosition)
        let blind = try placement().place(object, footing: .flat, in: FrameBuilder.frame(nil)).get()
        #expect(blind.point == there.point)
        #expect(blind.ellipse == ErrorEllipse(semiMajor: 3, semiMinor: 2, bearing: 0))
        let zero = FrameObject.StatedPosition(point: GeodeticPoint(latitude: 0, longitude: 0, height: 0), sigma: nil)
        #expect(refusal(placement(), FrameBuilder.frame(nil), FrameBuilder.object(stated: zero)) == .noPose)
        let bare = FrameObject.StatedPosition(point: there.point, sigma: nil)
        let unsure = try placement().place(
            FrameBuilder.object(stated: bare), footing: .flat, in: FrameBuilder.frame(nil)
        )
        .get()
        #expect(abs(unsure.ellipse.semiMajor - 20.0.squareRoot()) < 1e-9)
    }

    @Test func `the aircraft's own place is given only when asked for`() throws {
        var sample = FrameBuilder.sample()
        sample.camera = .earth(Attitude(yaw: 0, pitch: 5, roll: 0))
        let frame = FrameBuilder.frame(sample)
        #expect(refusal(placement(), frame) == .aboveHorizon)
        let geotag = try placement { $0.fallsBackToPlatform = true }.place(
            FrameBuilder.object(), footing: .flat, in: frame
        )
        .get()
        #expect(geotag.method == .platform)
        #expect(geotag.point == GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 200))
        #expect(geotag.ellipse.semiMajor > 240)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, 1e308, -1e308]) func `no input stops it`(_ bad: Double) {
        var sample = FrameBuilder.sample()
        sample.frameCenter = .init(latitude: bad, longitude: bad, heightMSL: bad, heightHAE: bad)
        sample.corners = [TelemetrySample.StatedPoint](repeating: sample.frameCenter!, count: 4)
        sample.groundSpeed = bad
        sample.slantRange = bad
        sample.heightAboveTakeoff = bad
        sample.heightMSL = bad
        let object = FrameBuilder.object(
            u: 10,
            stated: .init(point: GeodeticPoint(latitude: bad, longitude: bad, height: bad), sigma: SIMD3(bad, bad, bad))
        )
        for camera in [TelemetrySample.CameraAttitude.earth(Attitude(yaw: bad, pitch: bad, roll: bad)), sample.camera!]
        {
            sample.camera = camera
            for place in [
                placement(),
                placement {
                    $0.groundHeight = nil; $0.fallsBackToPlatform = true
                },
            ] {
                for age in [bad, 0] {
                    let frame = FrameBuilder.frame(sample, width: .max, height: .min, poseAge: age)
                    for frame in [frame, FrameBuilder.frame(sample, poseAge: age)] {
                        if case .success(let geotag) = place.place(object, footing: .standing, in: frame) {
                            #expect(geotag.point.isOnGlobe && geotag.ce90.isFinite)
                        }
                    }
                }
            }
        }
    }
}
