/// One `bytes=` range of RFC 9110. Nil for what is not one (several ranges included), which means the whole file;
/// `bytes` nil for one that lies outside.
struct ByteRange {
    var bytes: ClosedRange<Int>?

    init?(_ header: String, of size: Int) {
        guard header.lowercased().hasPrefix("bytes="), !header.contains(",") else { return nil }
        let parts = header.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        if parts[0].isEmpty {
            guard let suffix = Self.position(parts[1]) else { return nil }
            bytes = suffix == 0 || size == 0 ? nil : max(0, size - suffix)...size - 1
            return
        }
        guard let first = Self.position(parts[0]) else { return nil }
        var last = size - 1
        if !parts[1].isEmpty {
            guard let stated = Self.position(parts[1]), stated >= first else { return nil }
            last = min(stated, last)
        }
        bytes = first < size ? first...last : nil
    }

    /// Digits only; what no integer holds lies beyond every file.
    private static func position(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text) ?? .max
    }
}
