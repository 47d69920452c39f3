import Foundation
import Testing

@testable import LocatedYAML

/// Complaints as `line:column: path: message`.
func complaints(of text: String, _ read: (YAMLMapping) -> Void = { _ = $0.allEntries() }) -> [String] {
    do {
        _ = try YAMLDocument(text, file: "f.yaml").decode { read($0) }
        return []
    } catch {
        return error.complaints.map { String($0.description.dropFirst("f.yaml:".count)) }
    }
}

func discard<Value>(_ value: Value) {}

@Suite struct YAMLDocumentTests {
    @Test func `values keep their line and column`() throws {
        let document = try YAMLDocument("a: 1\nb:\n  - x\n  - {c: \"q\"}\n", file: "f")
        guard case .mapping(let entries) = document.root.content, entries.count == 2,
            case .sequence(let items) = entries[1].value.content, items.count == 2,
            case .mapping(let inner) = items[1].content
        else {
            Issue.record("unexpected tree \(document.root)")
            return
        }
        #expect((entries[0].value.line, entries[0].value.column) == (1, 4))
        #expect((items[0].line, items[0].column) == (3, 5))
        #expect((inner[0].value.line, inner[0].value.column) == (4, 9))
        #expect(inner[0].value.style == .quoted)
    }

    @Test(arguments: [
        ("a: &x 1\n", "1:4: anchors"), ("a: [&x 1]\n", "1:5: anchors"), ("- &x\n", "1:3: anchors"),
        ("{&x a: 1}\n", "1:2: anchors"), ("\u{FEFF}&x a\n", "1:1: anchors"), ("a: !!str &x b\n", "1:10: anchors"),
        ("- [\"# \", &x 1]\n", "1:10: anchors"), ("- [\"a\n  # \", &x 1]\n", "2:8: anchors"),
        ("- ['a\n  # &y ', &x 1]\n", "2:5: anchors"), ("- \"# &x\"\n", "1:6: anchors"),
        ("a: b\u{85}&x c\n", "2:1: anchors"), ("a: b\r\n&x c: d\r\n", "2:1: anchors"),
    ])
    func `anchors are refused before anything is expanded`(text: String, start: String) {
        #expect(complaints(of: text).first?.hasPrefix(start) == true, "\(complaints(of: text))")
    }

    @Test(arguments: [
        "a: x && y\n", "a: R&D\n", "a: b # see &c\n", "# &c\na: b\n", "a: b & c\n", "a: |\n  x\n  && y\n",
        "a: \"b & c\"\n", "a: http://h/?a=1&b=2\n",
    ])
    func `an ampersand that is no anchor passes`(text: String) {
        #expect(complaints(of: text).isEmpty, "\(complaints(of: text))")
    }

    @Test func `a thousand laughs end at once`() {
        var text = "a0: &a0 [x, x]\n"
        for level in 1...40 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        text += "? *a40\n: x\n"
        #expect(complaints(of: text).count == 1)
    }

    @Test func `an alias without its anchor is refused`() {
        #expect(complaints(of: "a: *x\n").count == 1)
    }

