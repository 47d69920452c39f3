/// A zone of the Universal Transverse Mercator grid on WGS 84: scale 0.9996, false easting 500 000 m, false northing 10
/// 000 000 m in the south.
public struct UTMZone: Sendable, Hashable {
    /// 1…60 from 180° W.
    public let number: Int
    public let isNorth: Bool

    /// Nil outside 1…60.
    public init?(number: Int, isNorth: Bool) {
        guard (1...60).contains(number) else { return nil }
        self.number = number
        self.isNorth = isNorth
    }

    /// The zone that a place is in, with the wider zones of western Norway and Svalbard. 80° S…84° N. What lies between
    /// two zones belongs to the eastern one.
    public init(holding point: GeodeticPoint) throws(CoordinateFault) {
        guard point.isOnMap else { throw .offGlobe }
        guard point.latitude >= -80, point.latitude <= 84 else { throw .outsideUTM }
        let longitude = point.longitude.wrappedLongitude
        // A hair west of 180° the sum is rounded to 360.
        let regular = min(Int((longitude + 180) / 6), 59) + 1
        number = Self.exception(latitude: point.latitude, longitude: longitude) ?? regular
        isNorth = point.latitude >= 0
    }

    private static func exception(latitude: Double, longitude: Double) -> Int? {
        if latitude >= 56, latitude < 64, longitude >= 3, longitude < 12 { return 32 }
        guard latitude >= 72, longitude >= 0, longitude < 42 else { return nil }
        return longitude < 9 ? 31 : longitude < 21 ? 33 : longitude < 33 ? 35 : 37
    }

    /// Degrees, east positive.
    public var centralMeridian: Double { Double(6 * number - 183) }

    public var epsg: Int { (isNorth ? 32_600 : 32_700) + number }

    private var projection: TransverseMercator {
        TransverseMercator(
            centralMeridian: centralMeridian, scale: 0.9996, falseNorthing: isNorth ? 0 : 10_000_000, series: .wgs84)
    }

    /// `point` (WGS 84) on the zone's plane; a neighbouring zone's places too.
    public func position(of point: GeodeticPoint) throws(CoordinateFault) -> PlanePosition {
        try projection.position(of: point)
    }

    /// The place (WGS 84) of `position`.
    public func point(at position: PlanePosition) throws(CoordinateFault) -> GeodeticPoint {
        try projection.point(at: position)
    }
}
