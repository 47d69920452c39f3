import Testing

@testable import KLV

@Suite struct `Sets nested in ST 0601` {
    private func nested(_ tag: Int, _ hex: String) throws -> [LocalSetItem] {
        let item = try #require(WorkedExamples.decode(tag, WorkedExamples.bytes(hex)))
        #expect(item.issue == nil)
        return try #require(item.value.items)
    }

    @Test(arguments: [
        (ST0806.table, 1...21, 21), (ST0806.userDefined, 1...2, 2), (ST0806.pointOfInterest, 1...10, 10),
        (ST0806.areaOfInterest, 1...10, 10), (ST1206.table, 1...28, 28), (ST1202.table, 1...11, 11),
        (ST1601.table, 1...10, 10), (ST1602.table, 1...18, 18), (ST1002.table, 1...21, 12),
    ])
    func `names every item of a table, no two alike`(table: LocalSetTable, tags: ClosedRange<Int>, count: Int) {
        let rows = table.definitions
        #expect(rows.count == count)
        #expect(rows.allSatisfy { tags.contains($0.tag) })
        #expect(Set(rows.map(\.name)).count == count)
    }

    @Test func `reads points, areas and user data of a video terminal`() throws {
        let items = try nested(
            73,
            "03020102" + "0C10010202040204" + "85A15A39030453273FD4"
                + "0B09010105020454455354" + "0B060101450201FE" + "0B060101850201FE" + "0B060101C50201FE"
                + "0D050601010700")
        #expect(
            PackExamples.flat(items)
                == "platformTrueAirspeed=258 "
                + "pointOfInterestLocalSet{poiNumber=516 poiLatitude=-86.041207 poiLongitude=116.934353} "
                + "userDefinedLocalSet{numericIDForDataType{numericID=5 dataType=0} userData=TEST} "
                + "userDefinedLocalSet{numericIDForDataType{numericID=5 dataType=1} userData=-2} "
                + "userDefinedLocalSet{numericIDForDataType{numericID=5 dataType=2} userData=254} "
                + "userDefinedLocalSet{numericIDForDataType{numericID=5 dataType=3} userData=raw1} "
                + "areaOfInterestLocalSet{aoiType=1 aoiText=?}")
        let packet = try ST0601.encode([LocalSetItem(2, .unsigned(1)), LocalSetItem(73, .set(items))])
        #expect(WorkedExamples.decode(73, try #require(WorkedExamples.item(73, of: packet)))?.value.items == items)
    }

    @Test func `reads the polynomial of a radar picture`() throws {
        let items = try nested(
            95, "010240000301011C0101" + "161D" + "0202040202" + "0000000049742400" + "00010002000300040005000600070008"
        )
        #expect(items.value(1)?.number == 64)
        #expect(items.value(3) == .unsigned(1))
        let rows = try #require(items.value(22)?.elements)
        #expect(rows.map(\.items.count) == [4, 4])
        // Two bytes for a range of a million: steps of 32.
        #expect(rows.flatMap { $0.items.compactMap(\.value.number) } == (1...8).map { Double($0) * 32 })
        #expect(rows[1].items.map(\.tag) == [1, 2, 3, 4])
    }

    @Test(arguments: [
        (
            "0105010115020201080140033333333333" + "33C021570A3D70A3D7150202010801"
                + "3FB999999999999A3FC999999999999A",
            "sectionNumberX=5 sectionNumberY=1 rangeMeasurementRowSeries[range=2.4][range=-8.67] "
                + "uncertaintyRowSeries[uncertainty=0.1][uncertainty=0.2]"
        ),
        (
            "0105010115020201080140033333333333" + "33C021570A3D70A3D700084028000000000000" + "084054C7AE147AE148"
                + "084029F5C28F5C28F6",
            "sectionNumberX=5 sectionNumberY=1 rangeMeasurementRowSeries[range=2.4][range=-8.67] "
                + "uncertaintyRowSeries=? planeXScaleFactor=12 planeYScaleFactor=83.12 planeConstant=12.98"
        ),
        (
            "0105010115020201080140033333333333" + "33C021570A3D70A3D7000441400000",
            "sectionNumberX=5 sectionNumberY=1 rangeMeasurementRowSeries[range=2.4][range=-8.67] "
                + "uncertaintyRowSeries=? planeXScaleFactor=12"
        ),
    ])
    func `reads a section of a range image`(hex: String, values: String) throws {
        let bytes = WorkedExamples.bytes(hex)
        let items = try nested(97, "0B01020C0148" + "14" + String(bytes.count, radix: 16).uppercased() + hex)
        #expect(
            PackExamples.flat(items)
                == "documentVersion=2 rangeImageEnumerations{compressionMethod=0 dataType=1 source=1} "
                + "sectionData{\(values)}"
        )
    }

    @Test func `reads tie points of two pictures and their deviations`() throws {
        let items = try nested(
            98,
            "010101020A676F6F6420746F6F6C730305362E373661" + "04150204040101858061451F5B7A815952341B7DB0CCD2"
                + "060E696D616765206E616D652078797A" + "07105D9BBE5DA2B94B4883CF0EDF759B1509"
                + "094D0206040301" + "01800001B333004CCC02B333" + "0166660433330099990" + "14CCC"
                + "4CCCCC466666733333333333"
                + "028000014CCC019999044CCC" + "014CCC009999031999001999" + "399999466666400000733333")
        #expect(items.value(2) == .text("good tools"))
        #expect(items.value(7) == .text("5d9bbe5d-a2b9-4b48-83cf-0edf759b1509"))
        let points = try #require(items.value(4)?.elements)
        #expect(
            points.map { PackExamples.flat($0.items) } == [
                "row=133 column=31 secondImageRow=89 secondImageColumn=125",
                "row=128 column=91 secondImageRow=82 secondImageColumn=176",
                "row=97 column=122 secondImageRow=52 secondImageColumn=204",
                "row=69 column=129 secondImageRow=27 secondImageColumn=210",
            ])
        let expected = [
            [1.5, 1.4, 0.2, 2.5, 1.3, -0.1], [1.7, 4.2, 0.1, 1.3, 0.6, 0.1], [0.3, 0.6, 0.8, 1.6, 3.1, 0.0],
            [2.7, 1.3, -0.2, 4.3, 0.1, 0.8],
        ]
        let deviations = try #require(items.value(9)?.elements)
        #expect(deviations.count == 4)
        for (found, values) in zip(deviations, expected) {
            #expect(found.items.map(\.name).first == "sigmaRow")
            for (item, value) in zip(found.items, values) { #expect(abs((item.value.number ?? .nan) - value) < 1e-4) }
        }
    }

    @Test(arguments: [
        // Mapped heights, numbers above a bias, two rows of floats.
        (
            "0818010403" + "02C461000046947000" + "096000096100096000095F00", 8,
            "[elevation=1500][elevation=1501][elevation=1500][elevation=1499]"
        ),
        ("0808010301040501" + "0203", 8, "[elevation=6][elevation=7][elevation=8]"),
        (
            "0515" + "0202020401" + "41F00000420C000042F0000042F40000", 5,
            "[latitude=30 longitude=120][latitude=35 longitude=122]"
        ),
    ])
    func `reads arrays however they are written`(hex: String, tag: Int, values: String) throws {
        let bytes = WorkedExamples.bytes(hex)
        let item = try #require(WorkedExamples.decode(98, bytes))
        #expect(PackExamples.flat(try #require(item.value.items?.value(tag))) == values)
    }

    @Test(arguments: [
        "", "00", "03010101" + "0100", "01000401", "0182808080000401", "020A0A01", "01010901FF", "0101040200",
        "0101010500", "0102010401",
        "0109010380", "0101000140", "01040402000000000000", "017F010101",
    ])
    func `keeps a malformed array raw`(hex: String) throws {
        let array = WorkedExamples.bytes(hex)
        let item = try #require(WorkedExamples.decode(98, [8, UInt8(array.count)] + array)?.value.items?.first)
        #expect(item.value == (array.isEmpty ? .unknown : .raw(array)))
    }

    @Test func `reads bits of an array`() throws {
        let value = ArrayPack.decode([.init(1, "on", .count)], [2, 2, 5, 1, 3, 0b1010_1010, 0b1100_0000], 0..<7)
        #expect(value.map { PackExamples.flat($0) } == "[on=1 on=0 on=1 on=0 on=1][on=0 on=1 on=0 on=1 on=1]")
    }

    @Test func `reads the parts of a composed picture`() throws {
        let items = try nested(99, "0202" + "8101" + "030202D0" + "0B02FF80" + "1101FF120102")
        #expect(
            PackExamples.flat(items)
                == "documentVersion=129 sourceImageRows=720 subImagePositionX=-128 transparency=255 zOrder=2")
    }

    @Test func `reads items of the same set in a segment`() throws {
        let items = try nested(100, "05020000" + "6503" + "0301" + "41")
        #expect(PackExamples.flat(items) == "platformHeadingAngle=0 amendLocalSet{missionID=A}")
    }

    /// Ten thousand sets in one another, in forty thousand bytes.
    @Test func `goes down only so far`() throws {
        var body: [UInt8] = [3, 1, 65]
        while body.count < 40_000 {
            var outer: [UInt8] = [100]
            BER.append(length: body.count, to: &outer)
            body.insert(contentsOf: outer, at: 0)
        }
        let item = try #require(WorkedExamples.decode(101, body))
        var depth = 0
        var next: LocalSetItem? = item
        while let found = next, case .set(let items) = found.value {
            depth += 1
            next = items.first
        }
        #expect(depth == LocalSetReader.deepest)
        #expect(next?.issue == .malformedSet)
    }

    @Test func `checks the CRC of a standalone set for video terminals`() throws {
        // CRC-32/MPEG-2 of "123456789".
        #expect(Checksum.crc32(Array("123456789".utf8), 0..<9) == 0x0376_E6E7)
        var bytes = try #require(SetKind.st0806.universalKey) + [9, 8, 1, 4, 1, 4]
        let crc = Checksum.crc32(bytes, 0..<bytes.count)
        bytes += BER.big(UInt64(crc), 4)
        let packet = try #require(KLVPacket(bytes))
        #expect(packet.checksum == .ok)
        var decoder = PacketDecoder()
        #expect(decoder.decode(packet).items.map(\.name) == ["uasLSVersionNumber", "crc32"])
        bytes[19] = 3
        #expect(try #require(KLVPacket(bytes)).checksum == .bad)
        #expect(try #require(KLVPacket((SetKind.st0806.universalKey ?? []) + [4, 1, 2, 0, 0])).checksum == .bad)
    }
}
