/// Bytes of one record as they are written.
struct LogWriter {
    var bytes: [UInt8] = []

    mutating func byte(_ value: UInt8) { bytes.append(value) }

    /// Seven bits a byte, the lowest first.
    mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func count(_ value: Int) { varint(UInt64(max(value, 0))) }

    /// Small magnitudes in few bytes, whatever their sign.
    mutating func signed(_ value: Int64) { varint(UInt64(bitPattern: value << 1 ^ value >> 63)) }

    mutating func text(_ value: String) {
        count(value.utf8.count)
        bytes.append(contentsOf: value.utf8)
    }

    private mutating func littleEndian(_ value: UInt64, bytes count: Int) {
        for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(index * 8))) }
    }

    /// Exactly `value`, in the shortest of these forms: the same as `predicted`; a decimal of few digits, as analysers write
    /// them; single precision; the low bytes in which it differs from `predicted`.
    mutating func number(_ value: Double, after predicted: Double = 0) {
        let bits = value.bitPattern
        let difference = bits ^ predicted.bitPattern
        guard difference != 0 else { return byte(NumberForm.same) }
        let low = 8 - difference.leadingZeroBitCount / 8
        if low > 2, let (scale, digits) = NumberForm.decimal(value) {
            let zigzag = UInt64(bitPattern: digits << 1 ^ digits >> 63)
            if (70 - zigzag.leadingZeroBitCount) / 7 <= min(low, 5) {
                byte(NumberForm.decimal | scale)
                return varint(zigzag)
            }
        }
        if low > 4, Double(Float(value)).bitPattern == bits {
            byte(NumberForm.single)
            return littleEndian(UInt64(Float(value).bitPattern), bytes: 4)
        }
        byte(UInt8(low))
        littleEndian(difference, bytes: low)
    }
}

/// First bytes of numbers; 1…8 are that many low bytes of the difference to the predicted one.
enum NumberForm {
    static let same: UInt8 = 0
    static let single: UInt8 = 9
    /// No number.
    static let none: UInt8 = 10
    /// With the number of decimals in the low bits: digits as a signed varint.
    static let decimal: UInt8 = 0x10
    static let powers: [Double] = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7]

    /// The fewest decimals that give just this number back; nil when it takes more than seven or is too large to gain by it.
    static func decimal(_ value: Double) -> (scale: UInt8, digits: Int64)? {
        guard abs(value) < 1e9, value != 0 else { return nil }
        for (scale, power) in powers.enumerated() {
            let digits = (value * power).rounded()
            if digits / power == value { return (UInt8(scale), Int64(digits)) }
        }
        return nil
    }
}
