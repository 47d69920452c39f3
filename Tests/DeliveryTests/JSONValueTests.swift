import Testing

@testable import Delivery

struct JSONValueTests {
    @Test(arguments: [
        ("null", JSONValue.null), (" true ", .bool(true)), ("-0.5e2", .number(-50)), ("0", .number(0)),
        (#""a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00é""#, .string("a\"\\/\u{8}\u{c}\n\r\té😀é")),
        ("[]", .array([])), ("[1, [2]]", .array([.number(1), .array([.number(2)])])),
        (#"{"a":{},"b":[false]}"#, .object(["a": .object([:]), "b": .array([.bool(false)])])),
        (#"{"a":1,"a":2}"#, .object(["a": .number(2)])),
    ]) func `reads every kind of value`(text: String, expected: JSONValue) {
        #expect(JSONValue(Array(text.utf8)) == expected)
    }

    @Test(arguments: [
        "", " ", "nul", "tru", "+1", "01", "1.", ".5", "1e", "--1", "1e999", "NaN", "'a'", "\"a", "\"\\x\"",
        "\"\\u12\"",
        "\"\\ud83d\"", "\"\\ud83dx\"", "\"\\ude00\"", "\"\\ud83d\\u0041\"", "\"a\nb\"", "[", "[1", "[1,]", "[1 2]", "{",
        "{1:2}",
        "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{\"a\":1", "[]x", "1 2",
        String(repeating: "[", count: 34) + String(repeating: "]", count: 34),
        String(repeating: "1", count: 65),
    ]) func `refuses what is not JSON`(text: String) { #expect(JSONValue(Array(text.utf8)) == nil) }

    @Test func `refuses text that is not UTF-8`() { #expect(JSONValue([34, 0xFF, 34]) == nil) }

    @Test func `no truncation of a value traps or is read`() {
        let bytes = Array(#"{"a":[1.5e3,"\u00e9\ud83d\ude00",{"b":null}],"c":true}"#.utf8)
        for count in 0..<bytes.count { #expect(JSONValue(Array(bytes.prefix(count))) == nil) }
    }

    @Test(
        arguments: [([], ""), ([0], "AA=="), ([255, 254], "//4="), ([1, 2, 3], "AQID"), ([1, 2, 3, 4], "AQIDBA==")]
            as [([UInt8], String)])
    func `base64 goes there and back`(bytes: [UInt8], text: String) {
        #expect(Base64.encode(bytes) == text)
        #expect(Base64.decode(text) == bytes)
    }

    @Test(arguments: ["A", "AA", "AAA", "AA=A", "====", "A===", "AB==", "AAB=", "AA==AAAA", "AA-_", "AAA\n"])
    func `refuses base64 that is not canonical`(text: String) { #expect(Base64.decode(text) == nil) }
}
