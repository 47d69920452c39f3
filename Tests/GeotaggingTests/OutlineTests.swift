import Geodesy
import Geotagging
import Inspection
import Testing

@Suite struct OutlineTests {
    private func frame(pitch: Double) -> FrameMetadata {
        var sample = FrameBuilder.sample()
        sample.camera = .earth(Attitude(yaw: 30, pitch: pitch, roll: 0))
        return FrameBuilder.frame(sample)
    }

    private func placement(_ terrain: (any Terrain)? = nil) -> RayPlacement {
        var options = RayPlacement.Options()
        options.groundHeight = 200
        options.terrain = terrain
        return RayPlacement(options: options)
    }

    @Test func `a box seen from above covers its share of the picture`() throws {
        let outline = try #require(placement().outline(of: FrameBuilder.object(size: 200), in: frame(pitch: -90)))
        // 120 m above: 2 · 120 m · tan(31.85°) over 1920 px, and tan(19.25°) over 1080.
        let (across, down) = (149.096416 / 1920, 83.811752 / 1080)
        #expect(abs(outline.area - 200 * across * 200 * down) < 0.02)
        #expect(outline.corners.count == 4)
        let corners = outline.corners.map { outline.corners[0].displacement(to: $0) }
        #expect(abs(hypotenuse(corners[1]) - 200 * across) < 0.001)
        #expect(abs(hypotenuse(corners[3]) - 200 * down) < 0.001)
    }

    private func hypotenuse(_ v: (north: Double, east: Double)) -> Double {
        (v.north * v.north + v.east * v.east).squareRoot()
    }

    @Test func `an oblique box covers more ground, and the same corner for corner as the projection says`() throws {
        let above = try #require(placement().outline(of: FrameBuilder.object(size: 100), in: frame(pitch: -90)))
        let oblique = try #require(placement().outline(of: FrameBuilder.object(size: 100), in: frame(pitch: -30)))
        // The range is doubled and the ground is met at 30°: 4 times for the range, twice for the angle.
        #expect(abs(oblique.area / above.area - 8) < 0.3)
        let camera = try #require(
            CameraModel(width: 1920, height: 1080, horizontalFieldOfView: 63.7, verticalFieldOfView: 38.5))
        let lowerRight = try project(
            sensor: GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 320),
            attitude: Attitude(yaw: 30, pitch: -30, roll: 0), camera: camera, pixel: Pixel(u: 1010, v: 590),
            groundHeight: 200
        ).get().point
        #expect(oblique.corners[2].distance(to: lowerRight) < 1e-6)
    }

    @Test func `on terrain the corners stand on it`() throws {
        let hill = TerrainPlacementTests.Hillside()
        let outline = try #require(
            placement(hill).outline(of: FrameBuilder.object(size: 100), in: frame(pitch: -60)))
        for corner in outline.corners {
            let ground = try #require(hill.height(latitude: corner.latitude, longitude: corner.longitude))
            #expect(abs(corner.height - ground) < 0.001)
        }
    }

    @Test func `without all four corners there is no area`() {
        #expect(placement().outline(of: FrameBuilder.object(u: 960, v: 100, size: 180), in: frame(pitch: -15)) == nil)
        #expect(
            placement().outline(of: FrameObject(label: "x", confidence: nil, box: nil), in: frame(pitch: -60)) == nil)
        #expect(placement().outline(of: FrameBuilder.object(u: .nan), in: frame(pitch: -60)) == nil)
        #expect(placement().outline(of: FrameBuilder.object(), in: FrameBuilder.frame(nil)) == nil)
        #expect(placement().outline(of: FrameBuilder.object(size: -40), in: frame(pitch: -60)) == nil)
    }

    /// The optical axis meets the ground at 28.900766, 118.500870.
    @Test(arguments: [(28.900766, 118.50087, true), (28.89, 118.49, false)])
    func `angles that the stated frame centre contradicts give no area`(
        _ latitude: Double, _ longitude: Double, _ hasArea: Bool
    ) {
        var sample = FrameBuilder.sample()
        sample.frameCenter = .init(latitude: latitude, longitude: longitude, heightMSL: nil, heightHAE: 200)
        let outline = placement().outline(of: FrameBuilder.object(), in: FrameBuilder.frame(sample))
        #expect((outline != nil) == hasArea)
    }

    @Test func `the slope is the terrain's, and unknown without`() throws {
        let here = GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 180)
        #expect(placement().slope(at: here) == nil)
        // 4000 m a degree of 110 834 m northward, 1500 m a degree of 97 533 m eastward: 3.90 %.
        let slope = try #require(placement(TerrainPlacementTests.Hillside()).slope(at: here))
        #expect(abs(slope - 2.24658) < 0.001)
    }
}
