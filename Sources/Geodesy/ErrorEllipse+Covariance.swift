#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension ErrorEllipse {
    /// Nil when the covariance is not finite or a variance in it is below zero.
    public init?(_ covariance: Covariance) {
        guard covariance.isFinite, covariance.northNorth >= 0, covariance.eastEast >= 0 else { return nil }
        let half = (covariance.northNorth + covariance.eastEast) / 2
        let difference = (covariance.northNorth - covariance.eastEast) / 2
        let spread = (difference * difference + covariance.northEast * covariance.northEast).squareRoot()
        var bearing = spread > 0 ? atan2(covariance.northEast, difference).degrees / 2 : 0
        if bearing < 0 { bearing += 180 }
        if bearing >= 180 { bearing = 0 }
        self.init(
            semiMajor: (half + spread).squareRoot(), semiMinor: max(half - spread, 0).squareRoot(), bearing: bearing)
    }

    public var covariance: Covariance {
        let (s, c) = sineCosine(degrees: bearing)
        return .along(north: semiMajor * c, east: semiMajor * s) + .along(north: -semiMinor * s, east: semiMinor * c)
    }

    /// Radius that holds the true place with probability 0.9, metres. Within 0.1 % of the exact integral.
    public var ce90: Double { semiMajor * Self.factor(of: Self.factors90, ratio: ratio) }

    /// Radius that holds the true place with probability 0.95, metres.
    public var ce95: Double { semiMajor * Self.factor(of: Self.factors95, ratio: ratio) }

    private var ratio: Double { semiMajor > 0 ? min(max(semiMinor / semiMajor, 0), 1) : 1 }

    /// Radius over the semi-major axis at semi-minor over semi-major 0, 0.1 … 1, by exact integration.
    private static let factors90 = [
        1.6449, 1.6479, 1.6573, 1.6738, 1.6992, 1.7371, 1.7915, 1.8625, 1.9472, 2.0424, 2.1460,
    ]
    private static let factors95 = [
        1.9600, 1.9625, 1.9704, 1.9842, 2.0051, 2.0359, 2.0813, 2.1460, 2.2303, 2.3318, 2.4477,
    ]

    private static func factor(of table: [Double], ratio: Double) -> Double {
        guard ratio > 0 else { return table[0] }
        let place = min(ratio, 1) * 10
        let index = min(Int(place), 9)
        let share = place - Double(index)
        return table[index] * (1 - share) + table[index + 1] * share
    }
}
