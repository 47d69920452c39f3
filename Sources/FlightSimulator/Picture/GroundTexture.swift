import Dispatch
import Synchronization

/// The ground painted once, in halving resolutions, so that a frame only has to look colours up.
struct GroundTexture: Sendable {
    struct Level: Sendable {
        /// Texels along the east.
        var width: Int
        /// Texels along the north.
        var height: Int
        /// Metres.
        var texel: Double
        /// Packed colours, rows from south to north.
        var colors: [UInt32]
    }

    /// A rectangle of ground, metres from the origin.
    struct Area: Sendable, Equatable {
        var south: Double
        var north: Double
        var west: Double
        var east: Double
    }

    let area: Area
    let levels: [Level]

    /// Bounds the memory: 22 million texels are 88 MB, a third more with the smaller levels.
    private static let texelsMax = 22_000_000.0

    /// `texel` is the finest wanted, metres; it grows until the area fits the memory.
    init(_ paint: GroundPaint, area: Area, texel wanted: Double) {
        let (tall, wide) = (max(area.north - area.south, 1), max(area.east - area.west, 1))
        let texel = max(wanted, (tall * wide / Self.texelsMax).squareRoot())
        let (width, height) = (max(2, Int(wide / texel)), max(2, Int(tall / texel)))
        let bands = 64
        let painted = Mutex([[UInt32]](repeating: [], count: bands))
        DispatchQueue.concurrentPerform(iterations: bands) { band in
            let rows = height * band / bands..<height * (band + 1) / bands
            var colors: [UInt32] = []
            colors.reserveCapacity(rows.count * width)
            for row in rows {
                let north = Float(area.south + (Double(row) + 0.5) * texel)
                for column in 0..<width {
                    let east = Float(area.west + (Double(column) + 0.5) * texel)
                    colors.append(paint.color(north: north, east: east).packed)
                }
            }
            painted.withLock { $0[band] = colors }
        }
        let finest = Level(width: width, height: height, texel: texel, colors: painted.withLock { Array($0.joined()) })
        var levels = [finest]
        while levels.count < 6, let last = levels.last, last.width > 32, last.height > 32 {
            levels.append(Self.halved(last))
        }
        self.area = area
        self.levels = levels
    }

    private static func halved(_ level: Level) -> Level {
        let (width, height) = (level.width / 2, level.height / 2)
        var colors = [UInt32](repeating: 0, count: width * height)
        for row in 0..<height {
            let (low, high) = (row * 2 * level.width, (row * 2 + 1) * level.width)
            for column in 0..<width {
                let south = PackedColor.mixed(
                    level.colors[low + column * 2], level.colors[low + column * 2 + 1], share: 128)
                let north = PackedColor.mixed(
                    level.colors[high + column * 2], level.colors[high + column * 2 + 1], share: 128)
                colors[row * width + column] = PackedColor.mixed(south, north, share: 128)
            }
        }
        return Level(width: width, height: height, texel: level.texel * 2, colors: colors)
    }
}
