import Testing

@testable import KLV

@Suite struct `The Predator universal set` {
    /// A whole packet: the keys from the version of the dictionary (byte 7) on, and the values.
    private static let items: [(key: String, value: String)] = [
        ("070701100105000000", "41FD5C29"), ("0A0701020103160000", "447A6AE1"), ("0704200201010A0100", "4235999A"),
        ("010105050000000000", "313030"), ("010101200100000000", "3130"), ("070701100104000000", "41B07AE1"),
        ("010701010100000000", "32"), ("070701100106000000", "41A0147B"), ("030702010101050000", "0003F3B35EDE0A7C"),
        ("010420010201010000", "454F204E6F7365"), ("010702010201010000", "3230303530333331303830343532"),
        ("010702010207010000", "3230303530333331303735303531"), ("010701020103020000", "C04165134A876329"),
        ("010701020103040000", "4061545F7131410D"), ("010701090201000000", "45E1CB90"),
        ("010701020102020000", "454A18A9"), ("030701020102040200", "C0416B46465EABFE"),
        ("030701020102060200", "4061522D320EB74F"), ("010701080101000000", "460ED800"),
        ("010701100101000000", "BFB9041D"), ("010701100102000000", "4245A767"), ("010701100103000000", "4349547B"),
        ("020420020101080000", "3F40B00B"), ("030701020103070100", "C04164EC27BEEAE8"),
        ("0307010201030B0100", "40615464FA374924"), ("030701020103080100", "C041650763005DB2"),
        ("0307010201030C0100", "4061546C1A2602DB"), ("030701020103090100", "C041653964A09B3D"),
        ("0307010201030D0100", "4061545A0D9ADDEF"), ("0307010201030A0100", "C041651EE18B4E23"),
        ("0307010201030E0100", "406154531DDBCD29"),
    ]

    private static let example = WorkedExamples.bytes(
        "060E2B34020101010E01010201010000" + "8202D0"
            + items.map { "060E2B34010101" + $0.key + hex($0.value.count / 2) + $0.value }.joined())

    private static func hex(_ count: Int) -> String {
        (count < 16 ? "0" : "") + String(count, radix: 16).uppercased()
    }

    private func decoded(_ bytes: [UInt8]) throws -> DecodedSet {
        var decoder = PacketDecoder()
        return decoder.decode(try #require(KLVPacket(bytes)))
    }

    @Test func `reads position and pose`() throws {
        let set = try decoded(Self.example)
        #expect(set.set == .eg0104)
        #expect(set.isComplete)
        #expect(set.issues.isEmpty)
        #expect(set.items.count == 31)
        #expect(Set(set.items.map(\.tag)).count == 31)
        for (tag, value) in [
            13: -34.8381, 14: 138.5680, 15: 3233.541, 5: 20.010, 90: 31.670, 91: 22.060, 16: 0.752686, 17: 45.4,
            21: 9142.0,
            22: 7225.445, 23: -34.7897, 24: 138.6367, 25: 1001.67, 82: -34.788457, 83: 138.637326, 1001: 49.4135,
            1002: 201.33, 1003: -1.4454,
        ] {
            #expect(
                abs((set.items.value(tag)?.number ?? .nan) - value) < 2e-4 * max(1, abs(value) / 100), "item \(tag)")
        }
        #expect(set.items.value(2) == .unsigned(0x0003_F3B3_5EDE_0A7C))
        #expect(set.items.value(11) == .text("EO Nose"))
        #expect(set.items.value(1004) == .text("20050331080452"))
    }

    @Test func `does not look at the version of the dictionary`() throws {
        var bytes = Self.example
        let place = 16 + 3 + 7
        bytes[place] = 1
        #expect(try decoded(bytes).items == decoded(Self.example).items)
    }

    @Test func `keeps an unknown key raw, and what has the wrong length`() throws {
        var bytes = Self.example
        bytes[16 + 3 + 8] = 0x55
        let unknown = try #require(decoded(bytes).items.first)
        #expect(unknown.issue == .unknownTag)
        #expect(unknown.name == "060e2b34010101075501100105000000")
        #expect(unknown.value == .raw([0x41, 0xFD, 0x5C, 0x29]))
        let key = try #require(SetKind.eg0104.universalKey)
        let short = key + [18] + Self.example[19..<35] + [1, 9]
        #expect(try decoded(short).items.first?.issue == .wrongLength)
    }

    @Test func `survives truncation at every byte`() throws {
        let key = try #require(SetKind.eg0104.universalKey)
        for cut in 0..<Self.example.count - 19 {
            var bytes = key
            BER.append(length: cut, to: &bytes)
            bytes += Self.example[19..<19 + cut]
            let set = try decoded(bytes)
            #expect(set.items.count <= 31)
            #expect(set.issues.isEmpty)
        }
    }
}
