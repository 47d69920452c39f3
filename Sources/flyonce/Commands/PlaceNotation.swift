import Geodesy
import Inspection

/// A way that `geo convert` writes a place in.
enum PlaceNotation {
    case geographic(Datum)
    case gaussKruger(GaussKrugerZone.Width, prefixed: Bool)
    case utm
    case ups
    case mgrs
    case geohash
    case plusCode
    case mapLinks
    /// A system of one zone, whichever the place is in.
    case zone(CoordinateSystem)

    /// What is written when nothing is chosen: all but the links.
    static let usual: [PlaceNotation] =
        Datum.allCases.map { .geographic($0) } + [
            .gaussKruger(.three, prefixed: false), .gaussKruger(.three, prefixed: true),
            .gaussKruger(.six, prefixed: false), .gaussKruger(.six, prefixed: true), .utm, .ups, .mgrs, .geohash,
            .plusCode,
        ]

    static let names = (usual + [.mapLinks]).map(\.name)

    init?(name: String) {
        let all = Self.usual + [.mapLinks]
        if let found = all.first(where: { $0.name == name.lowercased() }) {
            self = found
        } else if let system = CoordinateSystem(code: name) {
            if case .geographic(let datum) = system { self = .geographic(datum) } else { self = .zone(system) }
        } else {
            return nil
        }
    }

    var name: String {
        switch self {
        case .geographic(let datum): datum.rawValue
        case .gaussKruger(let width, let prefixed): "gauss_kruger_\(width.rawValue)\(prefixed ? "_zoned" : "")"
        case .utm: "utm"
        case .ups: "ups"
        case .mgrs: "mgrs"
        case .geohash: "geohash"
        case .plusCode: "plus_code"
        case .mapLinks: "map_links"
        case .zone(let system): system.code
        }
    }

    /// Writes one value, or nothing when it throws.
    func write(_ place: StatedPlace, to json: inout JSONText) throws(CoordinateFault) {
        let point = place.point
        switch self {
        case .geographic(let datum): try Self.write(place, datum, to: &json)
        case .gaussKruger(let width, let prefixed):
            let zone = try GaussKrugerZone(width: width, holding: point)
            try Self.write(point, .gaussKruger(zone, prefixed: prefixed), to: &json)
        case .utm: try Self.write(point, .utm(UTMZone(holding: point)), to: &json)
        case .ups: try Self.write(point, .ups(UPS(isNorth: point.latitude > 0)), to: &json)
        case .zone(let system): try Self.write(point, system, to: &json)
        case .mgrs: Self.write(name, try MGRS.reference(of: point), to: &json)
        case .geohash: Self.write(name, try Geohash.code(of: point), to: &json)
        case .plusCode: Self.write(name, try PlusCode.code(of: point), to: &json)
        case .mapLinks:
            let links = try MapLink.all(to: point, title: place.title)
            json.object { json in
                for link in links {
                    json.member(link.application.rawValue) { json in
                        json.object { json in
                            json.member("datum", link.datum.name)
                            json.member("url", link.url)
                        }
                    }
                }
            }
        }
    }

    private static func write(
        _ place: StatedPlace, _ datum: Datum, to json: inout JSONText
    ) throws(CoordinateFault) {
        let isInBox = GCJ02.applies(to: place.point)
        if datum == .bd09, !isInBox { throw .unshifted }
        let point = datum.fromWGS84(place.point)
        json.object { json in
            label(.geographic(datum), ["lat", "lon"], to: &json)
            json.member("lat", point.latitude, decimals: 9)
            json.member("lon", point.longitude, decimals: 9)
            switch datum {
            case .wgs84, .cgcs2000: if place.hasHeight { json.member("hae_m", point.height) }
            case .gcj02, .bd09: json.member("shifted", isInBox)
            }
        }
    }

    private static func write(
        _ point: GeodeticPoint, _ system: CoordinateSystem, to json: inout JSONText
    ) throws(CoordinateFault) {
        guard let position = try system.position(of: point) else { throw .offPlane }
        json.object { json in
            switch system {
            case .gaussKruger(let zone, let prefixed):
                label(system, ["northing_m", "easting_m"], to: &json)
                json.member("zone", zone.number)
                json.member("zone_width_deg", zone.width.rawValue)
                json.member("easting_has_zone", prefixed)
                json.member("central_meridian_deg", zone.centralMeridian)
            case .utm(let zone):
                label(system, ["easting_m", "northing_m"], to: &json)
                json.member("zone", zone.number)
                json.member("hemisphere", zone.isNorth ? "north" : "south")
                json.member("central_meridian_deg", zone.centralMeridian)
            case .ups(let ups):
                label(system, ["northing_m", "easting_m"], to: &json)
                json.member("hemisphere", ups.isNorth ? "north" : "south")
            case .geographic: break
            }
            json.member("easting_m", position.easting, decimals: 4)
            json.member("northing_m", position.northing, decimals: 4)
        }
    }

    private static func write(_ name: String, _ code: String, to json: inout JSONText) {
        json.object { json in
            json.member("datum", Datum.wgs84.name)
            json.member(name, code)
        }
    }

    /// What the numbers are in; `axes` is the order that the system's own definition gives them in.
    private static func label(_ system: CoordinateSystem, _ axes: [String], to json: inout JSONText) {
        json.member("crs", system.code)
        json.member("datum", system.datum.name)
        json.member("axis_order") { json in json.array { json in for axis in axes { json.value(axis) } } }
    }
}
