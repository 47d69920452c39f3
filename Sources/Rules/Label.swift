/// Analysers write one class in many ways: `No Mask`, `no-mask`, ` no_mask`.
enum Label {
    /// Lower case, without blanks at the ends, runs of blanks and hyphens inside as one underscore. Longer than 128 scalars is cut.
    static func normalized(_ text: String) -> String {
        var view = String.UnicodeScalarView()
        var isGap = false
        for scalar in text.unicodeScalars.prefix(128) {
            if scalar.properties.isWhitespace || scalar == "-" || scalar == "_" {
                isGap = !view.isEmpty
                continue
            }
            if isGap { view.append("_") }
            isGap = false
            view.append(scalar)
        }
        return String(view).lowercased()
    }
}
