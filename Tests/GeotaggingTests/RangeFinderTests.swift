import Geodesy
import Geotagging
import Inspection
import Testing

@Suite struct RangeFinderTests {
    private func sample(_ range: Double?, target: TelemetrySample.StatedPoint? = nil) -> TelemetrySample {
        var sample = FrameBuilder.sample()
        sample.slantRange = range
        sample.isRangeMeasured = true
        sample.frameCenter = target
        return sample
    }

    private func place(
        _ sample: TelemetrySample, _ object: FrameObject = FrameBuilder.object(), ground: Double? = 200
    ) throws -> Geotag {
        var options = RayPlacement.Options()
        options.groundHeight = ground
        return try RayPlacement(options: options).place(object, footing: .flat, in: FrameBuilder.frame(sample)).get()
    }

    @Test func `what is in the middle stands where the laser met it, whatever the ground`() throws {
        // V3: 169.7072 m along the axis is the ground at 200 m.
        let geotag = try place(sample(169.7072), ground: 90)
        #expect(geotag.method == .statedPosition)
        #expect(geotag.sourceDatum == "laser range along the optical axis; sensor HAE")
        #expect(abs(geotag.point.latitude - 28.900765564) < 2e-9)
        #expect(abs(geotag.point.longitude - 118.500869982) < 2e-9)
        #expect(abs(geotag.point.height - 200) < 0.001)
        #expect(try place(sample(169.7072), ground: nil).point == geotag.point)
        // Neither the height's error nor the ground's is in it along the line of sight.
        #expect(try geotag.ce90 < place(FrameBuilder.sample()).ce90 * 0.8)
    }

    @Test func `the target that the aircraft states goes first, in its own datum`() throws {
        var sample = sample(
            169.7,
            target: .init(latitude: 28.90077, longitude: 118.50087, heightMSL: 197, heightHAE: nil))
        sample.heightMSL = 316
        let geotag = try place(sample)
        #expect(geotag.method == .statedPosition && geotag.sourceDatum.hasPrefix("target of the laser range-finder"))
        #expect(geotag.point == GeodeticPoint(latitude: 28.90077, longitude: 118.50087, height: 201))
    }

    @Test func `a target that contradicts its own range is not believed`() throws {
        let far = TelemetrySample.StatedPoint(latitude: 28.91, longitude: 118.51, heightMSL: nil, heightHAE: 200)
        let zero = TelemetrySample.StatedPoint(latitude: 0, longitude: 0, heightMSL: nil, heightHAE: 200)
        for target in [far, zero] {
            let geotag = try place(sample(169.7072, target: target))
            #expect(geotag.sourceDatum.hasPrefix("laser range along the optical axis"))
            #expect(abs(geotag.point.latitude - 28.900765564) < 2e-9)
        }
    }

    @Test(arguments: [
        FrameBuilder.object(u: 1400, v: 900), FrameBuilder.object(size: 1100), FrameBuilder.object(u: 985, v: 540),
    ]) func `what the laser did not meet is placed by its ray`(_ object: FrameObject) throws {
        #expect(try place(sample(150), object).method == .rayEllipsoid)
    }

    @Test(arguments: [nil, 0, -5, 1.9, 15_001, .nan, .infinity]) func `a range that is none changes nothing`(
        _ range: Double?
    ) throws {
        #expect(try place(sample(range)).method == .rayEllipsoid)
    }

    @Test func `a range that nobody measured is no range`() throws {
        var sample = sample(150)
        sample.isRangeMeasured = false
        #expect(try place(sample).method == .rayEllipsoid)
    }
}
