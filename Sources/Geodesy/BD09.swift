#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Baidu's datum: GCJ-02 shifted once more.
public enum BD09 {
    private static let turn = Double.pi * 3000 / 180

    /// `point` (GCJ-02) as BD-09. Heights are not touched.
    public static func fromGCJ02(_ point: GeodeticPoint) -> GeodeticPoint {
        let x = point.longitude
        let y = point.latitude
        let z = (x * x + y * y).squareRoot() + 0.00002 * sin(y * turn)
        let theta = atan2(y, x) + 0.000003 * cos(x * turn)
        return GeodeticPoint(
            latitude: z * sin(theta) + 0.006, longitude: z * cos(theta) + 0.0065, height: point.height)
    }

    /// `point` (BD-09) as GCJ-02, iterated to 1e-10 degrees.
    public static func toGCJ02(_ point: GeodeticPoint) -> GeodeticPoint {
        var found = GeodeticPoint(
            latitude: point.latitude - 0.006, longitude: point.longitude - 0.0065, height: point.height)
        for _ in 0..<20 {
            let image = fromGCJ02(found)
            let north = point.latitude - image.latitude
            let east = point.longitude - image.longitude
            found.latitude += north
            found.longitude += east
            if max(abs(north), abs(east)) < 1e-10 { break }
        }
        return found
    }

    public static func fromWGS84(_ point: GeodeticPoint) -> GeodeticPoint { fromGCJ02(GCJ02.fromWGS84(point)) }

    public static func toWGS84(_ point: GeodeticPoint) -> GeodeticPoint { GCJ02.toWGS84(toGCJ02(point)) }
}
