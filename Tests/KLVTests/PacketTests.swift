import Testing

@testable import KLV

@Suite struct `Packets` {
    @Test func `checks the sum`() throws {
        #expect(try #require(KLVPacket(WorkedExamples.dynamicOnly)).checksum == .ok)
        #expect(try #require(KLVPacket(WorkedExamples.dynamicAndConstant)).checksum == .bad)
        #expect(try #require(KLVPacket(WorkedExamples.syntheticDrone)).checksum == .ok)
        #expect(try #require(KLVPacket(WorkedExamples.dayFlight)).checksum == .ok)
        #expect(try #require(KLVPacket(WorkedExamples.legacyVMTI)).checksum == .ok)
        var mended = WorkedExamples.dynamicAndConstant
        mended.replaceSubrange(mended.count - 2..<mended.count, with: [0x3E, 0x1E])
        #expect(try #require(KLVPacket(mended)).checksum == .ok)
    }

    @Test(arguments: [
        ("020101", ChecksumState.none), ("0101AA", .bad), ("0102AAAA0201FF", .bad), ("05090102", .bad), ("", .none),
    ])
    func `reports checksums that are absent or no checksum`(body: String, state: ChecksumState) throws {
        let value = WorkedExamples.bytes(body)
        let bytes = try #require(SetKind.st0601.universalKey) + [UInt8(value.count)] + value
        #expect(try #require(KLVPacket(bytes)).checksum == state)
    }

    @Test func `finds a checksum that is not the last item`() throws {
        var bytes = try #require(SetKind.st0601.universalKey) + [7, 1, 2]
        let sum = Checksum.sum(bytes, 0..<bytes.count)
        bytes += [UInt8(sum >> 8), UInt8(sum & 255), 8, 1, 9]
        #expect(try #require(KLVPacket(bytes)).checksum == .ok)
    }

    @Test(arguments: SetKind.allCases.filter { $0 != .unknown })
    func `knows the keys of the sets`(kind: SetKind) throws {
        let key = try #require(kind.universalKey)
        let packet = try #require(KLVPacket(key + [0]))
        #expect(packet.set == kind)
        var decoder = PacketDecoder()
        #expect(decoder.decode(packet).items.isEmpty)
    }

