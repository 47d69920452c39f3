/// The maps an officer may have, each told a place in the datum that it draws in.
public enum MapApplication: String, Sendable, Hashable, CaseIterable {
    case amap
    case baidu
    case tencent
    case apple
    case google
    case openStreetMap = "osm"
    /// Whatever map the phone opens a geo: URI with (RFC 5870).
    case geo

    /// Zh and en.
    public var title: (chinese: String, english: String) {
        switch self {
        case .amap: ("高德地图", "Amap")
        case .baidu: ("百度地图", "Baidu Maps")
        case .tencent: ("腾讯地图", "Tencent Maps")
        case .apple: ("苹果地图", "Apple Maps")
        case .google: ("谷歌地图", "Google Maps")
        case .openStreetMap: ("OpenStreetMap", "OpenStreetMap")
        case .geo: ("其他地图应用", "Other map app")
        }
    }

    /// Of the coordinates in its links. Apple's map of China is drawn from Amap's data. Google's pictures are WGS 84
    /// (its streets of mainland China are drawn aside of them), and so is a geo: URI by its standard.
    public var datum: Datum {
        switch self {
        case .amap, .tencent, .apple: .gcj02
        case .baidu: .bd09
        case .google, .openStreetMap, .geo: .wgs84
        }
    }

    /// Scalars of a title that are kept.
    static let longestTitle = 80

    /// The address that shows `point` (WGS 84) with `title`. To a decimetre.
    public func link(to point: GeodeticPoint, title: String) throws(CoordinateFault) -> MapLink {
        guard point.isOnMap else { throw .offGlobe }
        // Where web maps do not shift, neither does Baidu's: its formula is one over GCJ-02's.
        let datum = GCJ02.applies(to: point) ? datum : .wgs84
        let place = datum.fromWGS84(point)
        guard let latitude = DecimalDegrees.text(place.latitude), let longitude = DecimalDegrees.text(place.longitude)
        else { throw .offGlobe }
        // A pin without a name is not drawn everywhere.
        let title = title.isEmpty ? "FlyOnce" : title
        let name = percentEncoded(title)
        let url =
            switch self {
            case .amap:
                "https://uri.amap.com/marker?position=\(longitude),\(latitude)&name=\(name)"
                    + "&coordinate=gaode&callnative=1&src=flyonce"
            case .baidu:
                "https://api.map.baidu.com/marker?location=\(latitude),\(longitude)&title=\(name)&content=\(name)"
                    + "&coord_type=\(datum == .wgs84 ? "wgs84" : "bd09ll")&output=html&src=flyonce"
            case .tencent:
                "https://apis.map.qq.com/uri/v1/marker?marker=coord:\(latitude),\(longitude);title:"
                    + "\(percentEncoded(title, without: ":;,|"))&referer=flyonce"
            case .apple: "https://maps.apple.com/?ll=\(latitude),\(longitude)&q=\(name)"
            case .google: "https://www.google.com/maps/search/?api=1&query=\(latitude)%2C\(longitude)"
            case .openStreetMap:
                "https://www.openstreetmap.org/?mlat=\(latitude)&mlon=\(longitude)#map=18/\(latitude)/\(longitude)"
            case .geo: "geo:\(latitude),\(longitude)?q=\(latitude),\(longitude)(\(name))"
            }
        return MapLink(application: self, datum: datum, url: url)
    }

    /// UTF-8 with everything but RFC 3986's unreserved characters as %XX. What of `marks` means something to the
    /// receiver even when encoded is a blank.
    private func percentEncoded(_ title: String, without marks: String = "") -> String {
        var bytes: [UInt8] = []
        for scalar in title.unicodeScalars.prefix(Self.longestTitle) {
            let isMark = scalar.value < 32 || scalar.value == 127 || marks.unicodeScalars.contains(scalar)
            bytes.append(contentsOf: String(Character(isMark ? " " : scalar)).utf8)
        }
        var text = ""
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let hex = String(byte, radix: 16, uppercase: true)
                text += byte < 16 ? "%0\(hex)" : "%\(hex)"
            }
        }
        return text
    }
}
