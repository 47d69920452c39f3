/// The Military Grid Reference System on WGS 84: a zone, a 100 km square in it, and digits of easting and northing cut
/// off (never rounded) at the same place. Beyond UTM, the two polar caps of UPS.
public enum MGRS {
    /// Digits of the easting, and of the northing: five are one metre.
    public static let precisions = 0...5

    /// The reference of `point`, with `digits` (0…5) each of easting and northing: `50RPT3764623991`.
    public static func reference(of point: GeodeticPoint, digits: Int = 5) throws(CoordinateFault) -> String {
        guard point.isOnMap else { throw .offGlobe }
        guard precisions.contains(digits) else { throw .mgrs(.length) }
        let square: MGRSSquare
        var position: PlanePosition
        if point.latitude >= -80, point.latitude <= 84 {
            let zone = try UTMZone(holding: point)
            position = try zone.position(of: point)
            // A hair south of the equator is not on it.
            if !zone.isNorth { position.northing = min(position.northing, 9_999_999.999) }
            guard let found = MGRSSquare(zone: zone, latitude: point.latitude, position: position) else {
                throw .mgrs(.square)
            }
            square = found
        } else {
            let ups = UPS(isNorth: point.latitude > 0)
            position = try ups.position(of: point)
            guard let found = MGRSSquare(ups: ups, position: position) else { throw .mgrs(.square) }
            square = found
        }
        return square.text + cut(position.easting, digits) + cut(position.northing, digits)
    }

    /// The first `digits` of the metres within 100 km.
    private static func cut(_ length: Double, _ digits: Int) -> String {
        let meters = Int(length.rounded(.down)) % 100_000
        let text = String(meters)
        return String((String(repeating: "0", count: 5 - text.count) + text).prefix(digits))
    }

    /// The cell of `reference`, in either case, with or without blanks.
    public static func cell(of reference: String) throws(CoordinateFault) -> CodedCell {
        let characters = Array(reference.uppercased().utf8.prefix(64)).filter { $0 != UInt8(ascii: " ") }
        let number = characters.prefix { isDigit($0) }
        let letters = characters.dropFirst(number.count).prefix { !isDigit($0) }
        let digits = characters.dropFirst(number.count + letters.count)
        guard number.count <= 2, letters.count == 3, digits.count.isMultiple(of: 2), digits.count <= 10 else {
            throw .mgrs(.length)
        }
        guard letters.allSatisfy(MGRSSquare.isLetter), digits.allSatisfy(isDigit) else { throw .mgrs(.character) }
        let precision = digits.count / 2
        var size = 100_000.0
        for _ in 0..<precision { size /= 10 }
        let offset = PlanePosition(
            easting: (value(digits.prefix(precision)) + 0.5) * size,
            northing: (value(digits.suffix(precision)) + 0.5) * size)
        let square = try MGRSSquare(number: number.isEmpty ? nil : Int(value(number)), letters: Array(letters))
        let center = try square.point(at: offset, size: size)
        return CodedCell(center: center, northSouth: size, eastWest: size)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private static func value(_ digits: some Sequence<UInt8>) -> Double {
        digits.reduce(0) { $0 * 10 + Double($1 - UInt8(ascii: "0")) }
    }
}
