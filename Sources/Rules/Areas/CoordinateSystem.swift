public import Geodesy

/// The datum that the coordinates of a file are in.
public enum CoordinateSystem: String, Sendable, Hashable, CaseIterable {
    /// GNSS and RFC 7946.
    case wgs84
    /// China's own, within 0.1 mm of WGS 84's ellipsoid: taken as equal.
    case cgcs2000
    /// Amap's and Tencent's maps.
    case gcj02
    /// Baidu's maps.
    case bd09

    /// True when a file's own statement means this datum of web maps, which no registry has a number for.
    func isNamed(in text: String) -> Bool {
        let bare = text.lowercased().filter { $0.isLetter || $0.isNumber }
        return switch self {
        case .gcj02: bare.contains("gcj02")
        case .bd09: bare.contains("bd09")
        case .wgs84, .cgcs2000: false
        }
    }

    /// The same place in WGS 84.
    public func toWGS84(_ point: GeodeticPoint) -> GeodeticPoint {
        switch self {
        case .wgs84, .cgcs2000: point
        case .gcj02: GCJ02.toWGS84(point)
        case .bd09: BD09.toWGS84(point)
        }
    }
}
