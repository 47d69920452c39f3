/// The mapping of floating-point values to integers of MISB ST 1201, starting-point form B: range and length in bytes.
public struct IMAPB: Sendable, Hashable {
    public let minimum: Double
    public let maximum: Double
    /// 1…8.
    public let bytes: Int
    /// Value of one step.
    public let step: Double
    private let scale: Double
    private let zeroOffset: Double

    /// Nil when the range is empty or not finite, or the length is not 1…8.
    public init?(_ minimum: Double, _ maximum: Double, bytes: Int) {
        guard minimum.isFinite, maximum.isFinite, minimum < maximum, (maximum - minimum).isFinite,
            (1...8).contains(bytes)
        else { return nil }
        self.minimum = minimum
        self.maximum = maximum
        self.bytes = bytes
        let range = maximum - minimum
        // The smallest power of two that is not less than the range.
        let power = 8 * bytes - 1 - (Int(range.exponent) + (range.significand == 1 ? 0 : 1))
        scale = Double(sign: .plus, exponent: power, significand: 1)
        step = Double(sign: .plus, exponent: -power, significand: 1)
        zeroOffset = minimum < 0 && maximum > 0 ? scale * minimum - (scale * minimum).rounded(.down) : 0
    }

    public enum Value: Sendable, Hashable {
        case real(Double)
        case special(SpecialValue)
    }

    /// `code` in the low ``bytes`` bytes.
    public func decode(_ code: UInt64) -> Value {
        let top = UInt64(1) << UInt64(8 * bytes - 1)
        if code <= top {
            let value = step * (Double(code) - zeroOffset) + minimum
            // Above the top, but for what rounding adds at eight bytes: no encoder makes it.
            let slack = step + max(abs(minimum), abs(maximum)) * 0x1p-50
            return value <= maximum + slack ? .real(value) : .special(.reserved)
        }
        let first = UInt8(truncatingIfNeeded: code >> UInt64(8 * bytes - 8))
        let rest = bytes == 1 ? 0 : code & (UInt64.max >> UInt64(72 - 8 * bytes))
        switch first {
        case 0xC8: return .special(.positiveInfinity)
        case 0xE8: return .special(.negativeInfinity)
        case 0xD0...0xD7: return .special(.positiveQuietNaN)
        case 0xF0...0xF7: return .special(.negativeQuietNaN)
        case 0xD8...0xDF: return .special(.positiveSignallingNaN)
        case 0xF8...0xFF: return .special(.negativeSignallingNaN)
        case 0xC0...0xC7: return .special(.userDefined)
        case 0xE0 where rest == 0: return .special(.belowMinimum)
        case 0xE1 where rest == 0: return .special(.aboveMaximum)
        default: return .special(.reserved)
        }
    }

    /// Clamped to the range; infinities and NaN have codes of their own.
    public func encode(_ value: Double) -> UInt64 {
        if value.isNaN { return code(.positiveQuietNaN) }
        if value.isInfinite { return code(value > 0 ? .positiveInfinity : .negativeInfinity) }
        let mapped = scale * (min(max(value, minimum), maximum) - minimum) + zeroOffset
        // A value that came out of `decode` must go back to its own code: rounding noise must not floor it to the one below.
        let nearest = mapped.rounded()
        let noise = min(max(abs(mapped), scale * abs(minimum)) * 0x1p-50, 1e-5)
        let whole = abs(mapped - nearest) <= noise ? nearest : mapped.rounded(.down)
        return UInt64(exactly: max(whole, 0)) ?? 0
    }

    public func encode(_ special: SpecialValue) -> UInt64 { code(special) }

    private func code(_ special: SpecialValue) -> UInt64 {
        let first: UInt64 =
            switch special {
            case .positiveInfinity: 0xC8
            case .negativeInfinity: 0xE8
            case .positiveQuietNaN: 0xD0
            case .negativeQuietNaN: 0xF0
            case .positiveSignallingNaN: 0xD8
            case .negativeSignallingNaN: 0xF8
            case .userDefined: 0xC0
            case .belowMinimum: 0xE0
            case .aboveMaximum: 0xE1
            case .outOfRange, .offEarth, .reserved: 0xE2
            }
        return first << UInt64(8 * bytes - 8)
    }
}
