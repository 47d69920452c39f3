extension Double {
    private static let powersOfTen: [UInt64] = [
        1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
        100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
        10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000,
    ]

    /// The nearest double to a number of `count` digits in all, of which so many are `decimals`. Nil when there are too
    /// many.
    init?(_ digits: UInt64, count: Int, decimals: Int) {
        // Nineteen digits always fit.
        guard count <= 19, decimals < Self.powersOfTen.count else { return nil }
        let power = Self.powersOfTen[decimals]
        // Both are exact in a double, so their quotient is the nearest double (Clinger's fast path).
        if digits >> 53 == 0 {
            self = Double(Int64(digits)) / Double(Int64(power))
            return
        }
        // Of the quotient at least 63 bits, and whether anything is left: enough to round to 53.
        let up = digits.leadingZeroBitCount
        let down = power.leadingZeroBitCount
        let aligned = digits << UInt64(up)
        let (quotient, rest) = (power << UInt64(down)).dividingFullWidth((aligned >> 1, aligned << 63))
        let sticky = quotient | (rest == 0 ? 0 : 1)
        self = Double(sign: .plus, exponent: down - up - 63, significand: Double(sticky))
    }
}
