/// The WGS 84 ellipsoid. CGCS2000 differs from it by 0.1 mm in the semi-minor axis and is treated as equal.
public enum WGS84 {
    /// Metres.
    public static let semiMajorAxis = 6_378_137.0
    public static let flattening = 1 / 298.257_223_563
    /// Metres.
    public static let semiMinorAxis = semiMajorAxis * (1 - flattening)
    /// First eccentricity squared.
    public static let eccentricitySquared = flattening * (2 - flattening)
    /// Second eccentricity squared.
    static let secondEccentricitySquared = eccentricitySquared / (1 - eccentricitySquared)

    /// Radii of curvature at a latitude in degrees, metres: along the meridian, and across it (the prime vertical).
    static func radii(latitude: Double) -> (meridian: Double, primeVertical: Double) {
        let sine = sineCosine(degrees: latitude).sine
        let w = 1 - eccentricitySquared * sine * sine
        let root = w.squareRoot()
        return (semiMajorAxis * (1 - eccentricitySquared) / (w * root), semiMajorAxis / root)
    }

    /// Metres in one degree of latitude and of longitude at a latitude (degrees) and height above the ellipsoid
    /// (metres).
    public static func metersPerDegree(latitude: Double, height: Double = 0) -> (north: Double, east: Double) {
        let radii = radii(latitude: latitude)
        let cosine = sineCosine(degrees: latitude).cosine
        return ((radii.meridian + height).radians, (radii.primeVertical + height).radians * cosine)
    }
}
