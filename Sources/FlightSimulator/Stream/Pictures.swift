/// What the video of a simulated flight shows.
public enum Pictures: Sendable, Hashable, CaseIterable {
    /// What the camera saw.
    case drawn
    /// One grey pattern in every frame, sharp and of middling brightness: nobody takes it for night or fog. Metadata and
    /// their times are those of drawn pictures.
    case still
}

extension Pictures {
    /// Pixels of one square of the pattern.
    private static let square = 16

    /// I420, in video range.
    static func pattern(width: Int, height: Int, seed: UInt64) -> [UInt8] {
        let noise = LatticeNoise(seed: seed, layer: 21)
        return [UInt8](capacity: width * height * 3 / 2) { target in
            for row in 0..<height {
                for column in 0..<width {
                    let shade = noise.at(Int32(column / square), Int32(row / square))
                    target.append(UInt8(80 + shade * 96))
                }
            }
            for _ in 0..<width * height / 2 { target.append(128) }
        }
    }
}
