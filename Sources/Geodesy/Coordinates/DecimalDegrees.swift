/// Degrees as maps and files of places read them: six decimals (a decimetre), and never an exponent or a minus before
/// nothing.
public enum DecimalDegrees {
    /// Nil for what is no angle of a place: NaN, or beyond ±360°.
    public static func text(_ degrees: Double) -> String? {
        guard abs(degrees) <= 360 else { return nil }
        let millionths = Int((abs(degrees) * 1_000_000).rounded())
        let fraction = String(millionths % 1_000_000)
        let sign = degrees < 0 && millionths > 0 ? "-" : ""
        return "\(sign)\(millionths / 1_000_000).\(String(repeating: "0", count: 6 - fraction.count))\(fraction)"
    }
}
