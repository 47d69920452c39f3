/// A member's name. Names of one to fifteen bytes, as nearly all are, are told apart as two numbers, which for a literal
/// the compiler works out.
struct AnalysisName: Equatable, ExpressibleByStringLiteral {
    /// The bytes of a short name, eight and up to seven, the last one of each number lowest.
    struct Key: Equatable {
        static let longest = 15

        private(set) var first: UInt64 = 0
        private(set) var second: UInt64 = 0

        var isEmpty: Bool { first == 0 }

        /// The byte at `place` of the name, from 0; never zero.
        @inline(__always)
        mutating func add(_ byte: UInt8, at place: Int) {
            if place < 8 { first = first << 8 | UInt64(byte) } else { second = second << 8 | UInt64(byte) }
        }
    }

    private var key = Key()
    /// Of a name that is empty, longer or has a zero byte, and so no key.
    private var long = ""

    @inline(__always)
    init(stringLiteral text: String) {
        guard text.utf8.count <= Key.longest else {
            long = text
            return
        }
        var place = 0
        for byte in text.utf8 {
            key.add(byte, at: place)
            place += 1
        }
    }

    init(_ text: String) {
        if text.utf8.contains(0) { long = text } else { self = AnalysisName(stringLiteral: text) }
    }

    /// Of ASCII characters.
    init(_ key: Key) { self.key = key }

    @inline(__always)
    static func == (a: AnalysisName, b: AnalysisName) -> Bool { a.key == b.key && (!a.key.isEmpty || a.long == b.long) }

    var text: String {
        if key.isEmpty { return long }
        var bytes = InlineArray<16, UInt8>(repeating: 0)
        var start = bytes.count
        for word in [key.second, key.first] {
            var rest = word
            while rest != 0 {
                start -= 1
                bytes[start] = UInt8(truncatingIfNeeded: rest)
                rest >>= 8
            }
        }
        guard let text = try? UTF8Span(validating: bytes.span.extracting(start...)) else { return "" }
        return String(copying: text)
    }
}
