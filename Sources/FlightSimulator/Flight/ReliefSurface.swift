/// The height of a scenario's ground over its plain, anywhere.
struct ReliefSurface: Sendable {
    private struct Bell: Sendable {
        var north: Double
        var east: Double
        var height: Double
        var sine: Double
        var cosine: Double
        /// 1 / (2 sigma²), across and along.
        var across: Double
        var along: Double
    }

    private let bells: [Bell]
    /// Metres, never exceeded.
    let top: Double
    /// Metres a metre, never exceeded.
    let slope: Double

    init(_ relief: Scenario.Relief) {
        bells = relief.hills.map {
            Bell(
                north: $0.north, east: $0.east, height: $0.height, sine: FlightSimulator.sine(degrees: $0.heading),
                cosine: FlightSimulator.cosine(degrees: $0.heading), across: Self.sharpness($0.width),
                along: Self.sharpness($0.length))
        }
        top = relief.hills.reduce(0) { $0 + max($1.height, 0) }
        // A bell is steepest a sigma from its top: height / sigma · e^(−1/2).
        slope = zip(relief.hills, bells).reduce(0) { sum, pair in
            sum + abs(pair.0.height) * (2 * max(pair.1.across, pair.1.along)).squareRoot() * 0.606_531
        }
    }

    /// Metres over the plain.
    func height(north: Double, east: Double) -> Double {
        bells.reduce(0) { sum, bell in
            let (n, e) = (north - bell.north, east - bell.east)
            let (along, across) = (n * bell.cosine + e * bell.sine, e * bell.cosine - n * bell.sine)
            return sum + bell.height * exponential(-(along * along * bell.along + across * across * bell.across))
        }
    }

    /// 1 / (2 sigma²) of a bell this wide at half its height: ln 16 / width².
    private static func sharpness(_ width: Double) -> Double { 2.772_588_722_239_781 / (width * width) }
}
