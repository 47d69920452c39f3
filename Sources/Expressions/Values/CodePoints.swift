/// Strings as CEL sees them: sequences of Unicode scalars. Swift's own `==` is canonical equivalence and its `count` is
/// of graphemes, so neither may be used on CEL strings.
enum CodePoints {
    /// Swift's comparison is a fast, necessary condition; equal lengths and bytes make it sufficient.
    static func equal(_ left: String, _ right: String) -> Bool {
        guard left.utf8.count == right.utf8.count, left == right else { return false }
        return left.utf8.elementsEqual(right.utf8)
    }

    /// The order of UTF-8 bytes is the order of code points.
    static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    static func count(_ string: String) -> Int { string.unicodeScalars.count }

    static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}
