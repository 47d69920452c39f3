/// One picture being drawn: packed colours, and for each pixel how near the nearest thing drawn there is.
struct Canvas: Sendable {
    let width: Int
    let height: Int
    var colors: [UInt32]
    /// One over the distance along the line of sight; 0 for bare ground, ``shadow`` for ground in shade.
    var nearness: [Float]

    static let shadow: Float = 1e-9

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        colors = [UInt32](repeating: 0, count: width * height)
        nearness = [Float](repeating: 0, count: width * height)
    }

    mutating func clearNearness() {
        var nearness = nearness.mutableSpan
        for index in nearness.indices { nearness[index] = 0 }
    }

    /// A corner of a triangle on the picture.
    struct Corner {
        var u: Float
        var v: Float
        var nearness: Float
    }

    /// Fills the pixels whose centres lie in the triangle and that nothing nearer holds.
    mutating func fill(_ a: Corner, _ b: Corner, _ c: Corner, _ color: UInt32) {
        guard let edges = Edges(a, b, c, width: width, height: height) else { return }
        let near = SIMD3(a.nearness, b.nearness, c.nearness)
        Self.fill(edges, near, color, width: width, &colors, &nearness)
    }

    /// Darkens bare ground in the triangle, each pixel once however many shadows fall on it.
    mutating func shade(_ a: Corner, _ b: Corner, _ c: Corner) {
        guard let edges = Edges(a, b, c, width: width, height: height) else { return }
        Self.shade(edges, width: width, &colors, &nearness)
    }

    private static func fill(
        _ edges: Edges, _ near: SIMD3<Float>, _ color: UInt32, width: Int, _ colors: inout [UInt32],
        _ nearness: inout [Float]
    ) {
        var colors = colors.mutableSpan
        var nearness = nearness.mutableSpan
        for y in edges.rows {
            var shares = edges.start(y)
            var index = y * width + edges.columns.lowerBound
            for _ in edges.columns {
                if shares.min() >= 0 {
                    let here = (shares * near).sum()
                    if here > nearness[index] {
                        nearness[index] = here
                        colors[index] = color
                    }
                }
                shares += edges.step
                index &+= 1
            }
        }
    }

    private static func shade(_ edges: Edges, width: Int, _ colors: inout [UInt32], _ nearness: inout [Float]) {
        var colors = colors.mutableSpan
        var nearness = nearness.mutableSpan
        for y in edges.rows {
            var shares = edges.start(y)
            var index = y * width + edges.columns.lowerBound
            for _ in edges.columns {
                if shares.min() >= 0, nearness[index] == 0 {
                    nearness[index] = shadow
                    colors[index] = PackedColor.darkened(colors[index], by: 110)
                }
                shares += edges.step
                index &+= 1
            }
        }
    }

    /// Lays a soft disc over everything; `opacity` 0…1 in its middle.
    mutating func veil(u: Double, v: Double, radius: Double, opacity: Double, color: UInt32) {
        guard radius > 0, u + radius > 0, v + radius > 0, u - radius < Double(width), v - radius < Double(height)
        else { return }
        let rows = Int(max(v - radius, 0))..<min(height, Int(min(v + radius, Double(height))) + 1)
        let columns = Int(max(u - radius, 0))..<min(width, Int(min(u + radius, Double(width))) + 1)
        let width = width
        let (scale, strength) = (Float(1 / (radius * radius)), Float(256 * opacity))
        var colors = colors.mutableSpan
        for y in rows {
            let dy = Float(y) + 0.5 - Float(v)
            for x in columns {
                let dx = Float(x) + 0.5 - Float(u)
                let rest = 1 - (dx * dx + dy * dy) * scale
                guard rest > 0 else { continue }
                let index = y * width + x
                colors[index] = PackedColor.mixed(colors[index], color, share: UInt32(strength * rest * (2 - rest)))
            }
        }
    }

    /// The picture as I420: luma, then both chromas at half size.
    func i420() -> [UInt8] {
        let (w, h) = (width, height)
        var bytes = [UInt8](repeating: 0, count: w * h * 3 / 2)
        var out = bytes.mutableSpan
        let colors = colors.span
        let (cb, cr) = (w * h, w * h + w * h / 4)
        for y in stride(from: 0, to: h - 1, by: 2) {
            for x in stride(from: 0, to: w - 1, by: 2) {
                let index = y &* w &+ x
                let (a, b, c, d) = (colors[index], colors[index &+ 1], colors[index &+ w], colors[index &+ w &+ 1])
                out[index] = UInt8(truncatingIfNeeded: a)
                out[index &+ 1] = UInt8(truncatingIfNeeded: b)
                out[index &+ w] = UInt8(truncatingIfNeeded: c)
                out[index &+ w &+ 1] = UInt8(truncatingIfNeeded: d)
                let blue = (a >> 8 & 255) &+ (b >> 8 & 255) &+ (c >> 8 & 255) &+ (d >> 8 & 255) &+ 2
                let red = (a >> 16 & 255) &+ (b >> 16 & 255) &+ (c >> 16 & 255) &+ (d >> 16 & 255) &+ 2
                let half = (y >> 1) &* (w >> 1) &+ (x >> 1)
                out[cb &+ half] = UInt8(truncatingIfNeeded: blue >> 2)
                out[cr &+ half] = UInt8(truncatingIfNeeded: red >> 2)
            }
        }
        return bytes
    }
}

/// The shares of a triangle's corners at pixel centres, stepped along a row.
private struct Edges {
    let rows: Range<Int>
    let columns: Range<Int>
    /// Change of the three shares a column.
    let step: SIMD3<Float>
    private let atOrigin: SIMD3<Float>
    private let stepDown: SIMD3<Float>

    /// Nil when the triangle is seen from behind, has no area, or lies off the picture.
    init?(_ a: Canvas.Corner, _ b: Canvas.Corner, _ c: Canvas.Corner, width: Int, height: Int) {
        let area = (b.u - a.u) * (c.v - a.v) - (b.v - a.v) * (c.u - a.u)
        // Rows count downwards: what is anticlockwise in space turns negative here.
        guard area < -1e-6 else { return nil }
        let (left, right) = (min(a.u, b.u, c.u), max(a.u, b.u, c.u))
        let (top, bottom) = (min(a.v, b.v, c.v), max(a.v, b.v, c.v))
        guard right > 0, bottom > 0, left < Float(width), top < Float(height) else { return nil }
        columns = Int(max(left - 0.5, 0))..<min(width, Int(min(right, Float(width)) + 0.5) + 1)
        rows = Int(max(top - 0.5, 0))..<min(height, Int(min(bottom, Float(height)) + 0.5) + 1)
        let scale = 1 / area
        step = SIMD3(b.v - c.v, c.v - a.v, a.v - b.v) * scale
        stepDown = SIMD3(c.u - b.u, a.u - c.u, b.u - a.u) * scale
        let (x, y) = (Float(columns.lowerBound) + 0.5, Float(rows.lowerBound) + 0.5)
        let w0 = (b.u - x) * (c.v - y) - (b.v - y) * (c.u - x)
        let w1 = (c.u - x) * (a.v - y) - (c.v - y) * (a.u - x)
        let w2 = (a.u - x) * (b.v - y) - (a.v - y) * (b.u - x)
        atOrigin = SIMD3(w0, w1, w2) * scale
    }

    func start(_ row: Int) -> SIMD3<Float> { atOrigin + stepDown * Float(row - rows.lowerBound) }
}
