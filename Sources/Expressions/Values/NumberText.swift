/// Doubles as decimal text, without the C library.
enum NumberText {
    /// The shortest digits that give the number back, with the exponent of ten of the first digit.
    struct Digits {
        var isNegative: Bool
        var digits: [UInt8]
        var exponent: Int

        /// The number must be finite.
        init(shortestOf value: Double) {
            isNegative = value.sign == .minus
            var exponent = 0
            var digits: [UInt8] = []
            var pointAfter: Int?
            let text = Array(value.magnitude.description.utf8)
            let mark = text.firstIndex(of: UInt8(ascii: "e")) ?? text.count
            for byte in text[..<mark] {
                if byte == UInt8(ascii: ".") { pointAfter = digits.count } else { digits.append(byte &- 48) }
            }
            if mark < text.count {
                exponent = Int(String(decoding: text[(mark + 1)...], as: UTF8.self)) ?? 0
            }
            exponent += (pointAfter ?? digits.count) - 1
            while digits.count > 1, digits[0] == 0 {
                digits.removeFirst()
                exponent -= 1
            }
            while digits.count > 1, digits[digits.count - 1] == 0 { digits.removeLast() }
            if digits == [0] { exponent = 0 }
            self.digits = digits
            self.exponent = exponent
        }
    }

    /// As `string(double)` writes it: `1.5`, `-0.0045`, `1.25e+06`, `6.02214e+23`, `NaN`, `+Inf`.
    static func general(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf" }
        let digits = Digits(shortestOf: value)
        guard digits.exponent < -4 || digits.exponent >= 6 else { return positional(digits) }
        let sign = digits.isNegative ? "-" : ""
        var text = sign + String(digits.digits[0])
        if digits.digits.count > 1 { text += "." + digits.digits.dropFirst().map(String.init).joined() }
        let size = digits.exponent.magnitude
        return text + (digits.exponent < 0 ? "e-" : "e+") + (size < 10 ? "0\(size)" : "\(size)")
    }

    /// Base 10 without an exponent and without insignificant zeros: `1`, `0.5`, `NaN`, `-Infinity`.
    static func decimal(_ value: Double) -> String {
        guard value.isFinite else { return notFinite(value) }
        return positional(Digits(shortestOf: value))
    }

    static func notFinite(_ value: Double) -> String {
        value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity"
    }

    private static func positional(_ number: Digits) -> String {
        var text = number.isNegative ? "-" : ""
        let pointAfter = number.exponent + 1
        if pointAfter <= 0 {
            text += "0." + String(repeating: "0", count: -pointAfter)
            return number.digits == [0] ? text : text + number.digits.map(String.init).joined()
        }
        for place in 0..<max(pointAfter, number.digits.count) {
            if place == pointAfter { text += "." }
            text += place < number.digits.count ? String(number.digits[place]) : "0"
        }
        return text
    }
}
