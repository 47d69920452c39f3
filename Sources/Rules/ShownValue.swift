import Expressions

/// Values as the reasons of a detection show them.
enum ShownValue {
    /// Numbers to six decimals, which is a decimetre on the ground for degrees and more than a sensor knows of anything else.
    static func text(_ value: CELValue) -> String {
        guard case .double(let number) = value, abs(number) < 1e9 else { return text(value.text) }
        let millionths = (number * 1e6).rounded()
        // Fifteen digits are exact in a double, so they are the shortest that say it.
        guard abs(millionths) < 1e15, millionths != 0 else { return text(CELValue.double(millionths / 1e6).text) }
        let (whole, part) = Int64(millionths.magnitude).quotientAndRemainder(dividingBy: 1_000_000)
        var text = (millionths < 0 ? "-" : "") + String(whole)
        guard part > 0 else { return text }
        text += "."
        var rest = part
        var place: Int64 = 100_000
        while rest > 0 {
            text += String(rest / place)
            rest %= place
            place /= 10
        }
        return text
    }

    /// Reasons are stored with every finding: long text is cut.
    static func text(_ text: String) -> String {
        let limit = 256
        guard text.utf8.count > limit else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit / 4))) + "…"
    }
}