    @Test(arguments: [49, 400, 5000, 200_000])
    func `nesting has a limit`(depth: Int) {
        let flow = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        #expect(complaints(of: "a: \(flow)\n").count == 1)
        #expect(complaints(of: "a:\n" + String(repeating: "- ", count: depth) + "x\n").count == 1)
        #expect(
            complaints(of: String(repeating: "{a: ", count: depth) + String(repeating: "}", count: depth)).count == 1)
        #expect(complaints(of: String(repeating: "[", count: depth)).count == 1)
    }

    @Test func `size and number of values have limits`() {
        var limits = YAMLLimits()
        limits.bytes = 20
        #expect(throws: YAMLError.self) { try YAMLDocument("a: 123456789012345678", file: "f", limits: limits) }
        limits = YAMLLimits()
        limits.nodes = 10
        #expect(throws: YAMLError.self) { try YAMLDocument("[1,2,3,4,5,6,7,8,9,10]", file: "f", limits: limits) }
    }

    @Test func `every duplicate key is found, where it stands again`() {
        let text = "a: 1\nb: 2\na: 3\nc:\n  \"x\": 1\n  x: 2\n"
        #expect(
            complaints(of: text) == [
                "3:1: a: duplicate key, already given on line 1 (keep one of them)",
                "6:3: x: duplicate key, already given on line 5 (keep one of them)",
            ])
    }

    @Test func `a hundred duplicates of one key end`() {
        #expect(!complaints(of: String(repeating: "a: 1\n", count: 100)).isEmpty)
    }

    @Test(arguments: [
        "a: [1\n", "a: \"x\n", "a: b: c\n", "\ta: 1\n", "a: 1\n b: 2\n", "%\n", "a: \u{0}\n", "--- a\n--- b\n",
        "a: !<x\n",
    ])
    func `what is not YAML is one complaint with a place or a reason`(text: String) {
        #expect(complaints(of: text).count == 1)
    }

    @Test(arguments: ["", "\n", "# nothing\n", "---\n", "~\n"])
    func `an empty document is an empty mapping`(text: String) {
        var value = ""
        let found = complaints(of: text) { value = $0.string("a", default: "b") }
        #expect(found == [])
        #expect(value == "b")
    }

    @Test(arguments: ["- a\n", "text\n"])
    func `a root that is no mapping is refused`(text: String) {
        #expect(complaints(of: text).count == 1)
    }

    @Test func `every prefix of a document parses or complains`() {
        let text = "a: {b: [1, \"x\", 'y'], c: |\n  t\n  u\n}\nd: >-\n  v\n? e\n: &f g\nh: *f\n"
        for length in 0...text.unicodeScalars.count {
            _ = complaints(of: String(String.UnicodeScalarView(text.unicodeScalars.prefix(length))))
        }
    }

    @Test func `a place inside text is a place in the file`() throws {
        let text = "p: a && b\nq: 'a && b'\nr: |\n    one\n    two\nf: >\n  x\n  y\n"
        let root = try YAMLDocument(text, file: "f").root
        guard case .mapping(let entries) = root.content else { return }
        func place(_ index: Int, _ line: Int, _ column: Int) -> String {
            let place = entries[index].value.position(textLine: line, textColumn: column)
            return "\(place.line):\(place.column)"
        }
        #expect(place(0, 1, 6) == "1:9")
        #expect(place(1, 1, 6) == "2:10")
        #expect(place(2, 2, 2) == "5:6")
        #expect(place(3, 1, 3) == "6:4")
        #expect(place(0, 0, 0) == "1:4")
    }

    @Test func `a byte order mark is no part of the text`() throws {
        let document = try YAMLDocument("\u{FEFF}a: 1\n", file: "f")
        guard case .mapping(let entries) = document.root.content else {
            Issue.record("unexpected tree \(document.root)")
            return
        }
        #expect(entries.map(\.key) == ["a"] && entries[0].value.line == 1 && entries[0].value.column == 4)
        #expect(complaints(of: "a: \u{FEFF}\u{FEFF}x: y\n").count <= 1)
    }

    @Test(arguments: [
        ("a: b\nc: d\u{0}e\n", "2:5"), ("\u{FEFF}a: \u{1B}[0m\n", "1:4"), ("a: 城\u{7F}\n", "1:5"),
        ("a: \u{9C}\n", "1:4"),
    ])
    func `a control character is told where it stands`(text: String, place: String) {
        #expect(complaints(of: text) == ["\(place): control characters are not allowed (remove it)"])
    }

    @Test(
        arguments: [
            ([0x61, 0x3A, 0x20, 0xB3, 0xA3], (1, 4)), (Array("名: 城\nb: ".utf8) + [0xFF, 0xFE], (2, 4)),
            (Array("a: 城".utf8.dropLast()), (1, 4)), ([0xFF], (1, 1)), ([0xED, 0xA0, 0x80], (1, 1)),
        ] as [([UInt8], (Int, Int))])
    func `bytes that are no UTF-8 are told where they begin`(bytes: [UInt8], place: (Int, Int)) throws {
        #expect(TextFault.firstOutsideUTF8(in: bytes) == place)
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).yaml")
        try Data(bytes).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        do {
            _ = try YAMLDocument(path: file.path)
            Issue.record("nothing was wrong")
        } catch {
            #expect(error.complaints.map(\.message) == ["is not UTF-8 text"])
            #expect(error.complaints.map { [$0.line, $0.column] } == [[place.0, place.1]])
        }
    }

    @Test func `a file that is not there, not a file or not UTF-8 is one complaint`() {
        #expect(throws: YAMLError.self) { try YAMLDocument(path: "/nonexistent/file.yaml") }
        #expect(throws: YAMLError.self) { try YAMLDocument(path: "/") }
        #expect(throws: YAMLError.self) { try YAMLDocument(path: "/proc/self/exe", limits: YAMLLimits()) }
    }
}
