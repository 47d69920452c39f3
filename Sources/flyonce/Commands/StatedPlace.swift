import Geodesy
import Inspection

/// A place as a line of `geo convert` states it.
struct StatedPlace {
    /// Why a line is no place.
    struct Fault: Error {
        var sentence: String

        init(_ sentence: String) { self.sentence = sentence }
    }

    enum Form {
        case coordinates(CoordinateSystem)
        case code(name: String, CodedCell)
    }

    let form: Form
    /// WGS 84; height 0 where none was stated.
    let point: GeodeticPoint
    let hasHeight: Bool
    let title: String

    init(line: String) throws(Fault) {
        let members = try PlaceMembers(line: line)
        let codes = [("mgrs", members.mgrs), ("geohash", members.geohash), ("plus_code", members.plus_code)]
            .compactMap { name, text in text.map { (name, $0) } }
        let isGeographic = members.lat != nil || members.lon != nil
        let isPlane = members.easting_m != nil || members.northing_m != nil
        guard codes.count + (isGeographic ? 1 : 0) + (isPlane ? 1 : 0) == 1 else {
            throw Fault(
                "the line must state one place: lat and lon, easting_m and northing_m, mgrs, geohash or plus_code")
        }
        var found: GeodeticPoint
        if let (name, text) = codes.first {
            guard members.crs == nil else { throw Fault("\(name) is of WGS 84 and takes no crs") }
            let cell = try Self.cell(name, text)
            form = .code(name: name, cell)
            found = cell.center
        } else if isGeographic {
            let datum = try Self.datum(members.crs)
            form = .coordinates(.geographic(datum))
            found = try Self.point(
                in: datum, latitude: Self.need(members.lat, "lat"), longitude: Self.need(members.lon, "lon"))
        } else {
            let system = try Self.plane(members.crs)
            form = .coordinates(system)
            found = try Self.point(
                in: system, easting: Self.need(members.easting_m, "easting_m"),
                northing: Self.need(members.northing_m, "northing_m"))
        }
        found.height = members.hae_m ?? 0
        guard found.isOnGlobe else { throw Fault("hae_m is no height above the ellipsoid (−12000…100000)") }
        point = found
        hasHeight = members.hae_m != nil
        title = members.title ?? ""
    }

    /// What was read, and what it was taken for.
    func write(to json: inout JSONText) {
        json.object { json in
            switch form {
            case .coordinates(let system):
                json.member("crs", system.code)
                json.member("datum", system.datum.name)
                if let note = prefixNote(system) { json.member("note", note) }
            case .code(let name, let cell):
                json.member("code", name)
                json.member("datum", Datum.wgs84.name)
                json.member("cell") { json in
                    json.object { json in
                        json.member("north_south_m", cell.northSouth, decimals: 3)
                        json.member("east_west_m", cell.eastWest, decimals: 3)
                    }
                }
            }
        }
    }

    /// An easting that begins with another zone's number may be one of that zone under the wrong code.
    private func prefixNote(_ system: CoordinateSystem) -> String? {
        guard case .gaussKruger(let zone, prefixed: true) = system, let position = try? system.position(of: point)
        else { return nil }
        let millions = (position.easting / 1_000_000).rounded(.down)
        guard millions != Double(zone.number) else { return nil }
        return "the easting begins with \(millions.fixed(0)); by its code it is of zone \(zone.number), "
            + "\((abs(point.longitude - zone.centralMeridian)).fixed(1))° from the central meridian"
    }

    private static func need(_ number: Double?, _ name: String) throws(Fault) -> Double {
        guard let number else { throw Fault("\(name) is missing") }
        return number
    }

    private static func datum(_ crs: String?) throws(Fault) -> Datum {
        guard let crs else { return .wgs84 }
        switch CoordinateSystem(code: crs) {
        case .geographic(let datum): return datum
        case nil: throw unknown(crs)
        case let system?: throw Fault("\(system.code) is of easting_m and northing_m")
        }
    }

    private static func plane(_ crs: String?) throws(Fault) -> CoordinateSystem {
        guard let crs else { throw Fault("crs is missing: an easting alone does not say its zone") }
        switch CoordinateSystem(code: crs) {
        case .geographic: throw Fault("\(crs) is of lat and lon")
        case nil: throw unknown(crs)
        case let system?: return system
        }
    }

    private static func unknown(_ crs: String) -> Fault {
        Fault(
            "crs ‘\(crs.prefix(64))’ is not known: it is wgs84, cgcs2000, gcj02, bd09, or EPSG:4326, 4490, 4491…4554, "
                + "32601…32661, 32701…32761")
    }

    private static func point(
        in datum: Datum, latitude: Double, longitude: Double
    ) throws(Fault) -> GeodeticPoint {
        let stated = GeodeticPoint(latitude: latitude, longitude: longitude, height: 0)
        guard stated.isOnGlobe else {
            let swapped = GeodeticPoint(latitude: longitude, longitude: latitude, height: 0).isOnGlobe
            throw Fault("\(CoordinateFault.offGlobe)\(swapped ? " (are lat and lon swapped?)" : "")")
        }
        let point = datum.toWGS84(stated)
        guard datum != .bd09 || GCJ02.applies(to: point) else { throw Fault(CoordinateFault.unshifted.description) }
        return point
    }

    private static func point(
        in system: CoordinateSystem, easting: Double, northing: Double
    ) throws(Fault) -> GeodeticPoint {
        do {
            let point = try system.point(at: PlanePosition(easting: easting, northing: northing))
            if let point { return point }
        } catch {
            throw Fault(error.description)
        }
        throw Fault("\(system.code) is of lat and lon")
    }

    private static func cell(_ name: String, _ text: String) throws(Fault) -> CodedCell {
        do throws(CoordinateFault) {
            return switch name {
            case "mgrs": try MGRS.cell(of: text)
            case "geohash": try Geohash.cell(of: text)
            default: try PlusCode.cell(of: text)
            }
        } catch {
            throw Fault(error.description)
        }
    }
}
