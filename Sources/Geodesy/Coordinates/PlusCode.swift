/// Open Location Code: five pairs of digits in base 20 down to 1/8000°, then digits that each divide a cell into four
/// columns and five rows. WGS 84. Source: the Open Location Code specification.
public enum PlusCode {
    /// Of a code that is written. Ten digits are 1/8000° (14 m), eleven a quarter by a fifth of it.
    public static let lengths = [2, 4, 6, 8, 10, 11, 12, 13, 14, 15]
    private static let alphabet = Array("23456789CFGHJMPQRVWX".utf8)
    private static let separator = UInt8(ascii: "+")
    private static let padding = UInt8(ascii: "0")
    private static let separatorPosition = 8
    /// Cells of a fifteen-digit code in a degree.
    private static let rowsPerDegree = 25_000_000
    private static let columnsPerDegree = 8_192_000

    /// The full code of `length` digits (``lengths``) of the cell that holds `point`.
    public static func code(of point: GeodeticPoint, length: Int = 11) throws(CoordinateFault) -> String {
        guard point.isOnMap else { throw .offGlobe }
        guard lengths.contains(length) else { throw .plusCode(.length) }
        let longitude = point.longitude.wrappedLongitude
        // The pole itself belongs to the last row.
        var row = min(count(point.latitude + 90, rowsPerDegree), 180 * rowsPerDegree - 1)
        var column = min(count(longitude + 180, columnsPerDegree), 360 * columnsPerDegree - 1)
        var digits = [UInt8](repeating: padding, count: 15)
        for place in (10..<15).reversed() {
            digits[place] = alphabet[row % 5 * 4 + column % 4]
            row /= 5
            column /= 4
        }
        for pair in (0..<5).reversed() {
            digits[2 * pair + 1] = alphabet[column % 20]
            digits[2 * pair] = alphabet[row % 20]
            column /= 20
            row /= 20
        }
        let kept = digits.prefix(length) + [UInt8](repeating: padding, count: max(0, separatorPosition - length))
        return String(
            decoding: kept.prefix(separatorPosition) + [separator] + kept.dropFirst(separatorPosition), as: UTF8.self)
    }

    /// Whole cells in `degrees`; what a double makes of a cell's own edge counts as the edge.
    private static func count(_ degrees: Double, _ perDegree: Int) -> Int {
        Int(((degrees * Double(perDegree) * 1e6).rounded() / 1e6).rounded(.down))
    }

    /// The cell of a full code, in either case, padded or not.
    public static func cell(of code: String) throws(CoordinateFault) -> CodedCell {
        let digits = try digits(of: code)
        var (row, column) = (0, 0)
        var (height, width) = (20 * rowsPerDegree, 20 * columnsPerDegree)
        for (place, digit) in digits.enumerated() {
            if place < 10 {
                if place >= 2, place.isMultiple(of: 2) {
                    height /= 20
                    width /= 20
                }
                if place.isMultiple(of: 2) { row += digit * height } else { column += digit * width }
            } else {
                height /= 5
                width /= 4
                row += digit / 4 * height
                column += digit % 4 * width
            }
        }
        guard row < 180 * rowsPerDegree, column < 360 * columnsPerDegree else { throw .plusCode(.range) }
        return CodedCell(
            south: Double(row) / Double(rowsPerDegree) - 90, west: Double(column) / Double(columnsPerDegree) - 180,
            height: Double(height) / Double(rowsPerDegree), width: Double(width) / Double(columnsPerDegree))
    }

    /// Values of the digits, the padding left out.
    private static func digits(of code: String) throws(CoordinateFault) -> [Int] {
        let characters = Array(code.uppercased().utf8.prefix(32))
        guard let mark = characters.firstIndex(of: separator) else { throw .plusCode(.separator) }
        guard mark == separatorPosition else {
            throw .plusCode(mark < separatorPosition && mark.isMultiple(of: 2) ? .short : .separator)
        }
        let before = characters[..<mark]
        let after = characters[(mark + 1)...]
        let meant = before.prefix { $0 != padding }
        if meant.count < before.count {
            guard before.dropFirst(meant.count).allSatisfy({ $0 == padding }), meant.count >= 2,
                meant.count.isMultiple(of: 2), after.isEmpty
            else { throw .plusCode(.padding) }
        }
        guard after.count != 1, after.count <= 7 else { throw .plusCode(.length) }
        var values: [Int] = []
        for character in meant + after {
            guard let value = alphabet.firstIndex(of: character) else { throw .plusCode(.character) }
            values.append(value)
        }
        return values
    }
}
