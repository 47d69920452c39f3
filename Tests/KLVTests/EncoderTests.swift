import Testing

@testable import KLV

@Suite struct `Encoding` {
    @Test(arguments: [0, 1, 2])
    func `writes a decoded packet back byte for byte`(index: Int) throws {
        let bytes = [WorkedExamples.syntheticDrone, WorkedExamples.dynamicOnly, WorkedExamples.legacyVMTI][index]
        var decoder = PacketDecoder()
        var items = decoder.decode(try #require(KLVPacket(bytes))).items
        if index == 2 { items.removeAll { $0.tag == 74 } }
        let again = try ST0601.encode(items)
        if index == 2 {
            // Legacy mappings are read, never written.
            #expect(again.count < bytes.count)
        } else {
            #expect(again == bytes)
        }
    }

    @Test func `puts the time first and the checksum last, and adds the version`() throws {
        let bytes = try ST0601.encode([
            LocalSetItem(5, .real(90)), LocalSetItem(2, .unsigned(7)), LocalSetItem(1, .unsigned(9)),
        ])
        let packet = try #require(KLVPacket(bytes))
        #expect(packet.checksum == .ok)
        var decoder = PacketDecoder()
        let items = decoder.decode(packet).items
        #expect(items.map(\.tag) == [2, 5, 65, 1])
        #expect(items.value(65) == .unsigned(19))
    }

    @Test(arguments: [
        (5, 400.0, 360.0), (5, -1, 0), (6, 25, 20), (6, -25, -20), (13, 91, 90), (15, 1e6, 19000), (15, -1e6, -900),
        (8, 300, 255), (8, -4, 0), (39, -200, -128), (39, 200, 127), (104, 1e9, 40000), (36, 1e300, 100),
    ])
    func `clamps to the range of the item`(tag: Int, value: Double, expected: Double) throws {
        let bytes = try ST0601.encode([LocalSetItem(2, .unsigned(7)), LocalSetItem(tag, .real(value))])
        var decoder = PacketDecoder()
        let number = decoder.decode(try #require(KLVPacket(bytes))).items.value(tag)?.number
        #expect(abs((number ?? .nan) - expected) < 1e-9)
    }

    @Test func `writes the items of a simulated flight`() throws {
        let object = SeriesElement(items: [LocalSetItem(3, .unsigned(1)), LocalSetItem(4, .real(87))])
        let target = SeriesElement(
            id: 300,
            items: [
                LocalSetItem(1, .unsigned(1_035_840)), LocalSetItem(5, .unsigned(87)),
                LocalSetItem(17, ST0903.location(latitude: 28.9, longitude: 118.5, height: 200, sigma: (2.5, 2.5, 3))),
                LocalSetItem(107, .series([object])),
            ])
        let ontology = SeriesElement(items: [
            LocalSetItem(1, .unsigned(1)), LocalSetItem(3, .text("urn:x")), LocalSetItem(4, .text("urn:x#WastePile")),
            LocalSetItem(6, .text("WastePile")),
        ])
        let vmti = LocalSetValue.set([
            LocalSetItem(4, .unsigned(ST0903.version)), LocalSetItem(8, .unsigned(1920)),
            LocalSetItem(9, .unsigned(1080)),
            LocalSetItem(101, .series([target])), LocalSetItem(103, .series([ontology])),
        ])
        let security = LocalSetValue.set([
            LocalSetItem(1, .unsigned(1)), LocalSetItem(3, .text("//CN")), LocalSetItem(13, .text("CN")),
        ])
        let bytes = try ST0601.encode([
            LocalSetItem(2, .unsigned(1_748_743_200_000_000)), LocalSetItem(48, security), LocalSetItem(74, vmti),
            LocalSetItem(136, .signed(27)), LocalSetItem(137, .signed(-5)),
        ])
        var decoder = PacketDecoder()
        let set = decoder.decode(try #require(KLVPacket(bytes)))
        #expect(set.issues.isEmpty)
        let found = try #require(set.items.value(74)?.items?.value(101)?.elements?.first)
        #expect(found.id == 300)
        let location = try #require(found.items.value(17)?.items)
        #expect(abs((location.value(1)?.number ?? 0) - 28.9) < 1e-7)
        #expect(location.count == 6)
        #expect(set.items.value(48)?.items?.value(13) == .text("CN"))
        #expect(set.items.value(137) == .signed(-5))
        #expect(decoder.vmti.ontologies[1]?.value(6) == .text("WastePile"))
    }

    @Test(arguments: [
        (LocalSetItem(5, .text("north")), KLVError.Kind.wrongKind), (LocalSetItem(3, .real(1)), .wrongKind),
        (LocalSetItem(900, .real(1)), .unknownTag), (LocalSetItem(-4, .raw([1])), .unknownTag),
        (LocalSetItem(3, .text(String(repeating: "x", count: 128))), .tooLong),
        (LocalSetItem(5, .special(.offEarth)), .wrongKind), (LocalSetItem(6, .special(.offEarth)), .wrongKind),
        (LocalSetItem(5, .real(.nan)), .wrongKind),
        (LocalSetItem(81, .set([LocalSetItem(1, .real(1))])), .missingItem),
        (LocalSetItem(74, .set([LocalSetItem(101, .series([SeriesElement(items: [])]))])), .missingItem),
    ])
    func `refuses what the table cannot hold`(item: LocalSetItem, kind: KLVError.Kind) {
        #expect(throws: KLVError.self) { try ST0601.encode([LocalSetItem(2, .unsigned(1)), item]) }
        do {
            _ = try ST0601.encode([LocalSetItem(2, .unsigned(1)), item])
        } catch {
            #expect(error.kind == kind)
        }
    }

    @Test func `refuses an item longer than a packet may be`() {
        let item = LocalSetItem(66, .raw([UInt8](repeating: 0, count: 300_000)))
        do {
            _ = try ST0601.encode([LocalSetItem(2, .unsigned(1)), item])
            Issue.record("300 000 bytes were taken")
        } catch {
            #expect(error.kind == .tooLong)
        }
    }

    @Test func `needs a time`() {
        #expect(throws: KLVError.self) { try ST0601.encode([LocalSetItem(5, .real(1))]) }
    }

    @Test func `writes unknown tags raw`() throws {
        let bytes = try ST0601.encode([LocalSetItem(2, .unsigned(1)), LocalSetItem(900, .raw([1, 2]))])
        #expect(WorkedExamples.item(900, of: bytes) == [1, 2])
    }

    @Test(arguments: [UInt64(0), 1, 127, 128, 255, 256, 65_535, 65_536, .max])
    func `writes whole numbers as short as they go`(value: UInt64) {
        let bytes = BER.minimal(value)
        #expect(bytes.count == 1 || bytes[0] != 0)
        #expect(bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } == value)
    }

    @Test(arguments: [Int64(0), -1, 27, 127, 128, -128, -129, 32_767, .max, .min])
    func `writes signed numbers as short as the sign allows`(value: Int64) {
        let bytes = BER.minimal(value)
        #expect(ByteCursor(bytes, 0..<bytes.count).signed(0..<bytes.count) == value)
        #expect((-128...127).contains(value) == (bytes.count == 1))
    }

    @Test(arguments: [0, 1, 127, 128, 255, 256, 65_535, 65_536, 1 << 24])
    func `writes lengths and tags that read back`(value: Int) {
        var bytes: [UInt8] = []
        BER.append(length: value, to: &bytes)
        BER.append(identifier: UInt64(value), to: &bytes)
        var cursor = ByteCursor(bytes, 0..<bytes.count)
        #expect(cursor.length() == value)
        #expect(cursor.identifier() == value)
        #expect(cursor.isAtEnd)
    }

    @Test func `refuses a tag of six bytes`() {
        let bytes: [UInt8] = [0x81, 0x80, 0x80, 0x80, 0x80, 0]
        var cursor = ByteCursor(bytes, 0..<6)
        #expect(cursor.identifier() == nil)
        #expect(cursor.position == 0)
    }
}
