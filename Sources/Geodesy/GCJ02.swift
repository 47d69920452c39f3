#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The shifted datum of Chinese web maps (Amap, Tencent). Only a receiver that demands it is given it.
public enum GCJ02 {
    /// `point` (WGS 84) as GCJ-02. Heights are not touched; outside the box of the formula nothing is.
    public static func fromWGS84(_ point: GeodeticPoint) -> GeodeticPoint {
        guard applies(to: point) else { return point }
        let shift = shift(at: point)
        return GeodeticPoint(
            latitude: point.latitude + shift.latitude, longitude: point.longitude + shift.longitude,
            height: point.height)
    }

    /// `point` (GCJ-02) as WGS 84, iterated to 1e-10 degrees. Where the formula's box ends, what a place inside it is
    /// shifted to comes first, then what lies outside unshifted.
    public static func toWGS84(_ point: GeodeticPoint) -> GeodeticPoint {
        // No shift in the box is longer than 0.05°.
        guard point.latitude >= 0.8293 - 0.05, point.latitude <= 55.8271 + 0.05, point.longitude >= 72.004 - 0.05,
            point.longitude <= 137.8347 + 0.05
        else { return point }
        var found = point
        for _ in 0..<20 {
            let shift = shift(at: found)
            let latitude = point.latitude - shift.latitude
            let longitude = point.longitude - shift.longitude
            let change = max(abs(latitude - found.latitude), abs(longitude - found.longitude))
            found.latitude = latitude
            found.longitude = longitude
            if change < 1e-10 { break }
        }
        return applies(to: found) ? found : point
    }

    /// The box of the published formula. Wider than where map services really shift.
    public static func applies(to point: GeodeticPoint) -> Bool {
        point.latitude >= 0.8293 && point.latitude <= 55.8271 && point.longitude >= 72.004
            && point.longitude <= 137.8347
    }

    private static let semiMajorAxis = 6_378_245.0
    private static let eccentricitySquared = 0.006_693_421_622_965_943_23

    private static func shift(at point: GeodeticPoint) -> (latitude: Double, longitude: Double) {
        let x = point.longitude - 105
        let y = point.latitude - 35
        let pi = Double.pi
        let common = (20 * sin(6 * pi * x) + 20 * sin(2 * pi * x)) * 2 / 3
        var north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * abs(x).squareRoot() + common
        north += (20 * sin(pi * y) + 40 * sin(pi * y / 3)) * 2 / 3
        north += (160 * sin(pi * y / 12) + 320 * sin(pi * y / 30)) * 2 / 3
        var east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * abs(x).squareRoot() + common
        east += (20 * sin(pi * x) + 40 * sin(pi * x / 3)) * 2 / 3
        east += (150 * sin(pi * x / 12) + 300 * sin(pi * x / 30)) * 2 / 3
        let latitude = point.latitude.radians
        let m = 1 - eccentricitySquared * sin(latitude) * sin(latitude)
        let meridian = semiMajorAxis * (1 - eccentricitySquared) / (m * m.squareRoot())
        let parallel = semiMajorAxis / m.squareRoot() * cos(latitude)
        return ((north / meridian).degrees, (east / parallel).degrees)
    }
}
