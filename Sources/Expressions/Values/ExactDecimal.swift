/// All decimal digits of a double, for rounding to a fixed precision the right way.
struct ExactDecimal {
    private let isNegative: Bool
    /// Most significant first; `point` of them stand before the decimal point.
    private var digits: [UInt8]
    private var point: Int

    /// The number must be finite.
    init(_ value: Double) {
        isNegative = value.sign == .minus
        guard value != 0 else {
            digits = [0]
            point = 1
            return
        }
        let exponent = Int(value.exponent)
        let significand = value.magnitude.significandBitPattern | (value.isNormal ? 1 << 52 : 0)
        // value = significand × 2^shift; below 2^0 that is significand × 5^-shift ÷ 10^-shift.
        let shift = (value.isNormal ? exponent : -1022) - 52
        var limbs: [UInt64] = [significand % 1_000_000_000, significand / 1_000_000_000 % 1_000_000_000]
        for _ in 0..<shift.magnitude { Self.multiply(&limbs, by: shift < 0 ? 5 : 2) }
        var digits: [UInt8] = []
        for limb in limbs.reversed() {
            let text = Array(String(limb).utf8)
            digits += Array(repeating: 0, count: 9 - text.count) + text.map { $0 &- 48 }
        }
        let fraction = shift < 0 ? -shift : 0
        if digits.count <= fraction { digits = Array(repeating: 0, count: fraction + 1 - digits.count) + digits }
        point = digits.count - fraction
        let zeros = digits.prefix(point - 1).prefix { $0 == 0 }.count
        self.digits = Array(digits.dropFirst(zeros))
        point -= zeros
    }

    /// Limbs of nine decimal digits, least significant first.
    private static func multiply(_ limbs: inout [UInt64], by factor: UInt64) {
        var carry: UInt64 = 0
        for index in limbs.indices {
            let product = limbs[index] * factor + carry
            limbs[index] = product % 1_000_000_000
            carry = product / 1_000_000_000
        }
        if carry > 0 { limbs.append(carry) }
    }

    /// Keeps `count` digits from the front, rounding half to even.
    private mutating func round(toDigits count: Int) {
        guard count < digits.count else { return }
        let rest = digits[count...]
        let isTie = rest.first == 5 && rest.dropFirst().allSatisfy { $0 == 0 }
        let isOdd = count > 0 && digits[count - 1] % 2 == 1
        let isUp = isTie ? isOdd : rest.first.map { $0 >= 5 } ?? false
        digits.removeSubrange(count...)
        guard isUp else { return }
        for index in digits.indices.reversed() {
            digits[index] += 1
            guard digits[index] == 10 else { return }
            digits[index] = 0
        }
        digits.insert(1, at: 0)
        point += 1
    }

    /// `[-]ddd.ddd` with `precision` digits after the point.
    func fixed(_ precision: Int) -> String {
        var copy = self
        copy.round(toDigits: point + precision)
        let whole = copy.digits.prefix(copy.point).map(String.init).joined()
        var fraction = copy.digits.dropFirst(copy.point).map(String.init).joined()
        fraction += String(repeating: "0", count: precision - fraction.utf8.count)
        return (isNegative ? "-" : "") + whole + (precision > 0 ? "." + fraction : "")
    }

    /// `[-]d.ddde±dd` with `precision` digits after the point.
    func scientific(_ precision: Int) -> String {
        var copy = self
        let zeros = digits.prefix { $0 == 0 }.count
        if zeros < digits.count {
            copy.digits.removeFirst(zeros)
            copy.point -= zeros
        }
        copy.round(toDigits: precision + 1)
        let exponent = zeros == digits.count ? 0 : copy.point - 1
        var fraction = copy.digits.dropFirst().prefix(precision).map(String.init).joined()
        fraction += String(repeating: "0", count: precision - fraction.utf8.count)
        let size = exponent.magnitude
        return (isNegative ? "-" : "") + String(copy.digits[0]) + (precision > 0 ? "." + fraction : "")
            + (exponent < 0 ? "e-" : "e+") + (size < 10 ? "0\(size)" : "\(size)")
    }
}
