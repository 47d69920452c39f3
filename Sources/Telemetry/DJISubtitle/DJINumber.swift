/// A number as DJI writes it into text: with a sign, decimals and an exponent or without, with a unit behind it or without.
struct DJINumber: Sendable, Hashable {
    var value: Double
    /// What stands behind it, in lower case: `m`, `m/s`, …
    var unit: String
    /// False for `280`, true for `24.00`: the two are in different units.
    var hasPoint: Bool

    /// Nil for `n/a`, for what is no number or goes on after it (`31,5`, `0x10`), and for what a double does not hold.
    init?(_ text: String) {
        let bytes = Array(text.utf8.prefix(65))
        guard bytes.count <= 64 else { return nil }
        var end = 0
        var digits = 0
        var points = 0
        if let sign = bytes.first, sign == 43 || sign == 45 { end = 1 }
        while end < bytes.count {
            if Self.isDigit(bytes[end]) {
                digits += 1
            } else if bytes[end] == 46, points == 0 {
                points = 1
            } else {
                break
            }
            end += 1
        }
        guard digits > 0, digits <= 24 else { return nil }
        let power = Self.exponent(bytes, end)
        guard let number = Double(String(decoding: bytes[..<power], as: UTF8.self)), number.isFinite,
            Self.isUnit(bytes[power...])
        else { return nil }
        value = number
        unit = String(decoding: bytes[power...], as: UTF8.self).lowercased()
        hasPoint = points > 0 || power > end
    }

    /// True for what is meant for a number and is none: `31,5`, `0x10`, `nan`; not for words such as `n/a`.
    static func isBad(_ text: String) -> Bool {
        let rest = text.utf8.drop { $0 == 43 || $0 == 45 || $0 == 46 }
        let word = String(decoding: rest.prefix(3), as: UTF8.self).lowercased()
        let isMeant = rest.first.map(isDigit) ?? false || word == "nan" || word == "inf"
        return isMeant && DJINumber(text) == nil
    }

    /// The place after `e-5`; `start` where there is no exponent.
    private static func exponent(_ bytes: [UInt8], _ start: Int) -> Int {
        guard start < bytes.count, bytes[start] | 0x20 == 101 else { return start }
        var end = start + 1
        if end < bytes.count, bytes[end] == 43 || bytes[end] == 45 { end += 1 }
        let digits = bytes[end...].prefix(while: isDigit).count
        return digits > 0 ? end + digits : start
    }

    /// Letters, slashes and what stands for a degree; the `e` of an exponent that was cut is none.
    private static func isUnit(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.allSatisfy { ($0 | 32) >= 97 && ($0 | 32) <= 122 || $0 == 47 || $0 == 37 }
            && !(bytes.count == 1 && bytes[bytes.startIndex] | 0x20 == 101)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
}
