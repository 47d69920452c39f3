import Testing

@testable import Ingest

struct SceneAssemblerTests {
    /// An RTP packet of this text.
    private static func packet(_ text: String, _ sequence: UInt16, marker: Bool, first: UInt8 = 0x80) -> [UInt8] {
        [first, marker ? 0xE2 : 0x62, UInt8(sequence >> 8), UInt8(sequence & 255)] + [UInt8](repeating: 0, count: 8)
            + Array(text.utf8)
    }

    private static func document(_ text: String, _ time: Int64?) -> SceneAssembler.Outcome {
        .document(.init(bytes: Array(text.utf8), time: time))
    }

    @Test func `puts a document together up to the marker, with the time of its first packet`() {
        var assembler = SceneAssembler()
        #expect(assembler.add(Self.packet("<a>", 65_535, marker: false), time: 5) == .partial)
        #expect(assembler.add(Self.packet("</a>", 0, marker: true), time: 6) == Self.document("<a></a>", 5))
        #expect(assembler.add(Self.packet("<b/>", 1, marker: true), time: nil) == Self.document("<b/>", nil))
        #expect(assembler.add(Self.packet("", 2, marker: true), time: 7) == .partial)
    }

    @Test func `gives up a document with a gap in it, and reads the next one`() {
        var assembler = SceneAssembler()
        #expect(assembler.add(Self.packet("<a>", 1, marker: false), time: 1) == .partial)
        #expect(assembler.add(Self.packet("</a>", 3, marker: true), time: 2) == .refused(.gap))
        #expect(assembler.add(Self.packet("<b>", 4, marker: false), time: 3) == .partial)
        // The end of this document and the beginning of the next one are lost.
        #expect(assembler.add(Self.packet("c>", 7, marker: false), time: 4) == .refused(.gap))
        #expect(assembler.add(Self.packet("</c>", 8, marker: true), time: 5) == .partial)
        #expect(assembler.add(Self.packet("<d/>", 9, marker: true), time: 6) == Self.document("<d/>", 6))
    }

    @Test func `a document whose beginning can be seen is read after a gap`() {
        var assembler = SceneAssembler()
        #expect(assembler.add(Self.packet("<a/>", 1, marker: true), time: 1) == Self.document("<a/>", 1))
        #expect(assembler.add(Self.packet("<?xml?><b>", 5, marker: false), time: 2) == .partial)
        #expect(assembler.add(Self.packet("</b>", 6, marker: true), time: 3) == Self.document("<?xml?><b></b>", 2))
        #expect(assembler.add(Self.packet("<b>", 7, marker: false), time: 4) == .partial)
        #expect(assembler.add(Self.packet("<?xml?><c/>", 9, marker: true), time: 5) == .refused(.gap))
    }

    @Test func `leaves out packets that come twice`() {
        var assembler = SceneAssembler()
        #expect(assembler.add(Self.packet("<a>", 1, marker: false), time: 1) == .partial)
        #expect(assembler.add(Self.packet("<a>", 1, marker: false), time: 1) == .partial)
        #expect(assembler.add(Self.packet("</a>", 2, marker: true), time: 1) == Self.document("<a></a>", 1))
    }

    @Test func `holds no more than a mebibyte`() {
        var assembler = SceneAssembler()
        let piece = String(repeating: "x", count: 60_000)
        var outcomes: [SceneAssembler.Outcome] = []
        for sequence in 0..<40 {
            outcomes.append(assembler.add(Self.packet(piece, UInt16(sequence), marker: false), time: 0))
        }
        #expect(outcomes.filter { $0 == .refused(.tooLarge) }.count == 1)
        #expect(outcomes.filter { $0 == .partial }.count == 39)
        #expect(assembler.add(Self.packet("</a>", 40, marker: true), time: 0) == .partial)
        #expect(assembler.add(Self.packet("<a/>", 41, marker: true), time: 0) == Self.document("<a/>", 0))
    }

