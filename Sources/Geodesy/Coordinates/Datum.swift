/// What latitudes and longitudes are counted from.
public enum Datum: String, Sendable, Hashable, CaseIterable {
    /// GNSS and RFC 7946.
    case wgs84
    /// China's own: within 0.1 mm of WGS 84's ellipsoid and within its frame by decimetres (plate motion since 2000.0).
    /// Taken as equal, and labelled.
    case cgcs2000
    /// Amap's, Tencent's and, in China, Apple's maps.
    case gcj02
    /// Baidu's maps.
    case bd09

    public var name: String {
        switch self {
        case .wgs84: "WGS 84"
        case .cgcs2000: "CGCS2000"
        case .gcj02: "GCJ-02"
        case .bd09: "BD-09"
        }
    }

    /// Of the two-dimensional geographic system, axes latitude and longitude. The datums of web maps have no number.
    public var epsg: Int? {
        switch self {
        case .wgs84: 4326
        case .cgcs2000: 4490
        case .gcj02, .bd09: nil
        }
    }

    /// `point` of this datum as WGS 84.
    public func toWGS84(_ point: GeodeticPoint) -> GeodeticPoint {
        switch self {
        case .wgs84, .cgcs2000: point
        case .gcj02: GCJ02.toWGS84(point)
        case .bd09: BD09.toWGS84(point)
        }
    }

    /// `point` (WGS 84) in this datum.
    public func fromWGS84(_ point: GeodeticPoint) -> GeodeticPoint {
        switch self {
        case .wgs84, .cgcs2000: point
        case .gcj02: GCJ02.fromWGS84(point)
        case .bd09: BD09.fromWGS84(point)
        }
    }
}
