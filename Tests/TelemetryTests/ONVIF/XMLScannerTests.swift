import Testing

@testable import Telemetry

struct XMLScannerTests {
    /// What a scanner says of `text`, given in pieces of `size` bytes.
    private static func events(_ text: String, size: Int = 1 << 20, roots: Set<String> = []) -> [XMLEvent] {
        var scanner = XMLScanner(roots: roots)
        var events: [XMLEvent] = []
        let bytes = Array(text.utf8)
        var at = 0
        while at < bytes.count {
            scanner.read(Array(bytes[at..<min(at + size, bytes.count)])) { events.append($0) }
            at += size
        }
        scanner.finish { events.append($0) }
        return events
    }

    private static func faults(_ events: [XMLEvent]) -> [XMLFault] {
        events.compactMap { if case .fault(let fault) = $0 { fault } else { nil } }
    }

    private static func texts(_ events: [XMLEvent]) -> [String] {
        events.compactMap { if case .end(_, let text) = $0 { text } else { nil } }
    }

    private static func starts(_ events: [XMLEvent]) -> [XMLElement] {
        events.compactMap { if case .start(let element) = $0 { element } else { nil } }
    }

    private static let document = """
        \u{FEFF}<?xml version="1.0" encoding="UTF-8"?><!-- a > b -- c --><?a b?>
        <a:root xmlns:a='urn:a' xmlns="urn:b" xml:lang="en"><leaf one = "1&lt;&#x4e2d;" a:two='"2"'/>
        <leaf>x&amp;<![CDATA[<&]]]]><![CDATA[>]]>é<!-- in -->y</leaf><c:free xmlns:d="urn:d"><d:in/></c:free><d:out/></a:root>
        """

