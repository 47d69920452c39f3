/// An `xs:float` or `xs:double`.
enum ONVIFNumber {
    /// Nil for what is no finite decimal number.
    static func read(_ text: String?) -> Double? {
        text.flatMap { Double(decimal: XMLText.trimmed($0)) }
    }
}
