import Geodesy
import Inspection
import Testing

@testable import Geotagging

@Suite struct LensDistortionTests {
    /// A mapping camera's calibration, as DewarpData states such.
    static let lens = LensDistortion(
        k1: -0.112575240, k2: 0.0148744400, p1: -0.000085000, p2: 0.000120000, k3: -0.0270680, centerX: 0.004,
        centerY: -0.002)

    @Test(arguments: [(0.0, 0.0), (0.3, -0.2), (-0.7, 0.45), (0.68, 0.5)]) func `undone is the inverse of applied`(
        _ x: Double, _ y: Double
    ) throws {
        let shown = Self.lens.applied(x: x, y: y)
        let back = try #require(Self.lens.undone(x: shown.x, y: shown.y))
        #expect(abs(back.x - x) < 1e-9 && abs(back.y - y) < 1e-9)
    }

    @Test func `applied is Brown's model in OpenCV's order`() {
        let lens = LensDistortion(k1: -0.1, k2: 0.01, p1: 0.001, p2: -0.002, k3: 0.005)
        let shown = lens.applied(x: 0.5, y: -0.25)
        // r² = 0.3125; radial = 1 − 0.03125 + 0.0009765625 + 0.000152587890625.
        let radial = 0.969_879_150_390_625
        #expect(abs(shown.x - (0.5 * radial + 2 * 0.001 * 0.5 * -0.25 - 0.002 * (0.3125 + 0.5))) < 1e-15)
        #expect(abs(shown.y - (-0.25 * radial + 0.001 * (0.3125 + 0.125) - 2 * 0.002 * 0.5 * -0.25)) < 1e-15)
    }

    @Test func `a pixel's direction goes through the lens, and its centre is the optical axis`() throws {
        var camera = try #require(CameraModel(width: 4000, height: 3000, horizontalFieldOfView: 70))
        let plain = camera
        camera.distortion = Self.lens
        let axis = Pixel(u: 2000 + 16, v: 1500 - 6)
        #expect(camera.direction(to: axis) == Vector(1, 0, 0))
        let direction = try #require(camera.direction(to: Pixel(u: 300, v: 2700)))
        let shown = Self.lens.applied(x: direction.y / direction.x, y: direction.z / direction.x)
        #expect(abs(shown.x * camera.focalX + axis.u - 300) < 1e-6)
        #expect(abs(shown.y * camera.focalY + axis.v - 2700) < 1e-6)
        let without = try #require(plain.direction(to: Pixel(u: 300, v: 2700)))
        // At 120 m above ground it is metres.
        #expect(abs(direction.y / direction.x - without.y / without.x) * 120 > 2)
    }

    @Test func `where a lens cannot be undone there is no direction`() throws {
        var camera = try #require(CameraModel(width: 4000, height: 3000, horizontalFieldOfView: 120))
        camera.distortion = LensDistortion(k1: -0.9)
        #expect(camera.direction(to: Pixel(u: 0, v: 0)) == nil)
        for bad in [Double.nan, .infinity, 1e300] {
            camera.distortion = LensDistortion(k1: bad)
            _ = camera.direction(to: Pixel(u: 1, v: 1))
            #expect(LensDistortion(k1: bad).undone(x: bad, y: 0) == nil)
        }
    }

    @Test func `the sample's own lens goes before the configured one`() throws {
        var options = RayPlacement.Options()
        options.groundHeight = 200
        options.distortion = LensDistortion(k1: 0.2)
        var sample = FrameBuilder.sample()
        let object = FrameBuilder.object(u: 1700, v: 900)
        let configured = try RayPlacement(options: options)
            .place(object, footing: .flat, in: FrameBuilder.frame(sample)).get()
        sample.distortion = LensDistortion(k1: -0.1)
        let stated = try RayPlacement(options: options)
            .place(object, footing: .flat, in: FrameBuilder.frame(sample)).get()
        options.distortion = LensDistortion(k1: -0.1)
        sample.distortion = nil
        let same = try RayPlacement(options: options).place(object, footing: .flat, in: FrameBuilder.frame(sample))
            .get()
        #expect(stated.point == same.point)
        #expect(stated.point.distance(to: configured.point) > 1)
    }
}
