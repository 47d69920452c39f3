import Testing

@testable import KLV

@Suite struct `Packs of ST 0601` {
    @Test(arguments: PackExamples.reversible.indices)
    func `decodes the standard's example, and encodes it to the same bytes`(index: Int) throws {
        let example = PackExamples.reversible[index]
        let bytes = WorkedExamples.bytes(example.hex)
        let item = try #require(WorkedExamples.decode(example.tag, bytes))
        #expect(item.issue == nil)
        let flat = PackExamples.flat(item.value)
        #expect((flat.hasPrefix("{") ? String(flat.dropFirst().dropLast()) : flat) == example.values)
        let packet = try ST0601.encode([LocalSetItem(2, .unsigned(1)), LocalSetItem(example.tag, item.value)])
        #expect(WorkedExamples.item(example.tag, of: packet) == bytes)
    }

    /// A cut may fall where the pack may end; anywhere else the bytes are kept, with an issue.
    @Test(arguments: PackExamples.reversible.indices)
    func `keeps a pack cut at any byte`(index: Int) throws {
        let example = PackExamples.reversible[index]
        let bytes = WorkedExamples.bytes(example.hex)
        for cut in 1..<max(bytes.count, 2) {
            let part = Array(bytes.prefix(cut))
            let item = try #require(WorkedExamples.decode(example.tag, part))
            if item.issue == nil {
                let packet = try ST0601.encode([LocalSetItem(2, .unsigned(1)), LocalSetItem(example.tag, item.value)])
                #expect(WorkedExamples.item(example.tag, of: packet) == part)
            } else {
                #expect(item.issue == .malformedSet)
                #expect(item.value == .raw(part))
            }
        }
    }

    @Test(arguments: [
        // A length past the end, bytes after the last field, nine bytes of location, an odd pair, a UUID of two bytes.
        (122, "7F0E"), (122, "010E0343414E00000001"), (130, "09406BC20919BDA55400"), (142, "053480004B00"),
        (143, "00AABB"),
        (141, "0200"), (140, "0401020304"), (128, "06978181F1297B42"), (138, "0381"), (81, "0001020304"), (115, "0109"),
        (127, "81"), (121, "8181818181"),
    ])
    func `keeps a malformed pack raw`(tag: Int, hex: String) throws {
        let bytes = WorkedExamples.bytes(hex)
        let item = try #require(WorkedExamples.decode(tag, bytes))
        #expect(item.issue == .malformedSet)
        #expect(item.value == .raw(bytes))
    }

    @Test func `refuses what no sender means`() throws {
        let payloads = [UInt8](repeating: 0xFF, count: BitForm.limit + 1)
        #expect(WorkedExamples.decode(139, payloads)?.value == .raw(payloads))
        let wavelengths = [UInt8](repeating: 1, count: ArrayPack.limit + 1)
        #expect(WorkedExamples.decode(121, wavelengths)?.issue == .malformedSet)
    }

    @Test func `stops unpacking lists when a packet holds too many`() throws {
        let list = [UInt8(139), UInt8(BitForm.limit - 1)] + [UInt8](repeating: 0xFF, count: BitForm.limit - 1)
        var body: [UInt8] = []
        for _ in 0..<200 { body += [0x81, 0x0B] + list.dropFirst() }
        var bytes = try #require(SetKind.st0601.universalKey)
        BER.append(length: body.count, to: &bytes)
        var decoder = PacketDecoder()
        let set = decoder.decode(try #require(KLVPacket(bytes + body)))
        let numbers = set.items.reduce(0) { $0 + ($1.value.items?.count ?? 0) }
        #expect(set.items.count == 200)
        #expect(numbers > 3 * ArrayPack.limit && numbers <= 4 * ArrayPack.limit)
        #expect(set.issues[.malformedSet] == 200 - numbers / (8 * (BitForm.limit - 1)))
    }

    @Test func `marks text of a field that is not UTF-8`() throws {
        let item = try #require(WorkedExamples.decode(122, [1, 14, 1, 0xFF]))
        #expect(item.issue == nil)
        #expect(item.value.items?.last?.issue == .badText)
    }

    @Test func `reads the time of a command without its leading zeros`() {
        let command = WorkedExamples.decode(115, [5, 2, 0x47, 0x4F, 1, 0])
        #expect(command?.value.items?.value(3) == .unsigned(256))
        #expect(
            WorkedExamples.decode(115, [5, 2, 0x47, 0x4F] + [UInt8](repeating: 1, count: 9))?.issue == .malformedSet)
    }

