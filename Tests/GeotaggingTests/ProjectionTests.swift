import Geodesy
import Geotagging
import Inspection
import Testing

@Suite struct ProjectionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var sensor: GeodeticPoint
        var attitude: Attitude
        var camera: CameraModel?
        var pixel: Pixel
        var ground: Double
        /// Azimuth, elevation, latitude, longitude, range.
        var expected: [Double]
        var testDescription: String { name }

        init(
            _ name: String, _ pose: [Double], _ fieldOfView: (Double, Double), _ size: (Int, Int),
            _ pixel: (Double, Double),
            _ ground: Double, _ expected: [Double]
        ) {
            self.name = name
            sensor = GeodeticPoint(latitude: pose[0], longitude: pose[1], height: pose[2])
            attitude = Attitude(yaw: pose[3], pitch: pose[4], roll: pose[5])
            camera = CameraModel(
                width: size.0, height: size.1, horizontalFieldOfView: fieldOfView.0, verticalFieldOfView: fieldOfView.1)
            self.pixel = Pixel(u: pixel.0, v: pixel.1)
            self.ground = ground
            self.expected = expected
        }
    }

    private static let wide = (63.7, 38.5)
    private static let hd = (1920, 1080)

    static let cases: [Case] = [
        Case("V1", [28.9, 118.5, 320, 0, -90, 0], wide, hd, (960, 540), 200, [0, -90, 28.9, 118.5, 120]),
        Case(
            "V2", [28.9, 118.5, 320, 0, -90, 0], wide, hd, (0, 0), 200,
            [299.341701, -54.524040, 28.900378083, 118.499235676, 147.3558]),
        Case(
            "V3", [28.9, 118.5, 320, 45, -45, 0], wide, hd, (960, 540), 200,
            [45, -45, 28.900765564, 118.500869982, 169.7072]),
        Case(
            "V4", [28.9, 118.5, 320, 45, -45, 0], wide, hd, (1400, 900), 200,
            [72.693523, -54.899677, 28.900226359, 118.500825552, 146.6737]),
        Case(
            "V5", [28.9, 118.5, 320, 45, -45, 5], wide, hd, (1400, 900), 200,
            [71.615317, -56.514719, 28.900225885, 118.500772341, 143.8807]),
        Case(
            "V6", [28.9, 118.5, 320, 270, -15, 0], wide, hd, (960, 540), 200,
            [270, -15, 28.899999922, 118.495407782, 463.7051]),
        Case(
            "V7", [28.9, 118.5, 320, 270, -15, 0], wide, hd, (960, 300), 200,
            [270, -6.177688, 28.899999520, 118.488624355, 1116.0111]),
        Case(
            "V8", [64.5, -147.2, 1500, 123.4, -30, -2.5], (40, 22.9), (3840, 2160), (3000, 400), 150,
            [135.423866, -21.794670, 64.478406487, -147.150698332, 3638.4603]),
        Case(
            "V9", [-34.61, -58.38, 140, 200.25, -60.5, 1.5], (83, 53.3), (4000, 3000), (100, 2900), 25,
            [117.208317, -51.768553, -34.610373411, -58.379121513, 146.4011]),
        Case(
            "V10", [39.48, 73.59, 5160.425, 178.1, -10, 0], (8.58, 4.84), hd, (960, 540), 4000,
            [178.1, -10, 39.420618873, 73.592539786, 6702.3291]),
        Case(
            "V11", [52, 179.9995, 300, 90, -20, 0], (70, 43), hd, (1700, 540), 0,
            [119.872320, -17.516333, 51.995743486, -179.988496749, 996.9868]),
        Case(
            "V12", [45, 7, 3000, 350, -35, 3], (50, 30), (1280, 720), (200, 700), 0,
            [324.008904, -45.228037, 45.021671513, 6.977804234, 4226.8344]),
    ]

    @Test(arguments: cases) func `a pixel lands where the reference says`(_ one: Case) throws {
        let camera = try #require(one.camera)
        let found = try project(
            sensor: one.sensor, attitude: one.attitude, camera: camera, pixel: one.pixel, groundHeight: one.ground
        ).get()
        #expect(abs(found.azimuth - one.expected[0]) < 1e-6)
        #expect(abs(found.elevation - one.expected[1]) < 1e-6)
        #expect(abs(found.point.latitude - one.expected[2]) < 1e-9)
        #expect(abs(found.point.longitude - one.expected[3]) < 1e-9)
        #expect(abs(found.slantRange - one.expected[4]) < 1e-4)
        #expect(abs(found.point.height - one.ground) < 1e-6)
    }

    @Test(arguments: [(5.0, 540.0), (-10.0, 10.0)]) func `above the horizon there is no ground`(
        _ pitch: Double, _ v: Double
    )
        throws
    {
        let camera = try #require(
            CameraModel(width: 1920, height: 1080, horizontalFieldOfView: 63.7, verticalFieldOfView: 38.5))
        let result = project(
            sensor: GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 320),
            attitude: Attitude(yaw: 0, pitch: pitch, roll: 0), camera: camera, pixel: Pixel(u: 960, v: v),
            groundHeight: 200)
        #expect(result == .failure(.aboveHorizon))
    }

    static let nonsense: [Double] = [.nan, .infinity, -.infinity, 1e308, -1e308, .leastNonzeroMagnitude]

    @Test(arguments: nonsense) func `nonsense is refused wherever it stands`(_ bad: Double) throws {
        let camera = try #require(CameraModel(width: 1920, height: 1080, horizontalFieldOfView: 60))
        let good = GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 320)
        let attitude = Attitude(yaw: 0, pitch: -90, roll: 0)
        let pixel = Pixel(u: 960, v: 540)
        func run(
            _ sensor: GeodeticPoint, _ attitude: Attitude, _ pixel: Pixel, _ ground: Double
        ) -> Result<Projection, PlacementRefusal> {
            project(sensor: sensor, attitude: attitude, camera: camera, pixel: pixel, groundHeight: ground)
        }
        let isTiny = abs(bad) < 1
        for result in [
            run(GeodeticPoint(latitude: bad, longitude: 118.5, height: 320), attitude, pixel, 200),
            run(GeodeticPoint(latitude: 28.9, longitude: bad, height: 320), attitude, pixel, 200),
            run(GeodeticPoint(latitude: 28.9, longitude: 118.5, height: isTiny ? .nan : bad), attitude, pixel, 200),
            run(good, attitude, pixel, isTiny ? .nan : bad),
        ] where !isTiny || (try? result.get()) == nil {
            #expect(throws: PlacementRefusal.self) { try result.get() }
        }
        for result in [
            run(good, Attitude(yaw: bad, pitch: -90, roll: 0), pixel, 200),
            run(good, Attitude(yaw: 0, pitch: bad, roll: 0), pixel, 200),
            run(good, Attitude(yaw: 0, pitch: -90, roll: bad), pixel, 200),
            run(good, attitude, Pixel(u: bad, v: 540), 200), run(good, attitude, Pixel(u: 960, v: bad), 200),
        ] {
            if case .success(let projection) = result { #expect(projection.point.isOnGlobe) }
            if !bad.isFinite { #expect(throws: PlacementRefusal.self) { try result.get() } }
        }
    }

    @Test func `a sensor under the ground sees none`() throws {
        let camera = try #require(CameraModel(width: 10, height: 10, horizontalFieldOfView: 60))
        let result = project(
            sensor: GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 100),
            attitude: Attitude(yaw: 0, pitch: -90, roll: 0), camera: camera, pixel: camera.center, groundHeight: 200)
        #expect(result == .failure(.belowGround))
    }

    @Test func `one angle of view means square pixels`() throws {
        let byWidth = try #require(CameraModel(width: 1920, height: 1080, horizontalFieldOfView: 60))
        #expect(byWidth.focalX == byWidth.focalY)
        let byHeight = try #require(
            CameraModel(width: 1920, height: 1080, horizontalFieldOfView: nil, verticalFieldOfView: 40))
        #expect(byHeight.focalX == byHeight.focalY)
        #expect(byWidth.direction(to: byWidth.center) == Vector(1, 0, 0))
    }

    static let cameras: [(Int, Int, Double?, Double?)] = [
        (0, 1080, 60, 40), (1920, 0, 60, 40), (-1, -1, 60, 40), (1920, 1080, 0, 40), (1920, 1080, 180, nil),
        (1920, 1080, nil, nil), (1920, 1080, 60, 0), (1920, 1080, .nan, nil), (1920, 1080, -5, nil),
        (.max, .max, 60, 40), (1920, 1080, 60, 200),
    ]

    @Test(arguments: cameras) func `no camera without a size and an angle`(
        _ width: Int, _ height: Int, _ horizontal: Double?, _ vertical: Double?
    ) {
        #expect(
            CameraModel(
                width: width, height: height, horizontalFieldOfView: horizontal, verticalFieldOfView: vertical) == nil)
    }
}
