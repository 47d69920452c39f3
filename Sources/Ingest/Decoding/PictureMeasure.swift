import GStreamer
import Inspection

/// Measures what rules may ask of a picture's luma, and remembers the picture before for the motion.
///
/// Every `step`-th sample of every `step`-th row is taken, so that at most 640 by 640 are, whatever the picture's size; the
/// samples between are not averaged in, which keeps the sharpness of fine detail and costs a fraction.
struct PictureMeasure: Sendable {
    /// Samples across, and down, at most.
    static let side = 640

    private var before: [UInt8] = []
    private var size = (width: 0, height: 0)

    /// The next picture is compared with none.
    mutating func reset() { before = [] }

    /// Nil when the form does not fit the bytes.
    mutating func measure(_ bytes: Span<UInt8>, _ form: LumaForm) -> PictureFeatures? {
        let longest = max(form.width, form.height)
        let step = max(1, (longest &+ Self.side &- 1) / Self.side)
        let width = form.width / step
        let height = form.height / step
        let shift = form.shift &+ max(0, form.depth &- 8)
        let sampleBytes = form.depth > 8 ? 2 : 1
        guard width > 0, height > 0, form.width <= 1 << 16, form.height <= 1 << 16, form.stride > 0, form.step > 0,
            (1...16).contains(form.depth), (0...15).contains(shift), form.stride <= 1 << 24, form.step <= 1 << 8,
            (form.height &- 1) * form.stride + (form.width &- 1) * form.step + sampleBytes <= bytes.count
        else { return nil }
        let scaled = Self.reduced(bytes, form, step: step, width: width, height: height, shift: shift)
        defer {
            before = scaled
            size = (width, height)
        }
        // Video range puts black at 16 and white at 235.
        let black = form.isFullRange ? 0.0 : 16.0
        let range = form.isFullRange ? 255.0 : 219.0
        let (mean, deviation) = Self.moments(scaled.span)
        let isComparable = before.count == scaled.count && size == (width, height)
        return PictureFeatures(
            luma: min(max((mean - black) / range, 0), 1), contrast: min(deviation / range, 0.5),
            sharpness: Self.laplacianVariance(scaled.span, width: width, height: height) * (255 / range)
                * (255 / range),
            motion: isComparable ? min(Self.difference(before.span, scaled.span) / range, 1) : nil)
    }

    /// Every `step`-th sample as eight bits. The caller has checked the form against the bytes.
    private static func reduced(
        _ bytes: Span<UInt8>, _ form: LumaForm, step: Int, width: Int, height: Int, shift: Int
    ) -> [UInt8] {
        let across = step &* form.step
        let start = step / 2
        return [UInt8](capacity: width &* height) { target in
            for row in 0..<height {
                var at = (row &* step &+ start) &* form.stride &+ start &* form.step
                if form.depth <= 8, shift == 0 {
                    for _ in 0..<width {
                        target.append(bytes[at])
                        at &+= across
                    }
                } else {
                    for _ in 0..<width {
                        let high = form.depth > 8 ? UInt16(bytes[at &+ 1]) << 8 : 0
                        target.append(UInt8(truncatingIfNeeded: (high | UInt16(bytes[at])) >> UInt16(shift)))
                        at &+= across
                    }
                }
            }
        }
    }

    /// Mean and standard deviation.
    private static func moments(_ values: Span<UInt8>) -> (Double, Double) {
        var sum = 0
        var squares = 0
        for index in values.indices {
            let value = Int(values[index])
            sum &+= value
            squares &+= value &* value
        }
        let count = Double(values.count)
        let mean = Double(sum) / count
        return (mean, max(0, Double(squares) / count - mean * mean).squareRoot())
    }

    /// Of the mean absolute difference.
    private static func difference(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Double {
        var sum = 0
        for index in a.indices {
            let one = a[index]
            let other = b[index]
            sum &+= Int(one > other ? one &- other : other &- one)
        }
        return Double(sum) / Double(a.count)
    }

    /// Variance of up + down + left + right − 4 × middle over all samples that have four neighbours; 0 without any.
    private static func laplacianVariance(_ plane: Span<UInt8>, width: Int, height: Int) -> Double {
        guard width >= 3, height >= 3 else { return 0 }
        var sum = 0
        var squares = 0
        for row in 1..<height &- 1 {
            let middle = plane.extracting(row &* width..<(row &+ 1) &* width)
            let above = plane.extracting((row &- 1) &* width..<row &* width)
            let below = plane.extracting((row &+ 1) &* width..<(row &+ 2) &* width)
            var rowSum: Int32 = 0
            var rowSquares: Int32 = 0
            for x in 1..<width &- 1 {
                let around =
                    Int32(above[x]) &+ Int32(below[x]) &+ Int32(middle[x &- 1]) &+ Int32(middle[x &+ 1])
                let value = around &- 4 &* Int32(middle[x])
                rowSum &+= value
                rowSquares &+= value &* value
            }
            sum &+= Int(rowSum)
            squares &+= Int(rowSquares)
        }
        let count = Double((width &- 2) &* (height &- 2))
        let mean = Double(sum) / count
        return max(0, Double(squares) / count - mean * mean)
    }
}