    @Test(arguments: [
        (122, LocalSetValue.set([LocalSetItem(1, .unsigned(14))])),
        (139, .set([LocalSetItem(1, .unsigned(5000))])), (139, .set([LocalSetItem(1, .text("x"))])),
        (142, .set([LocalSetItem(1, .set([LocalSetItem(1, .real(4))]))])),
        (143, .set([LocalSetItem(1, .unknown)])),
        (143, .set([LocalSetItem(1, .unsigned(0)), LocalSetItem(2, .text("no"))])),
        (102, .set([])),
        (73, .set([LocalSetItem(11, .set([LocalSetItem(1, .set([LocalSetItem(1, .unsigned(64))]))]))])),
    ])
    func `refuses to encode what does not fit`(tag: Int, value: LocalSetValue) {
        #expect(throws: KLVError.self) {
            try ST0601.encode([LocalSetItem(2, .unsigned(1)), LocalSetItem(tag, value)])
        }
    }
}

@Suite struct `Deviations of ST 1010` {
    /// Three items, then the pack; what it says of them.
    private func decode(_ hex: String) -> LocalSetItem? {
        let pack = WorkedExamples.bytes(hex)
        let body: [UInt8] = [13, 4, 0, 0, 0, 0, 14, 4, 0, 0, 0, 0, 5, 2, 0, 0, 102, UInt8(pack.count)] + pack
        var bytes = SetKind.st0601.universalKey ?? []
        BER.append(length: body.count, to: &bytes)
        guard let packet = KLVPacket(bytes + body) else { return nil }
        var decoder = PacketDecoder()
        return decoder.decode(packet).items.last
    }

    @Test(arguments: [
        ("018004404CCCCD", "platformHeadingAngle=3.2"), ("019008402A666666666666", "platformHeadingAngle=13.2"),
        ("028404404CCCCD4181999A3EFAE148", "sensorLongitude=3.2 platformHeadingAngle=16.200001"),
        ("0242404CCCCD4181999A5F5C", "sensorLongitude=3.2 platformHeadingAngle=16.200001"),
        (
            "03B30440404CCCCD4181999A436A33335F5C28",
            "sensorLatitude=3.2 sensorLongitude=16.200001 platformHeadingAngle=234.199997"
        ),
    ])
    func `names the items it is about`(hex: String, sigmas: String) throws {
        let item = try #require(decode(hex))
        #expect(item.issue == nil)
        #expect(PackExamples.flat(try #require(item.value.items?.value(1)?.items)) == sigmas)
    }

    @Test(arguments: [
        ("028404404CCCCD4181999A3EFAE148", "sensorLongitude", "platformHeadingAngle", 0.49),
        ("0242404CCCCD4181999A5F5C", "sensorLongitude", "platformHeadingAngle", 0.49),
        ("03B30440404CCCCD4181999A436A33335F5C28", "sensorLatitude", "platformHeadingAngle", 0.49),
        ("03B304803F8000004000000000000000200000", "sensorLatitude", "sensorLongitude", -0.5),
    ])
    func `reads the correlations that were sent`(hex: String, first: String, second: String, value: Double) throws {
        let rhos = try #require(decode(hex)?.value.items?.value(2)?.elements)
        #expect(rhos.count == 1)
        let rho = try #require(rhos.first?.items)
        #expect(rho.value(1) == .text(first))
        #expect(rho.value(2) == .text(second))
        #expect(abs((rho.value(3)?.number ?? .nan) - value) < 1e-4)
    }

    @Test func `leaves an earlier pack out of the items it is about`() throws {
        let pack = WorkedExamples.bytes("018004404CCCCD")
        let body: [UInt8] = [13, 4, 0, 0, 0, 0] + [102, 7] + pack + [102, 7] + pack
        let packet = try #require(KLVPacket((SetKind.st0601.universalKey ?? []) + [UInt8(body.count)] + body))
        var decoder = PacketDecoder()
        let items = decoder.decode(packet).items
        #expect(items.count == 3)
        #expect(items[1].value == items[2].value)
        #expect(items[2].value.items?.value(1)?.items?.map(\.tag) == [13])
    }

    @Test func `numbers the items when there are too few`() throws {
        let hex =
            "05B3044080404CCCCD4181999A436A33333EA3D70A40C9999A5F5C28800000"
        let item = try #require(decode(hex))
        #expect(item.value.items?.value(1)?.items?.map(\.name) == (1...5).map { "element\($0)" })
        #expect(
            item.value.items?.value(2)?.elements?.map { $0.items.value(2) } == [.text("element3"), .text("element5")])
    }

    @Test(arguments: [
        "", "00", "01", "0180", "018084", "0180940102", "0340", "7F00", "82004040", "01900840", "028004404CCCCD",
    ])
    func `keeps a malformed pack raw`(hex: String) throws {
        let item = try #require(decode(hex))
        #expect(hex.isEmpty ? item.value == .unknown : item.value == .raw(WorkedExamples.bytes(hex)) || hex == "7F00")
        if !hex.isEmpty, hex != "7F00" { #expect(item.issue == .malformedSet) }
    }
}
