import Inspection

/// A picture as planes of luma and, at half the size, of two colours (I420), in which parts can be made unrecognisable.
///
/// A part is cut into few cells, and every sample of a cell becomes the mean of them: nothing else of it is left, so that no
/// sharpening brings it back.
struct PlanarPicture {
    /// Cells along the longer side of a part, and of a picture that is hidden all over.
    static let cells = 4
    static let coarseCells = 48

    private struct Plane {
        var offset: Int
        var stride: Int
        var width: Int
        var height: Int
    }

    let width: Int
    let height: Int
    private(set) var bytes: [UInt8]
    private let planes: [Plane]

    /// Nil unless `bytes` are what GStreamer lays out for I420 of this size: rows padded to four bytes, an even number of
    /// them. Source: `gst_video_info_set_format`.
    init?(_ bytes: [UInt8], width: Int, height: Int) {
        guard (1...65_535).contains(width), (1...65_535).contains(height) else { return nil }
        let half = (width: (width + 1) / 2, height: (height + 1) / 2)
        let stride = (width + 3) / 4 * 4
        let halfStride = (half.width + 3) / 4 * 4
        let luma = stride * half.height * 2
        let color = halfStride * half.height
        guard bytes.count == luma + 2 * color else { return nil }
        self.width = width
        self.height = height
        self.bytes = bytes
        planes = [
            Plane(offset: 0, stride: stride, width: width, height: height),
            Plane(offset: luma, stride: halfStride, width: half.width, height: half.height),
            Plane(offset: luma + color, stride: halfStride, width: half.width, height: half.height),
        ]
    }

    mutating func hide(_ hidden: HiddenParts) {
        switch hidden {
        case .everything: hide(across: 0..<width, down: 0..<height, cells: Self.coarseCells)
        case .parts(let parts):
            for part in parts {
                let across = Self.samples(from: part.left, to: part.right, of: width)
                let down = Self.samples(from: part.top, to: part.bottom, of: height)
                if !across.isEmpty, !down.isEmpty { hide(across: across, down: down, cells: Self.cells) }
            }
        }
    }

    /// Whole pairs of samples, so that the colours of what is hidden are hidden too. What is no number hides all.
    private static func samples(from low: Double, to high: Double, of count: Int) -> Range<Int> {
        func sample(_ share: Double, _ otherwise: Int, _ rule: FloatingPointRoundingRule) -> Int {
            share.isFinite ? Int((min(max(share, 0), 1) * Double(count)).rounded(rule)) : otherwise
        }
        let first = sample(low, 0, .down) / 2 * 2
        let end = min((sample(high, count, .up) + 1) / 2 * 2, count)
        return first..<max(first, end)
    }

    private mutating func hide(across: Range<Int>, down: Range<Int>, cells: Int) {
        let longer = max(across.count, down.count)
        let columns = max(1, (across.count * cells + longer / 2) / longer)
        let rows = max(1, (down.count * cells + longer / 2) / longer)
        for (index, plane) in planes.enumerated() {
            let x = index == 0 ? across : across.lowerBound / 2..<(across.upperBound + 1) / 2
            let y = index == 0 ? down : down.lowerBound / 2..<(down.upperBound + 1) / 2
            for row in 0..<rows {
                let cellRows = Self.piece(row, of: rows, y)
                for column in 0..<columns { even(plane, Self.piece(column, of: columns, x), cellRows) }
            }
        }
    }

    private static func piece(_ index: Int, of count: Int, _ range: Range<Int>) -> Range<Int> {
        range.lowerBound + range.count * index / count..<range.lowerBound + range.count * (index + 1) / count
    }

    private mutating func even(_ plane: Plane, _ across: Range<Int>, _ down: Range<Int>) {
        let count = across.count * down.count
        guard count > 0 else { return }
        var sum = 0
        for y in down {
            let start = plane.offset + y * plane.stride
            for at in start + across.lowerBound..<start + across.upperBound { sum &+= Int(bytes[at]) }
        }
        let mean = UInt8(clamping: (sum + count / 2) / count)
        for y in down {
            let start = plane.offset + y * plane.stride
            for at in start + across.lowerBound..<start + across.upperBound { bytes[at] = mean }
        }
    }
}
