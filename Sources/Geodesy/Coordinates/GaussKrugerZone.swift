/// A zone of China's Gauss–Krüger grid on CGCS2000: scale 1 on the central meridian, false easting 500 000 m, no false
/// northing.
public struct GaussKrugerZone: Sendable, Hashable {
    /// Degrees of longitude.
    public enum Width: Int, Sendable, Hashable, CaseIterable {
        case three = 3
        case six = 6
    }

    public let width: Width
    /// 25…45 of the 3° zones, 13…23 of the 6° zones.
    public let number: Int

    /// Nil for a number that CGCS2000 has no zone for.
    public init?(width: Width, number: Int) {
        guard Self.numbers(of: width).contains(number) else { return nil }
        self.width = width
        self.number = number
    }

    /// The zone that a place is in. What lies on the meridian between two zones belongs to the eastern one.
    public init(width: Width, holding point: GeodeticPoint) throws(CoordinateFault) {
        guard point.isOnMap else { throw .offGlobe }
        let first = width == .three ? (point.longitude + 1.5) / 3 : point.longitude / 6 + 1
        guard point.latitude >= 0, point.latitude <= 60,
            let zone = Self(width: width, number: Int(first.rounded(.down)))
        else { throw .outsideZones(width: width.rawValue) }
        self = zone
    }

    public static func numbers(of width: Width) -> ClosedRange<Int> { width == .three ? 25...45 : 13...23 }

    /// Degrees east.
    public var centralMeridian: Double {
        Double(width == .three ? 3 * number : 6 * number - 3)
    }

    /// EPSG's number of the zone's system: with the zone before the easting, or without.
    public func epsg(prefixed: Bool) -> Int {
        switch width {
        case .three: (prefixed ? 4513 : 4534) + number - 25
        case .six: (prefixed ? 4491 : 4502) + number - 13
        }
    }

    private var projection: TransverseMercator {
        TransverseMercator(centralMeridian: centralMeridian, scale: 1, series: .cgcs2000)
    }

    /// `point` (CGCS2000) on the zone's plane; a neighbouring zone's places too.
    public func position(of point: GeodeticPoint, prefixed: Bool) throws(CoordinateFault) -> PlanePosition {
        var position = try projection.position(of: point)
        if prefixed { position.easting += prefix }
        return position
    }

    /// The place (CGCS2000) of `position`. The zone is this one, whatever the easting begins with: farther than 500 km from
    /// the meridian it begins with a neighbour's number. One that means no place is refused for its prefix, where that is
    /// why.
    public func point(at position: PlanePosition, prefixed: Bool) throws(CoordinateFault) -> GeodeticPoint {
        guard position.easting.isFinite, position.northing.isFinite else { throw .offPlane }
        var position = position
        let millions = (position.easting / 1_000_000).rounded(.down)
        let found = millions >= 13 && millions <= 45 ? Int(millions) : nil
        if prefixed {
            position.easting -= prefix
            do throws(CoordinateFault) {
                return try projection.point(at: position)
            } catch {
                throw found == number ? error : .zonePrefix(found: found, zone: number)
            }
        } else if let found {
            throw .prefixed(found)
        }
        return try projection.point(at: position)
    }

    private var prefix: Double { Double(number) * 1_000_000 }
}
