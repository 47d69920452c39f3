/// A number as DJI writes it into text: with a sign or without, with a unit behind it or without.
struct DJINumber: Sendable, Hashable {
    var value: Double
    /// What stands behind it, in lower case: `m`, `m/s`, …
    var unit: String
    /// False for `280`, true for `24.00`: the two are in different units.
    var hasPoint: Bool

    /// Nil for `n/a`, for what is no number, and for what a double does not hold.
    init?(_ text: String) {
        let bytes = Array(text.utf8.prefix(64))
        var end = 0
        var digits = 0
        var points = 0
        if let sign = bytes.first, sign == 43 || sign == 45 { end = 1 }
        while end < bytes.count {
            if bytes[end] >= 48, bytes[end] <= 57 {
                digits += 1
            } else if bytes[end] == 46, points == 0 {
                points = 1
            } else {
                break
            }
            end += 1
        }
        guard digits > 0, digits <= 24, let number = Double(String(decoding: bytes[..<end], as: UTF8.self)),
            number.isFinite
        else { return nil }
        value = number
        unit = String(decoding: bytes[end...], as: UTF8.self).lowercased()
        hasPoint = points > 0
    }
}
