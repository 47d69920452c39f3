import Geodesy
import Geotagging
import Inspection
import Testing

@Suite struct TerrainPlacementTests {
    /// A hillside: 180 + 4000 (latitude − 28.9) + 1500 (longitude − 118.5) metres, known west of `edge`.
    struct Hillside: Terrain {
        var error = 3.0
        var words = "terrain (EGM96)"
        var edge = 119.0

        func height(latitude: Double, longitude: Double) -> Double? {
            longitude < edge ? 180 + 4000 * (latitude - 28.9) + 1500 * (longitude - 118.5) : nil
        }

        func intersect(_ ray: Ray, limit: Double) -> TerrainMeeting {
            func above(_ distance: Double) -> Double? {
                let point = GeodeticPoint(ecef: ray.point(at: distance))
                return height(latitude: point.latitude, longitude: point.longitude).map { point.height - $0 }
            }
            guard let first = above(0) else { return .noData }
            if first <= 0 { return .belowGround }
            var (low, high) = (0.0, 5.0)
            while high < limit {
                guard let clearance = above(high) else { return .noData }
                if clearance <= 0 { break }
                (low, high) = (high, high + 5)
            }
            guard high < limit else { return .miss }
            for _ in 0..<40 {
                let middle = (low + high) / 2
                if (above(middle) ?? 1) <= 0 { high = middle } else { low = middle }
            }
            return .ground(distance: high, point: GeodeticPoint(ecef: ray.point(at: high)))
        }
    }

    static func placement(
        _ terrain: Hillside = Hillside(), _ change: (inout RayPlacement.Options) -> Void = { _ in }
    ) -> RayPlacement {
        var options = RayPlacement.Options()
        options.terrain = terrain
        change(&options)
        return RayPlacement(options: options)
    }

    /// Yaw, pitch, u, v, latitude, longitude, range, ground height.
    static let vectors: [[Double]] = [
        [0, -45, 960, 540, 28.901219128, 118.5, 191.0955, 184.8765],
        [90, -30, 960, 540, 28.899999978, 118.502421717, 272.7438, 183.6325],
        [180, -20, 300, 800, 28.897652760, 118.501291336, 324.4870, 172.5480],
        [0, -8, 960, 540, 28.907153690, 118.5, 800.6917, 208.6148],
    ]

    @Test(arguments: vectors)
    func `places a pixel where its ray meets the terrain`(vector: [Double]) throws {
        var sample = FrameBuilder.sample()
        sample.camera = .earth(Attitude(yaw: vector[0], pitch: vector[1], roll: 0))
        let geotag = try Self.placement().place(
            FrameBuilder.object(u: vector[2], v: vector[3]), footing: .flat, in: FrameBuilder.frame(sample)
        ).get()
        #expect(geotag.method == .rayTerrain)
        #expect(geotag.sourceDatum == "sensor HAE; terrain (EGM96)")
        #expect(abs(geotag.point.latitude - vector[4]) < 2e-9 && abs(geotag.point.longitude - vector[5]) < 2e-9)
        #expect(abs(geotag.point.height - vector[7]) < 0.0002)
        let camera = try #require(
            CameraModel(width: 1920, height: 1080, horizontalFieldOfView: 63.7, verticalFieldOfView: 38.5))
        let projection = try #require(
            try project(
                sensor: GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 320),
                attitude: Attitude(yaw: vector[0], pitch: vector[1], roll: 0), camera: camera,
                pixel: Pixel(u: vector[2], v: vector[3]), terrain: Hillside(), limit: 3000)?.get())
        #expect(abs(projection.slantRange - vector[6]) < 0.0002)
    }

    @Test func `the terrain's own error counts, and a configured ground height does not`() throws {
        let frame = FrameBuilder.frame(FrameBuilder.sample())
        func geotag(_ error: Double) throws -> Geotag {
            try Self.placement(Hillside(error: error)) { $0.groundHeight = 50 }
                .place(FrameBuilder.object(), footing: .flat, in: frame).get()
        }
        #expect(try geotag(20).ce90 > geotag(1).ce90 * 2)
        #expect(try geotag(1).method == .rayTerrain)
    }

    @Test func `falls back to level ground where the terrain has no data, and says so`() throws {
        var sample = FrameBuilder.sample()
        sample.camera = .earth(Attitude(yaw: 90, pitch: -30, roll: 0))
        let frame = FrameBuilder.frame(sample)
        let terrain = Hillside(edge: 118.501)
        let geotag = try Self.placement(terrain) { $0.groundHeight = 200 }
            .place(FrameBuilder.object(), footing: .flat, in: frame).get()
        #expect(geotag.method == .rayEllipsoid)
        #expect(geotag.sourceDatum == "sensor HAE; configured ground HAE; no terrain data there")
        #expect(abs(geotag.point.height - 200) < 1e-6)
        let under = try Self.placement(terrain).place(FrameBuilder.object(), footing: .flat, in: frame).get()
        #expect(under.method == .rayEllipsoid)
        #expect(under.sourceDatum == "sensor HAE; terrain under the aircraft; no terrain data there")
        #expect(abs(under.point.height - 180) < 1e-6)
    }

    @Test func `refuses what lies under the terrain, above the horizon, too flat or too far`() {
        func refusal(_ height: Double, pitch: Double, range: Double = 15_000) -> PlacementRefusal? {
            var sample = FrameBuilder.sample()
            sample.heightHAE = height
            sample.camera = .earth(Attitude(yaw: 0, pitch: pitch, roll: 0))
            let placed = Self.placement { $0.maximumRange = range }
                .place(FrameBuilder.object(), footing: .flat, in: FrameBuilder.frame(sample))
            if case .failure(let refusal) = placed { return refusal }
            return nil
        }
        #expect(refusal(320, pitch: -45) == nil)
        #expect(refusal(170, pitch: -45) == .belowGround)
        #expect(refusal(181, pitch: -45) == .belowGround)
        #expect(refusal(320, pitch: 30) == .aboveHorizon)
        #expect(refusal(320, pitch: -45, range: 150) == .tooOblique)
        // The hill is met, but at too flat an angle.
        #expect(refusal(320, pitch: -2) == .tooOblique)
    }

    @Test func `a height above take-off stands on the terrain under the aircraft`() throws {
        var sample = FrameBuilder.sample()
        sample.heightHAE = nil
        sample.heightAboveTakeoff = 140
        sample.camera = .earth(Attitude(yaw: 0, pitch: -45, roll: 0))
        let frame = FrameBuilder.frame(sample)
        let geotag = try Self.placement().place(FrameBuilder.object(), footing: .flat, in: frame).get()
        #expect(abs(geotag.point.latitude - 28.901219128) < 2e-9)
        #expect(
            geotag.sourceDatum
                == "sensor height above take-off + terrain under the aircraft; terrain (EGM96)")
    }
}
