import Testing

@testable import KLV

@Suite struct `ST 0601 table` {
    @Test func `names every item from 1 to 143, no two alike`() {
        let rows = ST0601.table.definitions
        #expect(rows.map(\.tag) == Array(1...143))
        #expect(Set(rows.map(\.name)).count == 143)
        #expect(rows.allSatisfy { $0.name.first?.isLowercase == true && $0.name.allSatisfy(\.isASCII) })
    }

    @Test(arguments: TableExamples.rows.indices)
    func `decodes the standard's example, and encodes it to the same bytes`(index: Int) throws {
        let example = TableExamples.rows[index]
        let bytes = WorkedExamples.bytes(example.hex)
        let item = try #require(decode(example.tag, bytes))
        #expect(item.issue == nil)
        switch example.value {
        case .number(let expected):
            let number = try #require(item.value.number)
            #expect(abs(number - expected) <= abs(expected) * 6e-10 + 1e-9 || example.tag == 2 && number == expected)
        case .text(let expected): #expect(item.value.text == expected)
        }
        let encoded = LocalSetItem(example.tag, item.value)
        let packet = try ST0601.encode(example.tag == 2 ? [encoded] : [LocalSetItem(2, .unsigned(1)), encoded])
        #expect(WorkedExamples.item(example.tag, of: packet) == bytes)
    }

    @Test(arguments: [
        (6, "8000", SpecialValue.outOfRange), (23, "80000000", .offEarth), (26, "8000", .offEarth),
        (13, "80000000", .reserved), (93, "80000000", .outOfRange), (104, "C80000", .positiveInfinity),
        (104, "E00000", .belowMinimum), (104, "E10000", .aboveMaximum), (113, "D00000", .positiveQuietNaN),
    ])
    func `reads special values, and encodes them`(tag: Int, hex: String, special: SpecialValue) throws {
        let bytes = WorkedExamples.bytes(hex)
        #expect(decode(tag, bytes)?.value == .special(special))
        let packet = try ST0601.encode([LocalSetItem(2, .unsigned(1)), LocalSetItem(tag, .special(special))])
        #expect(WorkedExamples.item(tag, of: packet) == bytes)
    }

    @Test(arguments: ST0601.table.definitions.map(\.tag).filter { $0 > 2 })
    func `takes zero length as unknown`(tag: Int) throws {
        let item = try #require(decode(tag, []))
        #expect(item.value == .unknown)
        #expect(item.issue == nil)
        let packet = try ST0601.encode([LocalSetItem(2, .unsigned(1)), LocalSetItem(tag, .unknown)])
        #expect(WorkedExamples.item(tag, of: packet) == [])
    }

    @Test func `keeps what has the wrong length, raw and with an issue`() {
        #expect(decode(13, [0, 0, 0, 0, 0, 0, 0, 1])?.issue == .wrongLength)
        #expect(decode(13, [1, 2, 3])?.value == .raw([1, 2, 3]))
        #expect(decode(104, [UInt8](repeating: 0, count: 9))?.issue == .wrongLength)
        #expect(decode(120, [0, 0, 0, 0])?.issue == .wrongLength)
        #expect(decode(8, [UInt8](repeating: 0, count: 9))?.issue == .wrongLength)
    }

    @Test func `accepts a target width in four bytes and whole numbers in any`() throws {
        let width = try #require(decode(22, [0, 0, 0x12, 0x81]))
        #expect(abs((width.value.number ?? 0) - 722.8198672) < 1e-6)
        #expect(decode(22, [1, 0, 0x12, 0x81])?.issue == .wrongLength)
        #expect(decode(8, [1, 0])?.value == .unsigned(256))
        #expect(decode(136, [0xFF, 0xFF])?.value == .signed(-1))
        #expect(decode(110, [1, 2, 3, 4, 5])?.value == .unsigned(0x01_02_03_04_05))
    }

    @Test func `keeps unknown tags raw, whatever their number`() {
        #expect(decode(144, [1])?.issue == .unknownTag)
        #expect(decode(200_000, [1, 2])?.value == .raw([1, 2]))
    }

    @Test func `repairs text that is not UTF-8`() {
        #expect(decode(3, [0x41, 0xFF])?.issue == .badText)
        #expect(decode(3, [0x41, 0xFF])?.value.text?.first == "A")
        #expect(decode(3, Array("飞行".utf8))?.value == .text("飞行"))
    }

    @Test func `reads packs`() throws {
        let horizon = try #require(decode(81, [0, 10, 100, 20])?.value.items)
        #expect(horizon.map(\.name) == ["x0", "y0", "x1", "y1"])
        #expect(decode(81, [0, 10, 100])?.issue == .malformedSet)
        #expect(decode(81, [UInt8](repeating: 1, count: 20))?.value.items?.count == 8)
        #expect(decode(127, [0x83, 0x60, 1])?.value.items?.map(\.value) == [.unsigned(480), .unsigned(1)])
        #expect(decode(115, [5, 2, 0x47, 0x4F])?.value.items?.value(2) == .text("GO"))
        #expect(decode(115, [5, 9, 0x47, 0x4F])?.issue == .malformedSet)
        #expect(decode(73, [8, 1, 4])?.value.items?.first?.name == "uasLSVersionNumber")
        #expect(decode(73, [1, 9, 7])?.value == .raw([1, 9, 7]))
    }

    private func decode(_ tag: Int, _ value: [UInt8]) -> LocalSetItem? {
        WorkedExamples.decode(tag, value)
    }
}

extension WorkedExamples {
    /// The item alone, in a packet made for it.
    static func decode(_ tag: Int, _ value: [UInt8]) -> LocalSetItem? {
        var body: [UInt8] = []
        BER.append(identifier: UInt64(tag), to: &body)
        BER.append(length: value.count, to: &body)
        body += value
        var bytes = SetKind.st0601.universalKey ?? []
        BER.append(length: body.count, to: &bytes)
        guard let packet = KLVPacket(bytes + body) else { return nil }
        var decoder = PacketDecoder()
        return decoder.decode(packet).items.first
    }

    /// Value bytes of an item of a packet.
    static func item(_ tag: Int, of packet: [UInt8]) -> [UInt8]? {
        guard let packet = KLVPacket(packet) else { return nil }
        var cursor = ByteCursor(packet.bytes, packet.value)
        while let found = cursor.identifier(), let length = cursor.length(), let range = cursor.range(length) {
            if found == tag { return Array(packet.bytes[range]) }
        }
        return nil
    }
}
