/// Geohash: bits of longitude and latitude by turns, five a character. WGS 84.
public enum Geohash {
    /// Of a code that is written. Twelve characters are 37 mm by 19 mm at the equator.
    public static let lengths = 1...12
    /// Of a code that is read: beyond this a double's bits end.
    private static let longest = 20
    private static let alphabet = Array("0123456789bcdefghjkmnpqrstuvwxyz".utf8)

    /// The code of `length` characters (1…12) of the cell that holds `point`.
    public static func code(of point: GeodeticPoint, length: Int = 12) throws(CoordinateFault) -> String {
        guard point.isOnMap else { throw .offGlobe }
        guard lengths.contains(length) else { throw .geohash(.length) }
        var (south, north, west, east) = (-90.0, 90.0, -180.0, 180.0)
        var code = ""
        for character in 0..<length {
            var index = 0
            for bit in 0..<5 {
                let isUpper: Bool
                if (character * 5 + bit).isMultiple(of: 2) {
                    isUpper = halve(&west, &east, upper: point.longitude >= (west + east) / 2)
                } else {
                    isUpper = halve(&south, &north, upper: point.latitude >= (south + north) / 2)
                }
                index = index * 2 + (isUpper ? 1 : 0)
            }
            code.unicodeScalars.append(Unicode.Scalar(alphabet[index]))
        }
        return code
    }

    /// The cell of `code`, in either case.
    public static func cell(of code: String) throws(CoordinateFault) -> CodedCell {
        let characters = Array(code.lowercased().utf8.prefix(longest + 1))
        guard (1...longest).contains(characters.count) else { throw .geohash(.length) }
        var (south, north, west, east) = (-90.0, 90.0, -180.0, 180.0)
        for (place, character) in characters.enumerated() {
            guard let index = alphabet.firstIndex(of: character) else { throw .geohash(.character) }
            for bit in 0..<5 {
                let isUpper = index >> (4 - bit) & 1 == 1
                if (place * 5 + bit).isMultiple(of: 2) {
                    halve(&west, &east, upper: isUpper)
                } else {
                    halve(&south, &north, upper: isUpper)
                }
            }
        }
        return CodedCell(south: south, west: west, height: north - south, width: east - west)
    }

    @discardableResult private static func halve(_ low: inout Double, _ high: inout Double, upper: Bool) -> Bool {
        if upper { low = (low + high) / 2 } else { high = (low + high) / 2 }
        return upper
    }
}
