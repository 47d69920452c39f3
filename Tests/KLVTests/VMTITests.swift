import Testing

@testable import KLV

@Suite struct `VMTI` {
    @Test func `decodes targets, algorithms and ontologies of ST 0903.6`() throws {
        var decoder = PacketDecoder()
        let set = decoder.decode(try #require(KLVPacket(WorkedExamples.syntheticDrone)))
        #expect(set.issues.isEmpty)
        let vmti = try #require(set.items.value(74)?.items)
        #expect(vmti.value(3) == .text("gateway-01"))
        #expect(vmti.value(11) == .real(63.6953125))
        let targets = try #require(vmti.value(101)?.elements)
        #expect(targets.map(\.id) == [1, 300])
        let first = targets[0].items
        #expect(first.value(1) == .unsigned(1_035_840))
        #expect(first.value(5) == .unsigned(87))
        #expect(first.value(11) == .real(-0.00000762939453125))
        let location = try #require(first.value(17)?.items)
        #expect(location.map { $0.value.number } == [28.900734901428223, 118.4999372959137, 200, 2.5, 2.5, 3])
        let object = try #require(targets[1].items.value(107)?.elements?.first?.items)
        #expect(object.value(3) == .unsigned(2))
        #expect(object.value(4) == .real(62.5))
        #expect(decoder.vmti.frameWidth == 1920)
        #expect(decoder.vmti.version == 6)
        #expect(decoder.vmti.ontologies.count == 2)
        #expect(decoder.vmti.algorithms[1]?.value(2) == .text("wasteguard-rules"))
    }

    @Test func `reads the mappings of before 0903.4 by their top bit, and by the version once it came`() throws {
        let packet = try #require(KLVPacket(WorkedExamples.legacyVMTI))
        var decoder = PacketDecoder()
        try expectLegacy(decoder.decode(packet))
        // A set that says version 3 settles it for the sets that do not say.
        let version = try ST0601.encode([
            LocalSetItem(2, .unsigned(1)), LocalSetItem(74, .set([LocalSetItem(4, .unsigned(3))])),
        ])
        _ = decoder.decode(try #require(KLVPacket(version)))
        #expect(decoder.vmti.version == 3)
        try expectLegacy(decoder.decode(packet))
    }

    private func expectLegacy(_ set: DecodedSet) throws {
        let target = try #require(set.items.value(74)?.items?.value(101)?.elements?.first)
        #expect(target.id == 1)
        let items = target.items
        #expect(items.value(1) == .unsigned(258_025))
        #expect(abs((items.value(10)?.number ?? 0) - 0.0033211) < 1e-7)
        #expect(abs((items.value(11)?.number ?? 0) + 0.0009041) < 1e-7)
        #expect(abs((items.value(12)?.number ?? 0) - 173.72) < 0.01)
        let location = try #require(items.value(17)?.items)
        #expect(abs((location.value(1)?.number ?? 0) - 34.7101202) < 1e-7)
        #expect(abs((location.value(2)?.number ?? 0) + 86.6720810) < 1e-7)
        #expect(abs((location.value(3)?.number ?? 0) - 173.72) < 0.01)
        #expect(items.value(104)?.items?.value(10)?.items?.count == 3)
    }

    @Test func `decodes standalone sets with empty series`() throws {
        guard let bytes = SampleFiles.bytes("vmti_0903.bin") else { return }
        var framer = KLVFramer()
        var decoder = PacketDecoder()
        var sets: [DecodedSet] = []
        framer.read(bytes, time: nil) { sets.append(decoder.decode($0)) }
        #expect(sets.count == 5)
        #expect(sets.allSatisfy { $0.set == .st0903 && $0.checksum == .ok && $0.isComplete && $0.issues.isEmpty })
        let first = try #require(sets.first).items
        #expect(first.value(3) == .text("Example Targeting System"))
        #expect(first.value(102) == .unknown)
        let targets = try #require(first.value(101)?.elements)
        #expect(targets.count == 2)
        #expect(targets[0].id == 0)
        #expect(targets[0].items.map { $0.value.count } == [387_602, 529_018, 409_558, 15, nil])
        #expect(targets[0].items.value(107) == .unknown)
    }

    @Test func `decodes a set with everything in it`() throws {
        guard let bytes = SampleFiles.bytes("jmisb_vmti_one_with_the_lot.bin") else { return }
        let packet = try #require(KLVPacket(Self.enclosed(bytes)))
        var decoder = PacketDecoder()
        let set = decoder.decode(packet)
        #expect(set.isComplete)
        #expect(set.issues.isEmpty)
        let vmti = try #require(set.items.value(74)?.items)
        #expect(vmti.value(4) == .unsigned(5))
        #expect(vmti.value(11) == .real(12.5))
        let target = try #require(vmti.value(101)?.elements?.first).items
        #expect(target.value(1) == .unsigned(409_600))
        #expect(target.value(8)?.items?.map(\.value) == [.unsigned(0xDA), .unsigned(0xA5), .unsigned(0x20)])
        #expect(abs((target.value(17)?.items?.value(1)?.number ?? 0) + 10.5424) < 1e-4)
        #expect(target.value(19) == .unsigned(872))
        for tag in 101...105 { #expect(target.value(tag)?.items?.isEmpty == false, "item \(tag)") }
        // What was decoded encodes to the same bytes.
        let again = try ST0601.encode([LocalSetItem(2, .unsigned(1))] + set.items)
        #expect(WorkedExamples.item(74, of: again) == bytes)
    }

    @Test func `keeps a series that overruns raw`() throws {
        let packet = try #require(KLVPacket(Self.enclosed([4, 1, 6, 101, 3, 9, 1, 1])))
        var decoder = PacketDecoder()
        let set = decoder.decode(packet)
        #expect(set.items.value(74)?.items?.value(101) == .raw([9, 1, 1]))
        #expect(set.issues == [.malformedSet: 1])
    }

    @Test func `remembers a bounded number of ontologies`() throws {
        var decoder = PacketDecoder()
        for start in stride(from: 0, to: 3000, by: 500) {
            let elements = (start..<start + 500).map { SeriesElement(items: [LocalSetItem(1, .unsigned(UInt64($0)))]) }
            let bytes = try ST0903.encode([LocalSetItem(2, .unsigned(1)), LocalSetItem(103, .series(elements))])
            _ = decoder.decode(try #require(KLVPacket(bytes)))
        }
        #expect(decoder.vmti.ontologies.count <= VMTIState.limit)
        #expect(decoder.vmti.ontologies[2999] != nil)
    }

    @Test func `forgets an ontology that became too large to remember`() throws {
        var decoder = PacketDecoder()
        for (length, isHeld) in [(100, true), (4000, false), (100, true)] {
            let element = SeriesElement(items: [
                LocalSetItem(1, .unsigned(7)), LocalSetItem(3, .text(String(repeating: "x", count: length))),
            ])
            let bytes = try ST0903.encode([LocalSetItem(2, .unsigned(1)), LocalSetItem(103, .series([element]))])
            _ = decoder.decode(try #require(KLVPacket(bytes)))
            #expect((decoder.vmti.ontologies[7] != nil) == isHeld)
        }
    }

    private static func enclosed(_ vmti: [UInt8]) -> [UInt8] {
        var body: [UInt8] = [74]
        BER.append(length: vmti.count, to: &body)
        body += vmti
        var bytes = SetKind.st0601.universalKey ?? []
        BER.append(length: body.count, to: &bytes)
        return bytes + body
    }
}