    @Test func `decodes the dynamic example`() throws {
        let values = try numbers(WorkedExamples.dynamicOnly)
        let expected: [Int: Double] = [
            2: 1_231_798_102_000_000, 5: 159.974365, 6: -0.431532, 7: 3.405866, 13: 60.176822967, 14: 128.426759042,
            15: 14190.72, 16: 144.5713, 17: 152.6436, 18: 160.7192114, 19: -168.7923248, 20: 0, 21: 68590.98,
            22: 722.82, 23: -10.542388633, 24: 29.157890123, 25: 3216.04, 65: 6, 1: 0xC850,
        ]
        #expect(Set(values.keys) == Set(expected.keys))
        for (tag, value) in expected { #expect(abs((values[tag] ?? .nan) - value) < 5e-3, "item \(tag)") }
        for tag in [13, 14, 23, 24] {
            #expect(abs((values[tag] ?? .nan) - (expected[tag] ?? 0)) < 6e-10, "item \(tag)")
        }
    }

    @Test func `decodes the constant example's nested sets`() throws {
        let items = try decoded(WorkedExamples.dynamicAndConstant).items
        #expect(items.value(3) == .text("Mission 12"))
        #expect(items.value(10) == .text("Predator"))
        #expect(items.value(12) == .text("Geodetic WGS84"))
        let security = try #require(items.value(48)?.items)
        #expect(security.value(3) == .text("//USA"))
        #expect(security.value(13) == .text("USA"))
        #expect(security.value(22) == .unsigned(10))
        let core = try #require(items.value(94)?.items)
        #expect(core.value(1) == .unsigned(1))
        #expect(core.value(2) == .unsigned(0x70))
        #expect(core.value(3) == .text("f592f023-7336-4af8-aa91-62c00f2eb2da"))
        #expect(core.value(4) == .text("16b74341-0008-41a0-be36-5b5ab96a3645"))
    }

    @Test func `decodes a real encoder's packet`() throws {
        let set = try decoded(WorkedExamples.dayFlight)
        #expect(set.issues.isEmpty)
        let values = try numbers(WorkedExamples.dayFlight)
        #expect(values[2] == 1_245_257_585_099_653)
        #expect(set.items.value(11) == .text("EON"))
        for (tag, value) in [
            13: 54.681323285, 14: -110.168559770, 15: 1532.2728, 16: 0.365301, 17: 0.205997, 18: 46.1031494,
            19: -4.4109497, 20: 358.2026063, 21: 10928.6245, 23: 54.749123452, 24: -110.046638115, 25: -4.5228,
            56: 46, 57: 10820.6749,
        ] { #expect(abs((values[tag] ?? .nan) - value) < 1e-4, "item \(tag)") }
        // 457 of 65 535 parts of 10 km: what 0.365° show at 10.9 km.
        #expect(abs((values[22] ?? 0) - 69.7337) < 1e-3)
    }

    @Test func `keeps the items before a break`() throws {
        let key = try #require(SetKind.st0601.universalKey)
        let packet = try #require(KLVPacket(key + [8, 5, 2, 0x80, 0, 6, 9, 1, 1]))
        var decoder = PacketDecoder()
        let set = decoder.decode(packet)
        #expect(set.items.map(\.tag) == [5])
        #expect(!set.isComplete)
    }

    @Test(
        arguments: [
            WorkedExamples.syntheticDrone, WorkedExamples.legacyVMTI, WorkedExamples.dynamicAndConstant,
            WorkedExamples.dayFlight,
        ].indices)
    func `survives truncation at every byte`(index: Int) {
        let all = [
            WorkedExamples.syntheticDrone, WorkedExamples.legacyVMTI, WorkedExamples.dynamicAndConstant,
            WorkedExamples.dayFlight,
        ]
        let whole = all[index]
        for cut in 0..<whole.count {
            var framer = KLVFramer()
            var packets = 0
            framer.read(Array(whole[..<cut]), time: nil) { _ in packets += 1 }
            framer.finish { _ in packets += 1 }
            #expect(packets == 0)
            // The same with a length that says so: only the items break off.
            guard cut > 19, let key = SetKind.st0601.universalKey else { continue }
            var bytes = key
            let value = KLVPacket(whole)?.value.lowerBound ?? 0
            guard cut > value else { continue }
            BER.append(length: cut - value, to: &bytes)
            bytes += whole[value..<cut]
            var decoder = PacketDecoder()
            if let packet = KLVPacket(bytes) { _ = decoder.decode(packet) }
        }
    }

    @Test(arguments: 1...8)
    func `survives flipped bits`(seed: Int) {
        var random = SeededGenerator(state: UInt64(seed))
        for whole in [WorkedExamples.syntheticDrone, WorkedExamples.legacyVMTI, WorkedExamples.dayFlight] {
            for _ in 0..<100 {
                var bytes = whole
                for _ in 0..<Int.random(in: 1...6, using: &random) {
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] ^=
                        1 << UInt8.random(in: 0...7, using: &random)
                }
                var framer = KLVFramer()
                var decoder = PacketDecoder()
                var packets: [KLVPacket] = []
                framer.read(bytes, time: 1) { packets.append($0) }
                framer.finish { packets.append($0) }
                for packet in packets {
                    let set = decoder.decode(packet)
                    _ = try? ST0601.encode(set.items)
                }
            }
        }
    }

    private func decoded(_ bytes: [UInt8]) throws -> DecodedSet {
        var decoder = PacketDecoder()
        return decoder.decode(try #require(KLVPacket(bytes)))
    }

    private func numbers(_ bytes: [UInt8]) throws -> [Int: Double] {
        var values: [Int: Double] = [:]
        for item in try decoded(bytes).items { values[item.tag] = item.value.number }
        return values
    }
}

/// A small generator, so that a failing run can be run again.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
