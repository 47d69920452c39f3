extension Double {
    /// Of a number as text, bytes.
    private static let longestDecimal = 64

    /// A finite decimal number with nothing beside it: `-12.5`, `+1e3`. `Double(_:)` reads hexadecimal, `nan` and `inf` too.
    init?(decimal text: some StringProtocol) {
        let others = "+-.eE".utf8
        guard text.utf8.count <= Self.longestDecimal,
            text.utf8.allSatisfy({ (48...57).contains($0) || others.contains($0) }),
            let number = Double(text), number.isFinite
        else { return nil }
        self = number
    }
}