    @Test(arguments: [[0x1F, 0x8B, 8] as [UInt8], Array("$EXI".utf8), [0x80, 0x40], [0xA0]])
    func `refuses compressed documents`(payload: [UInt8]) {
        var assembler = SceneAssembler()
        #expect(assembler.add(Self.packet("", 1, marker: true) + payload, time: 0) == .refused(.compressed))
    }

    @Test func `reads past contributors, an extension and padding`() {
        let head: [UInt8] = [0xB2, 0xE2, 0, 9] + [UInt8](repeating: 0, count: 8 + 8)
        let packet = head + [0xBE, 0xDE, 0, 1, 1, 2, 3, 4] + Array("<a/>".utf8) + [0, 0, 3]
        var assembler = SceneAssembler()
        #expect(assembler.add(packet, time: 0) == Self.document("<a/>", 0))
        for count in 0..<packet.count where RTPHeader(Array(packet[..<count])) != nil {
            let header = RTPHeader(Array(packet[..<count]))
            #expect(header.map { $0.payload.upperBound <= count } ?? true)
        }
    }

    @Test(arguments: [[], [0x80], [UInt8](repeating: 0x80, count: 11), [UInt8](repeating: 0, count: 12)])
    func `refuses what is no RTP packet`(packet: [UInt8]) {
        var assembler = SceneAssembler()
        #expect(assembler.add(packet, time: 0) == .refused(.damagedPacket))
    }

    @Test func `every gap is told once, also where whole documents were lost`() {
        var assembler = SceneAssembler()
        var gaps = 0
        func add(_ text: String, _ sequence: UInt16, marker: Bool) -> SceneAssembler.Outcome {
            let outcome = assembler.add(Self.packet(text, sequence, marker: marker), time: 0)
            if assembler.isAfterGap || outcome == .refused(.gap) { gaps += 1 }
            return outcome
        }
        #expect(add("<?xml?><a/>", 1, marker: true) == Self.document("<?xml?><a/>", 0))
        // A whole document is missing, then the beginning of one, then the end of one.
        #expect(add("<?xml?><c/>", 3, marker: true) == Self.document("<?xml?><c/>", 0))
        #expect(gaps == 1)
        #expect(add("</d>", 5, marker: true) == .partial)
        #expect(gaps == 2)
        #expect(add("<?xml?><e>", 6, marker: false) == .partial)
        #expect(add("<?xml?><f/>", 8, marker: true) == .refused(.gap))
        #expect(gaps == 3)
        #expect(add("<?xml?><g/>", 9, marker: true) == Self.document("<?xml?><g/>", 0))
        #expect(gaps == 3)
    }

    @Test func `puts units of KLV together, and counts their gaps by their own name`() {
        var assembler = SceneAssembler(.klv)
        let head: [UInt8] = [0x80, 0x62, 0, 1] + [UInt8](repeating: 0, count: 8)
        let key: [UInt8] = [0x06, 0x0E, 0x2B, 0x34]
        #expect(assembler.add(head + key, time: 5) == .partial)
        let last: [UInt8] = [0x80, 0xE2, 0, 2] + [UInt8](repeating: 0, count: 8)
        #expect(assembler.add(last + [0x80, 1], time: 6) == .document(.init(bytes: key + [0x80, 1], time: 5)))
        let next: [UInt8] = [0x80, 0xE2, 0, 4] + [UInt8](repeating: 0, count: 8)
        #expect(assembler.add(next + key, time: 7) == .document(.init(bytes: key, time: 7)))
        #expect(assembler.isAfterGap)
        #expect(SceneAssembler.Refusal.gap.counter(of: .klv) == "klv_units_with_gaps")
        // What begins with 10 in its first bits is no compressed XML here.
        let other: [UInt8] = [0x80, 0xE2, 0, 5] + [UInt8](repeating: 0, count: 8)
        #expect(assembler.add(other + [0x80], time: 8) == .document(.init(bytes: [0x80], time: 8)))
    }
}
