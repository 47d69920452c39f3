/// Finds what may be an anchor before the text is parsed: the parser expands aliases as it goes, so nothing that comes
/// after it could bound them. Without an anchor no alias has anything to stand for.
enum AnchorScan {
    /// Place of the first `&` that begins a word at a place where a value may begin, comments aside. `&&` and `R&D` are not such.
    static func firstAnchor(in text: String) -> (line: Int, column: Int)? {
        var line = 1
        var column = 0
        var before: Unicode.Scalar = "\n"
        var isComment = false
        var pendingAnchor = false
        for scalar in text.unicodeScalars {
            if pendingAnchor, !isBlank(scalar), scalar != "&" { return (line, column) }
            pendingAnchor = false
            column += 1
            if isBreak(scalar) {
                line += before == "\r" && scalar == "\n" ? 0 : 1
                column = 0
                isComment = false
            } else if scalar == "#", isBlank(before) {
                isComment = true
            } else if scalar == "&", !isComment, isBlank(before) || "[{,:?-".unicodeScalars.contains(before) {
                pendingAnchor = true
            }
            before = scalar
        }
        return nil
    }

    private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A, 0x0D, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        isBreak(scalar) || scalar == " " || scalar == "\t" || scalar.value == 0xFEFF
    }
}
