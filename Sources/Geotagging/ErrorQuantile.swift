import Geodesy

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The radius that holds the true place with probability 0.9 where the errors are too large for an ellipse: near the
/// horizon the far side of the errors reaches much farther than the near one. Counted out over a fixed set of draws, even
/// along the direction that the ellipse is longest in, so that the same pose always gives the same radius.
enum ErrorQuantile {
    private static let count = 512
    private static let share = 0.9

    /// Standard normal numbers, always the same.
    private static let table: [Deviation] = {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        func uniform() -> Double {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return (Double(state >> 11) + 0.5) / 9_007_199_254_740_992
        }
        return (0..<count / 2).flatMap { _ -> [Deviation] in
            var draw = Deviation(repeating: 0)
            for source in ErrorSource.allCases {
                draw[source] = (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform())
            }
            return [draw, -draw]
        }
    }()

    /// Standard normal quantiles of the middles of `count` equal shares, in an order that has nothing to do with the table's.
    private static let levels: [Double] = (0..<count).map { index in
        normalQuantile((Double((index * 197) % count) + 0.5) / Double(count))
    }

    /// `slopes`: metres for one sigma of each source. Nil when a tenth of the rays miss the ground.
    static func radius(
        of line: SightLine, sigmas: Deviation, slopes: [SIMD2<Double>], _ covariance: Covariance
    ) -> Double? {
        guard let ellipse = ErrorEllipse(covariance) else { return nil }
        let bearing = ellipse.bearing * .pi / 180
        let (north, east) = (cos(bearing), sin(bearing))
        // Which mixture of the sources moves the point farthest.
        var main = Deviation(repeating: 0)
        for (index, slope) in slopes.enumerated() { main[index] = slope.x * north + slope.y * east }
        let length = (main * main).sum().squareRoot()
        guard length > 0 else { return nil }
        main /= length
        var distances: [Double] = []
        distances.reserveCapacity(count)
        for (draw, level) in zip(table, levels) {
            let deviation = (draw + (level - (draw * main).sum()) * main) * sigmas
            if let offset = line.offset(deviation) {
                distances.append((offset.x * offset.x + offset.y * offset.y).squareRoot())
            } else {
                distances.append(.infinity)
            }
        }
        distances.sort()
        let rank = share * Double(count) - 0.5
        let low = Int(rank)
        let (before, after) = (distances[low], distances[low + 1])
        guard after.isFinite else { return nil }
        return before + (after - before) * (rank - Double(low))
    }

    /// By Newton's steps on the error function.
    private static func normalQuantile(_ share: Double) -> Double {
        var x = 0.0
        for _ in 0..<60 {
            let step = (0.5 * erfc(-x / 2.0.squareRoot()) - share) / (exp(-x * x / 2) / (2 * .pi).squareRoot())
            x -= min(max(step, -0.5), 0.5)
            if abs(step) < 1e-12 { break }
        }
        return x
    }
}
