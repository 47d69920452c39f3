/// A system that a place may be written in with two numbers: latitude and longitude, or easting and northing.
public enum CoordinateSystem: Sendable, Hashable {
    case geographic(Datum)
    case gaussKruger(GaussKrugerZone, prefixed: Bool)
    case utm(UTMZone)
    case ups(UPS)

    /// From a datum's name (`wgs84`, `GCJ-02`) or EPSG's number (`EPSG:4548`), in either case. Nil for one that is not
    /// known here.
    public init?(code: String) {
        let code = code.lowercased()
        if let datum = Datum(rawValue: code.filter { $0 != "-" && $0 != " " }) {
            self = .geographic(datum)
        } else if code.hasPrefix("epsg:"), code.utf8.count <= 10, let number = Int(code.dropFirst(5)) {
            self.init(epsg: number)
        } else {
            return nil
        }
    }

    public init?(epsg number: Int) {
        switch number {
        case 4326: self = .geographic(.wgs84)
        case 4490: self = .geographic(.cgcs2000)
        case 4491...4501: self.init(.six, number: number - 4491 + 13, prefixed: true)
        case 4502...4512: self.init(.six, number: number - 4502 + 13, prefixed: false)
        case 4513...4533: self.init(.three, number: number - 4513 + 25, prefixed: true)
        case 4534...4554: self.init(.three, number: number - 4534 + 25, prefixed: false)
        case 32_601...32_660, 32_701...32_760:
            guard let zone = UTMZone(number: number % 100, isNorth: number < 32_700) else { return nil }
            self = .utm(zone)
        case 32_661: self = .ups(UPS(isNorth: true))
        case 32_761: self = .ups(UPS(isNorth: false))
        default: return nil
        }
    }

    private init?(_ width: GaussKrugerZone.Width, number: Int, prefixed: Bool) {
        guard let zone = GaussKrugerZone(width: width, number: number) else { return nil }
        self = .gaussKruger(zone, prefixed: prefixed)
    }

    /// `EPSG:4548`; the datums of web maps, which have no number, by their name.
    public var code: String {
        switch self {
        case .geographic(let datum): datum.epsg.map { "EPSG:\($0)" } ?? datum.name
        case .gaussKruger(let zone, let prefixed): "EPSG:\(zone.epsg(prefixed: prefixed))"
        case .utm(let zone): "EPSG:\(zone.epsg)"
        case .ups(let ups): "EPSG:\(ups.epsg)"
        }
    }

    public var datum: Datum {
        switch self {
        case .geographic(let datum): datum
        case .gaussKruger: .cgcs2000
        case .utm, .ups: .wgs84
        }
    }

    /// Where `point` (WGS 84) is on the plane. Nil for a system of latitude and longitude.
    public func position(of point: GeodeticPoint) throws(CoordinateFault) -> PlanePosition? {
        switch self {
        case .geographic: nil
        case .gaussKruger(let zone, let prefixed): try zone.position(of: point, prefixed: prefixed)
        case .utm(let zone): try zone.position(of: point)
        case .ups(let ups): try ups.position(of: point)
        }
    }

    /// The place (WGS 84) at `position` on the plane. Nil for a system of latitude and longitude.
    public func point(at position: PlanePosition) throws(CoordinateFault) -> GeodeticPoint? {
        switch self {
        case .geographic: nil
        case .gaussKruger(let zone, let prefixed): try zone.point(at: position, prefixed: prefixed)
        case .utm(let zone): try zone.point(at: position)
        case .ups(let ups): try ups.point(at: position)
        }
    }
}
