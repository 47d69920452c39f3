/// A number with its unit: `1.5MiB`, `30s`.
enum Quantity {
    /// In the base unit. Nil when the number or the unit is not understood, or it is negative.
    static func parse(_ text: String, units: [(name: String, factor: Double)]) -> Double? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }
        guard let first = digits.first, first != ".", let number = Double(digits), number.isFinite,
            let factor = units.first(where: { $0.name == unit })?.factor
        else { return nil }
        return number * factor
    }
}
