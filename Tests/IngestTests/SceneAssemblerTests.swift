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
}
