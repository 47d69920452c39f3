import Geodesy
import Inspection
import Testing

@testable import Geotagging

@Suite struct ErrorPropagationTests {
    private var errors: PoseErrors {
        var errors = PoseErrors()
        errors.horizontal = 1.5
        errors.vertical = 1
        errors.yaw = 1
        errors.pitch = 0.5
        errors.roll = 0.5
        errors.ground = 2
        errors.pixel = 0
        errors.time = 0
        return errors
    }

    private func error(
        yaw: Double, pitch: Double, errors: PoseErrors? = nil, speed: Double = 0
    ) throws -> PositionError {
        let camera = try #require(
            CameraModel(width: 1920, height: 1080, horizontalFieldOfView: 63.7, verticalFieldOfView: 38.5))
        let projector = Projector(
            sensor: GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 320),
            rotation: Rotation(Attitude(yaw: yaw, pitch: pitch, roll: 0)), camera: camera)
        let point = try projector.project(camera.center, groundHeight: 200).get().point
        let line = try #require(
            SightLine(projector, camera.center, to: point, on: .ground(north: 0, east: 0), motion: nil))
        return try #require(
            ErrorPropagation(errors: errors ?? self.errors, time: (common: 1, own: 0), speed: speed)
                .error(of: line, rotation: projector.rotation))
    }

    /// Pitch, semi-major, semi-minor, CE90, all at yaw 45.
    static let worked: [[Double]] = [
        [-60, 2.422, 1.927, 4.706], [-45, 3.411, 2.576, 6.508], [-30, 5.899, 3.925, 10.832],
        [-15, 17.784, 7.959, 30.506],
    ]

    @Test(arguments: worked) func `errors agree with the worked table`(_ row: [Double]) throws {
        let error = try error(yaw: 45, pitch: row[0])
        let ellipse = error.ellipse
        #expect(abs(ellipse.semiMajor / row[1] - 1) < 0.001)
        #expect(abs(ellipse.semiMinor / row[2] - 1) < 0.001)
        #expect(abs(ellipse.bearing - 45) < 0.1)
        #expect(abs(ellipse.ce90 / row[3] - 1) < 0.002)
    }

    @Test(arguments: worked) func `the closed form agrees with the differences`(_ row: [Double]) throws {
        let closed = ErrorPropagation(errors: errors)
            .covariance(range: 120 / -sine(row[0]), depression: -row[0], azimuth: 45)
        let ellipse = try #require(ErrorEllipse(closed))
        #expect(abs(ellipse.semiMajor / row[1] - 1) < 0.002)
        #expect(abs(ellipse.semiMinor / row[2] - 1) < 0.002)
    }

    /// A camera that flies north at 9 m/s and looks straight down: what it sees lies as much further for each second.
    @Test(arguments: [0, 0.2]) func `the place moves with the time of its pose, whatever the error of that time`(
        time: Double
    ) throws {
        let camera = try #require(
            CameraModel(width: 1920, height: 1080, horizontalFieldOfView: 63.7, verticalFieldOfView: 38.5))
        let projector = Projector(
            sensor: GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 320),
            rotation: Rotation(Attitude(yaw: 0, pitch: -90, roll: 0)), camera: camera)
        let point = try projector.project(camera.center, groundHeight: 200).get().point
        func slope(_ motion: CameraMotion?) throws -> SIMD2<Double>? {
            let line = try #require(
                SightLine(projector, camera.center, to: point, on: .ground(north: 0, east: 0), motion: motion))
            return ErrorPropagation(errors: errors, time: (common: time, own: 0), motion: motion)
                .error(of: line, rotation: projector.rotation)?.perSecond
        }
        let along = try #require(try slope(CameraMotion(velocity: Vector(9, -2, 0), turn: Vector(0, 0, 0))))
        #expect(abs(along.x - 9) < 1e-3 && abs(along.y + 2) < 1e-3)
        // Pitching up by 6° a second from 120 m above swings the sight line forwards.
        let swung = try #require(try slope(CameraMotion(velocity: Vector(0, 0, 0), turn: Vector(0, 6, 0))))
        #expect(abs(swung.x - 120 * 6 * .pi / 180) < 0.05 && abs(swung.y) < 1e-6)
        #expect(try slope(nil) == nil)
    }

    private func sine(_ degrees: Double) -> Double { (Rotation.aboutDown(degrees) * Vector(1, 0, 0)).y }

    @Test(arguments: [0.0, 33, 270]) func `straight down the tilt counts to every side`(_ yaw: Double) throws {
        let ellipse = try error(yaw: yaw, pitch: -90).ellipse
        // √(1.5² + (120 m × 0.5°)²) on both axes.
        #expect(abs(ellipse.semiMajor - 1.829) < 0.001)
        #expect(abs(ellipse.semiMinor - 1.829) < 0.001)
    }

    @Test func `drift and pixel errors add`() throws {
        let plain = try error(yaw: 0, pitch: -90).ellipse.covariance
        let drifting = try error(yaw: 0, pitch: -90, speed: 2).ellipse.covariance
        #expect(abs(drifting.northNorth - plain.northNorth - 4) < 1e-6)
        var blurred = errors
        blurred.pixel = 10
        let spread = try error(yaw: 0, pitch: -90, errors: blurred).ellipse.covariance
        // 10 px × 120 m / focal length.
        let metersPerPixel = 120 * 2 * tangent(63.7 / 2) / 1920
        #expect(abs((spread.eastEast - plain.eastEast).squareRoot() - 10 * metersPerPixel) < 1e-3)
    }

    private func tangent(_ degrees: Double) -> Double {
        let v = Rotation.aboutDown(degrees) * Vector(1, 0, 0)
        return v.y / v.x
    }
}
