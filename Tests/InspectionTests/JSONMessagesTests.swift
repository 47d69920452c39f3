import Testing

@testable import Inspection

@Suite struct JSONMessagesTests {
    private func messages(_ text: String, by size: Int = 1 << 20, limit: Int = 1 << 20) -> (
        found: [String], tooLong: Int
    ) {
        var reader = JSONMessages(limit: limit)
        var found: [String] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            reader.read(bytes[start..<min(start + size, bytes.count)]) {
                found.append(String(decoding: $0, as: UTF8.self))
            }
        }
        reader.finish { found.append(String(decoding: $0, as: UTF8.self)) }
        return (found, reader.tooLong)
    }

    @Test(arguments: [
        ("[", true), ("]", true), (String(repeating: "[", count: 100_000), true), ("[]", false), ("", false),
        ("[{\"a\":[1]}]", false), ("{\"a\":[", false),
    ])
    func `brackets around messages must close`(text: String, isUnbalanced: Bool) {
        var reader = JSONMessages()
        reader.read(Array(text.utf8)) { _ in }
        reader.finish { _ in }
        #expect(reader.isUnbalanced == isUnbalanced)
    }

    @Test(arguments: [
        ("{}\n{}", ["{}", "{}"]), ("{\"a\":1}{\"b\":2}", ["{\"a\":1}", "{\"b\":2}"]),
        ("[{\"a\":1},\n {\"b\":[2,{}]}]\n", ["{\"a\":1}", "{\"b\":[2,{}]}"]),
        ("\u{FEFF}{\"a\":\"}{\\\"\"}\r\n", ["{\"a\":\"}{\\\"\"}"]),
        (
            "{\n  \"a\": {\n    \"b\": 1\n  }\n}\n{\n\"c\": [\n{\n\"d\": 1}\n]\n}",
            ["{\n  \"a\": {\n    \"b\": 1\n  }\n}", "{\n\"c\": [\n{\n\"d\": 1}\n]\n}"]
        ),
        ("\u{1E}{}\n\u{1E}{}\n", ["{}", "{}"]), ("", []), (" \n,[]", []),
        // Damage.
        ("{\"a\":[1,\n{\"b\":2}", ["{\"a\":[1,\n", "{\"b\":2}"]),
        ("{\"a\":\"x\n{\"b\":2}", ["{\"a\":\"x", "{\"b\":2}"]),
        ("ON\n{}", ["ON", "{}"]), ("12", ["12"]), ("}{}", ["{}"].map { "}" + $0 }), ("{\"a\":1", ["{\"a\":1"]),
    ])
    func `messages are found, however they are strung together`(_ text: String, _ expected: [String]) {
        for size in [1, 2, 3, 5, 1 << 20] { #expect(messages(text, by: size).found == expected, "by \(size)") }
    }

    @Test(arguments: [1, 7, 1000])
    func `a message over the limit is left out, and the next is found`(_ size: Int) {
        let long = "{\"a\":\"" + String(repeating: "x", count: 100) + "\"}"
        let (found, tooLong) = messages(
            "{}\n" + long + "\n{\"b\":1}\n" + String(repeating: "y", count: 60), by: size, limit: 50)
        #expect(found == ["{}", "{\"b\":1}"] && tooLong == 2)
    }

    @Test func `a message of the limit's length is given`() {
        let text = "{\"a\":12}"
        #expect(messages(text, by: 1, limit: text.utf8.count).found == [text])
        #expect(messages(text, by: 1, limit: text.utf8.count - 1).tooLong == 1)
    }
}
