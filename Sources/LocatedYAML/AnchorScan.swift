/// Finds what may be an anchor before the text is parsed: the parser expands aliases as it goes, so nothing that comes
/// after it could bound them. Without an anchor no alias has anything to stand for.
///
/// It rather finds too many: an `&name` inside a quoted text is one too. A comment is believed to be one only if it holds
/// no quote, since what looks like it may stand inside a quoted text that ends on the same line.
struct AnchorScan {
    private var line = 1
    private var column = 0
    private var before: Unicode.Scalar = "\n"
    private var isComment = false
    /// The `&` just read.
    private var candidate: (line: Int, column: Int)?
    /// In what may be a comment.
    private var suspect: (line: Int, column: Int)?

    /// Place of the first `&name` where a value may begin. `&&` and `R&D` are not such.
    static func firstAnchor(in text: String) -> (line: Int, column: Int)? {
        var scan = AnchorScan()
        for scalar in text.unicodeScalars {
            if let place = scan.read(scalar) { return place }
        }
        return nil
    }

    private mutating func read(_ scalar: Unicode.Scalar) -> (line: Int, column: Int)? {
        defer { before = scalar }
        if let place = candidate, Self.isNamePart(scalar) {
            if !isComment { return place }
            suspect = suspect ?? place
        }
        candidate = nil
        column += 1
        if Self.isBreak(scalar) {
            line += before == "\r" && scalar == "\n" ? 0 : 1
            column = 0
            isComment = false
            suspect = nil
        } else if isComment, scalar == "\"" || scalar == "'" {
            isComment = false
            return suspect
        } else if scalar == "#", Self.isBlank(before) {
            isComment = true
        } else if scalar == "&", Self.isBlank(before) || "[{,:?-".unicodeScalars.contains(before) {
            candidate = (line, column)
        }
        return nil
    }

    private static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
            || scalar == "_" || scalar == "-"
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
