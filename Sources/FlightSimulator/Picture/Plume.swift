import Geodesy

/// A column of smoke: soft puffs that rise, widen and thin out within the size of the object.
struct Plume: Sendable {
    struct Puff: Sendable {
        /// In the object's own axes.
        var center: Vector
        /// Metres.
        var radius: Double
        /// 0…1 in its middle.
        var opacity: Double
    }

    private static let count = 70
    /// Radius of the fire's bed, a share of the smaller side.
    static let embers = 0.22
    /// Seconds for a puff to rise the whole height.
    private static let life = 7.0

    /// Lowest first.
    static func puffs(_ size: Scenario.Object.Size, at time: Double, seed: UInt64) -> [Puff] {
        var puffs: [Puff] = []
        for index in 0..<count {
            var generator = SeededGenerator(seed: seed, stream: 3, index: index)
            let (phase, angle, reach) = (generator.unit(), generator.uniform(0, 360), generator.unit())
            let age = (time / life + phase).truncatingRemainder(dividingBy: 1)
            let spread = 0.3 + 0.7 * age
            let radius = 0.34 * size.width * spread
            let room = max(0, size.width / 2 * spread - radius)
            let sway = Vector(
                room * reach * cosine(degrees: angle + 60 * age), room * reach * sine(degrees: angle + 60 * age), 0)
            let height = radius * 0.6 + (size.height - radius * 1.1) * age
            puffs.append(
                Puff(
                    center: sway + Vector(0, 0, height), radius: radius,
                    opacity: 0.5 * (1 - age * 0.7) * min(1, age * 10)))
        }
        return puffs.sorted { $0.center.z < $1.center.z }
    }

    /// Rings about the column, from the bed of the fire to its top: what an eye would box.
    static func extent(_ size: Scenario.Object.Size) -> [Vector] {
        var points: [Vector] = []
        for level in [0.0, 0.5, 1.0] {
            let radius = level == 0 ? embers * min(size.width, size.length) : size.width * (0.12 + 0.27 * level)
            for angle in stride(from: 0.0, to: 360, by: 30) {
                points.append(
                    Vector(radius * cosine(degrees: angle), radius * sine(degrees: angle), size.height * level * 0.95))
            }
        }
        return points
    }
}
