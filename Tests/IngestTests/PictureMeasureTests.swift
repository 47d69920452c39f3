import GStreamer
import Inspection
import Testing

@testable import Ingest

@Suite struct PictureMeasureTests {
    private static func plane(_ width: Int, _ height: Int, _ value: (Int, Int) -> UInt8) -> [UInt8] {
        (0..<height).flatMap { y in (0..<width).map { x in value(x, y) } }
    }

    private func measure(_ bytes: [UInt8], _ form: LumaForm) throws -> PictureFeatures {
        var measure = PictureMeasure()
        let features = measure.measure(bytes.span, form)
        return try #require(features)
    }

    @Test(arguments: [
        (16, false, 0.0), (235, false, 1.0), (0, true, 0), (255, true, 1), (0, false, 0), (255, false, 1),
    ])
    func `black and white are 0 and 1 in their range`(value: UInt8, isFull: Bool, luma: Double) throws {
        let form = LumaForm(width: 64, height: 48, stride: 64, isFullRange: isFull)
        let features = try measure(Self.plane(64, 48) { _, _ in value }, form)
        #expect(features == PictureFeatures(luma: luma, contrast: 0, sharpness: 0, motion: nil))
    }

    @Test func `a checkerboard has the greatest contrast and the sharpness that its neighbours give`() throws {
        let board = Self.plane(64, 48) { x, y in (x + y) % 2 == 0 ? 0 : 255 }
        let features = try measure(board, LumaForm(width: 64, height: 48, stride: 64, isFullRange: true))
        #expect(abs(features.luma - 0.5) < 1e-9 && abs(features.contrast - 0.5) < 1e-9)
        // Each sample differs from its four neighbours by 255.
        #expect(abs(features.sharpness - 1020 * 1020) < 1e-6)
    }

    @Test func `a blurred edge is less sharp than a sharp one`() throws {
        func edge(_ width: Int) -> [UInt8] {
            Self.plane(320, 240) { x, _ in UInt8(min(max((x - 160 + width / 2) * 255 / max(width, 1), 0), 255)) }
        }
        let form = LumaForm(width: 320, height: 240, stride: 320, isFullRange: true)
        let values = try [1, 4, 16, 64].map { try measure(edge($0), form).sharpness }
        #expect(values == values.sorted(by: >) && values[0] > 100 * values[3])
    }

    @Test func `a ramp has the mean and deviation of its values`() throws {
        let features = try measure(
            Self.plane(256, 16) { x, _ in UInt8(x) }, LumaForm(width: 256, height: 16, stride: 256, isFullRange: true))
        #expect(abs(features.luma - 0.5) < 1e-9)
        #expect(abs(features.contrast - (65_535.0 / 12).squareRoot() / 255) < 1e-9)
        #expect(features.sharpness == 0)
    }

    @Test func `motion is the mean difference to the picture before`() throws {
        var measure = PictureMeasure()
        let form = LumaForm(width: 32, height: 32, stride: 32, isFullRange: true)
        let dark = Self.plane(32, 32) { _, _ in 0 }
        let half = Self.plane(32, 32) { x, _ in x < 16 ? 0 : 255 }
        func motion(_ plane: [UInt8], _ form: LumaForm) -> Double? { measure.measure(plane.span, form)?.motion }
        #expect(motion(dark, form) == nil)
        #expect(motion(half, form) == 0.5)
        #expect(motion(half, form) == 0)
        measure.reset()
        #expect(motion(dark, form) == nil)
        #expect(motion(dark, LumaForm(width: 16, height: 64, stride: 16, isFullRange: true)) == nil)
    }

    @Test func `padding between rows and beside samples is not looked at`() throws {
        let form = LumaForm(width: 20, height: 10, stride: 64, step: 2)
        let bytes = (0..<640).map { at -> UInt8 in at % 64 < 40 && at % 2 == 0 ? 126 : 255 }
        let features = try measure(bytes, form)
        #expect(features.contrast == 0 && abs(features.luma - 110.0 / 219) < 1e-9)
    }

    @Test(arguments: [(10, 0), (10, 6), (12, 4), (16, 0)])
    func `samples of more bits are measured by their upper eight`(depth: Int, shift: Int) throws {
        let value = UInt16(200) << UInt16(depth - 8 + shift)
        let bytes = (0..<32 * 32).flatMap { _ in [UInt8(truncatingIfNeeded: value), UInt8(value >> 8)] }
        let form = LumaForm(
            width: 32, height: 32, stride: 64, step: 2, depth: depth, shift: shift, isFullRange: true)
        #expect(try measure(bytes, form).luma == 200.0 / 255)
    }

    @Test func `a large picture is measured at no more than 640 samples a side`() throws {
        // Stripes of the sampled columns and of those between: only the sampled ones count.
        let bytes = Self.plane(1920, 30) { x, _ in x % 3 == 1 ? 255 : 0 }
        let features = try measure(bytes, LumaForm(width: 1920, height: 30, stride: 1920, isFullRange: true))
        #expect(features.luma == 1)
        let tall = LumaForm(width: 30, height: 5000, stride: 30)
        #expect(try measure([UInt8](repeating: 16, count: 150_000), tall).luma == 0)
    }

    @Test(arguments: [
        LumaForm(width: 0, height: 10, stride: 10), LumaForm(width: 10, height: 0, stride: 10),
        LumaForm(width: 10, height: 10, stride: 11), LumaForm(width: 11, height: 10, stride: 10),
        LumaForm(width: 10, height: 10, stride: -10), LumaForm(width: 10, height: 10, stride: 10, step: 0),
        LumaForm(width: 10, height: 10, stride: 10, depth: 10), LumaForm(width: 5, height: 10, stride: 10, depth: 0),
        LumaForm(width: 5, height: 10, stride: 10, depth: 17), LumaForm(width: 5, height: 10, stride: 10, shift: 20),
        LumaForm(width: .max, height: .max, stride: .max), LumaForm(width: 1, height: 100, stride: 1, step: 300),
        LumaForm(width: .min, height: 1, stride: 1),
    ])
    func `a form that does not fit its bytes is refused`(form: LumaForm) {
        var measure = PictureMeasure()
        let bytes = [UInt8](repeating: 1, count: 100)
        let features = measure.measure(bytes.span, form)
        #expect(features == nil)
    }

    @Test(arguments: [(1, 1), (2, 5), (3, 3)]) func `the smallest pictures are measured`(width: Int, height: Int) throws
    {
        let form = LumaForm(width: width, height: height, stride: width)
        #expect(try measure([UInt8](repeating: 126, count: width * height), form).sharpness == 0)
    }
}
