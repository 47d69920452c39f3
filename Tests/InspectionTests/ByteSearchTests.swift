import Inspection
import Testing

struct ByteSearchTests {
    @Test(
        arguments: [
            ("", "", 0), ("abc", "", 0), ("", "a", nil), ("abcabd", "abd", 3), ("aaab", "aab", 1), ("abc", "abcd", nil),
            ("abc", "c", 2), ("abc", "x", nil),
        ] as [(String, String, Int?)])
    func `bytes are found where they stand first`(_ bytes: String, _ text: String, _ place: Int?) {
        let text = Array(text.utf8)
        #expect(Array(bytes.utf8).firstPlace(of: text) == place.map { $0..<($0 + text.count) })
        // A slice keeps the places of its array.
        let slice = (Array("--".utf8) + Array(bytes.utf8))[2...]
        #expect(slice.firstPlace(of: text) == place.map { ($0 + 2)..<($0 + 2 + text.count) })
    }
}
