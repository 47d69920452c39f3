/// A horizontal error covariance, square metres: symmetric, north and east.
public struct Covariance: Sendable, Hashable {
    public var northNorth: Double
    public var northEast: Double
    public var eastEast: Double

    public init(northNorth: Double, northEast: Double, eastEast: Double) {
        self.northNorth = northNorth
        self.northEast = northEast
        self.eastEast = eastEast
    }

    public static let zero = Covariance(northNorth: 0, northEast: 0, eastEast: 0)

    /// The same one-sigma error, metres, in every direction.
    public static func circular(sigma: Double) -> Covariance {
        Covariance(northNorth: sigma * sigma, northEast: 0, eastEast: sigma * sigma)
    }

    /// Of one error that moves the point `north` and `east` metres for one sigma.
    public static func along(north: Double, east: Double) -> Covariance {
        Covariance(northNorth: north * north, northEast: north * east, eastEast: east * east)
    }

    public static func + (a: Covariance, b: Covariance) -> Covariance {
        Covariance(
            northNorth: a.northNorth + b.northNorth, northEast: a.northEast + b.northEast,
            eastEast: a.eastEast + b.eastEast)
    }

    public static func * (scale: Double, a: Covariance) -> Covariance {
        Covariance(northNorth: scale * a.northNorth, northEast: scale * a.northEast, eastEast: scale * a.eastEast)
    }

    public static func += (a: inout Covariance, b: Covariance) { a = a + b }

    public var determinant: Double { northNorth * eastEast - northEast * northEast }

    /// The inverse matrix; nil when there is none.
    public var inverse: Covariance? {
        let determinant = determinant
        guard determinant.isFinite, determinant > 0 else { return nil }
        return Covariance(
            northNorth: eastEast / determinant, northEast: -northEast / determinant, eastEast: northNorth / determinant)
    }

    public var isFinite: Bool { northNorth.isFinite && northEast.isFinite && eastEast.isFinite }
}
