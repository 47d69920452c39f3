import Testing

@testable import KLV

/// Lengths and tags of SMPTE ST 336.
@Suite struct `BER numbers` {
    @Test(arguments: [
        ("7F", 127), ("80", nil), ("8105", 5), ("820005", 5), ("83000005", 5), ("8400000005", 5), ("850000000005", 5),
        ("86000000000005", 5), ("8700000000000005", 5), ("880000000000000005", 5), ("89000000000000000005", nil),
        ("887FFFFFFFFFFFFFFF", Int.max), ("888000000000000000", nil), ("8400000", nil), ("81", nil), ("", nil),
        ("84FFFFFFFF", 0xFFFF_FFFF),
    ])
    func `reads lengths of up to eight bytes`(hex: String, length: Int?) {
        let bytes = WorkedExamples.bytes(hex)
        var cursor = ByteCursor(bytes, 0..<bytes.count)
        #expect(cursor.length() == length)
        #expect(cursor.position == (length == nil ? 0 : bytes.count))
    }

    @Test(arguments: [
        ("00", 0), ("7F", 127), ("8100", 128), ("8101", 129), ("810E", 142), ("FFFFFF7F", 0xFFF_FFFF),
        ("8180808000", nil), ("81", nil), ("", nil),
    ])
    func `reads tags of up to four bytes`(hex: String, tag: Int?) {
        let bytes = WorkedExamples.bytes(hex)
        var cursor = ByteCursor(bytes, 0..<bytes.count)
        #expect(cursor.identifier() == tag)
        #expect(cursor.position == (tag == nil ? 0 : bytes.count))
    }

    @Test(arguments: ["850000000002", "86000000000002", "880000000000000002"])
    func `frames packets and items whose lengths have five bytes and more`(length: String) throws {
        let key = try #require(SetKind.st0601.universalKey)
        let item: [UInt8] = [56] + WorkedExamples.bytes(length) + [0, 9]
        let count = UInt8(item.count)
        let outer = WorkedExamples.bytes(length).dropLast() + [count]
        var framer = KLVFramer()
        var found: [KLVPacket] = []
        framer.read([0, 1] + key + outer + item, time: 5) { found.append($0) }
        var decoder = PacketDecoder()
        let packet = try #require(found.first)
        #expect(packet.time == 5)
        #expect(decoder.decode(packet).items.value(56) == .unsigned(9))
    }

    @Test func `counts a length that no packet can have, in whatever pieces it comes`() throws {
        let key = try #require(SetKind.st0601.universalKey)
        let stream = key + [0x88] + [UInt8](repeating: 0xFF, count: 8) + WorkedExamples.dynamicOnly
        for cut in 1..<stream.count {
            var framer = KLVFramer()
            var found = 0
            framer.read(Array(stream[..<cut]), time: nil) { _ in found += 1 }
            framer.read(Array(stream[cut...]), time: nil) { _ in found += 1 }
            framer.finish { _ in found += 1 }
            #expect(found == 1)
            #expect(framer.counters.oversizedPackets + framer.counters.truncatedPackets == 1)
        }
    }
}
