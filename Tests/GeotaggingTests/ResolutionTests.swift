import Geodesy
import Inspection
import Testing

@testable import Geotagging

@Suite struct ResolutionTests {
    @Test(arguments: [-90.0, -60, -35])
    func `a place says how fine it was shown, as a look at it does`(pitch: Double) throws {
        var options = RayPlacement.Options()
        options.groundHeight = 200
        let placement = RayPlacement(options: options)
        var sample = FrameBuilder.sample()
        sample.heightHAE = 320
        sample.camera = .earth(Attitude(yaw: 30, pitch: pitch, roll: 0))
        let frame = FrameBuilder.frame(sample)
        for (u, v) in [(960.0, 540.0), (300, 800), (1800, 1000)] {
            let object = FrameObject(
                label: "heap", confidence: 0.9, box: .init(left: u - 20, top: v - 20, right: u + 20, bottom: v + 20))
            let geotag = try placement.place(object, footing: .flat, in: frame).get()
            let look = try #require(placement.groundView(of: frame)?.look(at: geotag.point))
            let gsd = try #require(geotag.gsd)
            #expect(abs(gsd - look.gsd) < 1e-3 * gsd)
        }
    }
}