    @Test func `reads namespaces, attributes, entities, CDATA and comments`() {
        let events = Self.events(Self.document)
        #expect(Self.faults(events).isEmpty)
        #expect(events.last == .documentEnd)
        let starts = Self.starts(events)
        #expect(
            starts.map(\.name) == [
                XMLName(namespace: "urn:a", local: "root"), XMLName(namespace: "urn:b", local: "leaf"),
                XMLName(namespace: "urn:b", local: "leaf"), XMLName(namespace: nil, local: "free"),
                XMLName(namespace: "urn:d", local: "in"), XMLName(namespace: nil, local: "out"),
            ])
        #expect(starts[1]["one"] == "1<中")
        #expect(starts[1]["two"] == nil)
        #expect(
            starts[1].attributes[1] == .init(name: XMLName(namespace: "urn:a", local: "two"), value: "\"2\""))
        #expect(Self.texts(events)[1] == "x&<&]]>éy")
    }

    @Test(arguments: [1, 2, 3, 7, 64])
    func `gives the same however the bytes are cut`(size: Int) {
        #expect(Self.events(Self.document, size: size) == Self.events(Self.document))
    }

    @Test func `reads documents one after another, with zero bytes and marks between`() {
        let events = Self.events("<a/>\u{0}\u{0}\n\u{FEFF}<?xml version='1.0'?><b>t</b><c/>")
        #expect(Self.starts(events).map(\.name.local) == ["a", "b", "c"])
        #expect(events.filter { $0 == .documentEnd }.count == 3)
        #expect(Self.faults(events).isEmpty)
    }

    @Test(arguments: [
        ("<a><b></a>", XMLFault.malformed), ("<a></b>", .malformed), ("<a b>c</a>", .malformed),
        ("<a b=1/>", .malformed), ("<a b='1' b='2'/>", .malformed), ("<1/>", .malformed), ("<a/b/>", .malformed),
        ("<a>&no;</a>", .entity), ("<a b='&no;'/>", .entity), ("<a>&#0;</a>", .entity), ("<a>&#x110000;</a>", .entity),
        ("<a>& </a>", .entity), ("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", .dtd), ("<a><b>", .truncated),
        ("<a", .truncated), ("<a><![CDATA[x", .truncated), ("<a><!-- x", .truncated), ("<a><![CD", .truncated),
        ("<a><![X", .malformed),
        ("<a><b c='<d/>'/></a>", .malformed),
    ])
    func `refuses`(text: String, fault: XMLFault) {
        for size in [1, 1000] {
            let events = Self.events(text, size: size)
            #expect(Self.faults(events).first == fault)
            #expect(!events.contains(.documentEnd))
        }
    }

    @Test func `goes on with the next document after a fault`() {
        let broken = "<?xml version='1.0'?><r><a></b></r> <x>3</x> <?xml version='1.0'?><r>1</r>"
        #expect(Self.texts(Self.events(broken)) == ["1"])
        #expect(Self.texts(Self.events("<m:Root><a></b><c/></m:Root><m:Root>2</m:Root>", roots: ["root"])) == ["2"])
        let cut = Self.events("<Root><a><Root>4</Root>", roots: ["root"])
        #expect(Self.faults(cut) == [.truncated])
        #expect(Self.texts(cut) == ["4"])
        let prologue = Self.events("<r><a b='1<?xml version='1.0'?><r>5</r>")
        #expect(Self.faults(prologue) == [.malformed])
        #expect(Self.texts(prologue) == ["5"])
    }

    @Test func `does not read a document with a type definition, even behind it`() {
        let text =
            "<?xml version='1.0'?><!DOCTYPE Root [<!ENTITY a 'b'>]><Root>1</Root><?xml version='1.0'?><Root>2</Root>"
        #expect(Self.texts(Self.events(text, roots: ["root"])) == ["2"])
    }

    @Test func `holds to its limits`() {
        let deep = String(repeating: "<a>", count: XMLScanner.depthLimit + 1)
        #expect(Self.faults(Self.events(deep)) == [.tooLarge])
        let long = "<a b='" + String(repeating: "x", count: XMLScanner.tagLimit + 10)
        #expect(Self.faults(Self.events(long, size: 1000)).first == .tooLarge)
        let many = "<a " + (0...XMLScanner.attributeLimit).map { "b\($0)='' " }.joined() + "/>"
        #expect(Self.faults(Self.events(many)) == [.tooLarge])
        let image = "<a>" + String(repeating: "x", count: 100_000) + "</a>"
        #expect(Self.texts(Self.events(image, size: 1000)) == [""])
        #expect(Self.texts(Self.events("<a><![CDATA[\(String(repeating: "x", count: 9000))]]></a>", size: 100)) == [""])
    }

    @Test(arguments: [(4092, true), (4095, true), (4096, false)])
    func `resolves a value before it holds it to its limit`(letters: Int, isHeld: Bool) {
        let events = Self.events("<a b='\(String(repeating: "x", count: letters))&amp;' c='1'/>")
        #expect(Self.faults(events).isEmpty)
        #expect(Self.starts(events).first?["b"] == (isHeld ? String(repeating: "x", count: letters) + "&" : ""))
        #expect(Self.starts(events).first?["c"] == "1")
    }

    @Test func `refuses UTF-16`() {
        var scanner = XMLScanner()
        var events: [XMLEvent] = []
        scanner.read([0xFF, 0xFE, 0x3C, 0, 0x61, 0, 0x2F, 0, 0x3E, 0]) { events.append($0) }
        #expect(events == [.fault(.encoding)])
    }

    @Test func `never fails on noise`() {
        var generator = SeededGenerator(state: 11)
        let alphabet = Array("<>/!?-[]CDATA=\"'&;#x:a \u{0}é".utf8)
        for _ in 0..<300 {
            var scanner = XMLScanner(roots: ["a"])
            for _ in 0..<8 {
                let count = Int.random(in: 0..<60, using: &generator)
                let noise = (0..<count).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
                scanner.read(noise) { _ in }
            }
            scanner.finish { _ in }
            #expect(scanner.isIdle)
        }
    }
}
