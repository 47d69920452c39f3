#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension GeodeticPoint {
    /// Earth-centred, earth-fixed coordinates, metres: x towards 0° N 0° E, z towards the north pole.
    public var ecef: Vector {
        let (sinLatitude, cosLatitude) = sineCosine(degrees: latitude)
        let (sinLongitude, cosLongitude) = sineCosine(degrees: longitude)
        let e2 = WGS84.eccentricitySquared
        let n = WGS84.semiMajorAxis / (1 - e2 * sinLatitude * sinLatitude).squareRoot()
        return Vector(
            (n + height) * cosLatitude * cosLongitude, (n + height) * cosLatitude * sinLongitude,
            (n * (1 - e2) + height) * sinLatitude)
    }

    /// The point with these earth-centred coordinates. Bowring's method, twice: under a micrometre from −12 km to 100
    /// km.
    public init(ecef: Vector) {
        let a = WGS84.semiMajorAxis
        let b = WGS84.semiMinorAxis
        let p = (ecef.x * ecef.x + ecef.y * ecef.y).squareRoot()
        var tangentBeta = p > 0 ? ecef.z * a / (p * b) : (ecef.z < 0 ? -Double.infinity : .infinity)
        var latitude = 0.0
        for _ in 0..<2 {
            let cosBeta = tangentBeta.isInfinite ? 0 : 1 / (1 + tangentBeta * tangentBeta).squareRoot()
            let sinBeta = tangentBeta.isInfinite ? (tangentBeta < 0 ? -1 : 1) : tangentBeta * cosBeta
            let north = ecef.z + WGS84.secondEccentricitySquared * b * sinBeta * sinBeta * sinBeta
            let out = p - WGS84.eccentricitySquared * a * cosBeta * cosBeta * cosBeta
            latitude = atan2(north, out)
            tangentBeta = out > 0 ? (1 - WGS84.flattening) * north / out : (north < 0 ? -.infinity : .infinity)
        }
        let sine = sin(latitude)
        let root = (1 - WGS84.eccentricitySquared * sine * sine).squareRoot()
        self.init(
            latitude: latitude.degrees, longitude: atan2(ecef.y, ecef.x).degrees,
            height: p * cos(latitude) + ecef.z * sine - a * root)
    }
}
