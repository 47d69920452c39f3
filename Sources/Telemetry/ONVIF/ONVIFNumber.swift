/// An `xs:float` or `xs:double`.
enum ONVIFNumber {
    /// Nil for what is no finite decimal number.
    static func read(_ text: String?) -> Double? {
        guard let text else { return nil }
        let trimmed = XMLText.trimmed(text)
        let allowed = trimmed.utf8.allSatisfy {
            (48...57).contains($0) || $0 == 43 || $0 == 45 || $0 == 46 || $0 == 69 || $0 == 101
        }
        guard allowed, !trimmed.isEmpty, trimmed.utf8.count <= 64, let number = Double(trimmed), number.isFinite else {
            return nil
        }
        return number
    }
}
