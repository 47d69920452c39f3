import Foundation
import Inspection
import KLV
import Testing

@testable import Telemetry

@Suite struct `Inspection of recordings` {
    private func inspect(_ bytes: [UInt8], size: Int = 65_536) -> (lines: [InspectLine], counters: [String: Int64]) {
        var inspector = MetadataInspector()
        var lines: [InspectLine] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            inspector.read(Array(bytes[start..<min(start + size, bytes.count)])) { lines.append($0) }
        }
        inspector.finish { lines.append($0) }
        return (lines, inspector.counters)
    }

    @Test func `writes one JSON object a packet, in fixed form`() throws {
        let ontology = SeriesElement(items: [LocalSetItem(1, .unsigned(1)), LocalSetItem(6, .text("a\"b"))])
        let target = SeriesElement(
            id: 300,
            items: [LocalSetItem(5, .unsigned(87)), LocalSetItem(105, .set([LocalSetItem(3, .raw([1, 0xAB]))]))])
        let bytes = try ST0601.encode([
            LocalSetItem(2, .unsigned(1_748_743_200_000_000)), LocalSetItem(3, .text("飞行")), LocalSetItem(5, .real(45)),
            LocalSetItem(6, .special(.outOfRange)), LocalSetItem(23, .special(.offEarth)), LocalSetItem(21, .unknown),
            LocalSetItem(104, .special(.belowMinimum)), LocalSetItem(900, .raw([1, 2])),
            LocalSetItem(74, .set([LocalSetItem(101, .series([target])), LocalSetItem(103, .series([ontology]))])),
        ])
        let line = try #require(inspect(bytes).lines.first)
        let checksum = try #require(line.decoded.items.value(1)?.count)
        #expect(
            line.ndjson == #"{"kind":"klv","set":"ST0601","checksum":"ok","items":["#
                + #"{"tag":2,"name":"precisionTimeStamp","value":1748743200000000,"unit":"us"},"#
                + #"{"tag":3,"name":"missionID","value":"飞行"},"#
                + #"{"tag":5,"name":"platformHeadingAngle","value":\#(8192.0 * 360 / 65535),"unit":"deg"},"#
                + #"{"tag":6,"name":"platformPitchAngle","value":null,"special":"outOfRange","unit":"deg"},"#
                + #"{"tag":23,"name":"frameCenterLatitude","value":null,"special":"offEarth","unit":"deg"},"#
                + #"{"tag":21,"name":"slantRange","value":null,"special":"unknown","unit":"m"},"#
                + #"{"tag":104,"name":"sensorEllipsoidHeightExtended","value":null,"special":"belowMinimum","unit":"m"},"#
                + #"{"tag":900,"name":"item900","value":"0102","raw":true,"issue":"unknown_tag"},"#
                + #"{"tag":74,"name":"vmtiLocalSet","value":{"items":["#
                + #"{"tag":101,"name":"vTargetSeries","value":{"items":[{"tag":300,"name":"vTarget","value":{"targetId":300,"items":["#
                + #"{"tag":5,"name":"confidenceLevel","value":87,"unit":"%"},"#
                + #"{"tag":105,"name":"vChip","value":{"items":[{"tag":3,"name":"embeddedImage","value":"01ab","raw":true}]}}"#
                + #"]}}]}},"#
                + #"{"tag":103,"name":"ontologySeries","value":{"items":[{"tag":1,"name":"ontology","value":{"items":["#
                + #"{"tag":1,"name":"id","value":1},{"tag":6,"name":"label","value":"a\"b"}]}}]}}]}},"#
                + #"{"tag":65,"name":"uasDatalinkLSVersionNumber","value":19},"#
                + #"{"tag":1,"name":"checksum","value":\#(checksum)}]}"#)
        #expect(line.text.contains("platformHeadingAngle"))
        // The line for machines has every digit, the one for people those that mean something.
        #expect(line.ndjson.contains("\(8192.0 * 360 / 65535)"))
        #expect(line.text.contains("  45.0007 deg"))
    }

    @Test(arguments: [
        "synth_drone_klv.ts", "synth_drone_klv_sync15.ts", "synth_drone_klv_nopts.ts", "synth_drone_klv.ts.klv",
    ])
    func `reads the same packets from every carriage`(name: String) throws {
        guard let bytes = SampleFiles.bytes(name), let bare = SampleFiles.bytes("synth_drone_klv.ts.klv") else {
            return
        }
        let expected = inspect(bare)
        let found = inspect(bytes, size: 1000)
        #expect(found.lines.count == 100)
        #expect(found.lines.map(\.decoded) == expected.lines.map(\.decoded))
        #expect(found.lines.allSatisfy { $0.pid == (name.hasSuffix(".klv") ? nil : 0x42) })
        #expect(
            found.lines.allSatisfy {
                ($0.ptsMicroseconds != nil) == (!name.contains("nopts") && !name.hasSuffix(".klv"))
            })
        #expect(found.counters["packets"] == 100)
        #expect(found.counters == ["packets": 100])
    }

    @Test func `decodes every item of the real streams`() throws {
        for (name, packets) in [("osh_uas.ts", 277), ("h264_klv.ts", 30)] {
            guard let bytes = SampleFiles.bytes(name) else { continue }
            let (lines, counters) = inspect(bytes)
            #expect(lines.count == packets)
            #expect(lines.allSatisfy { $0.decoded.checksum == .ok && $0.decoded.isComplete })
            #expect(counters == ["packets": Int64(packets)], "\(name)")
            for line in lines {
                let object = try JSONSerialization.jsonObject(with: Data(line.ndjson.utf8)) as? [String: Any]
                let count = (object?["items"] as? [Any])?.count
                #expect(count == line.decoded.items.count)
                #expect(opaque(line.decoded.items).subtracting(Self.opaqueItems).isEmpty)
            }
        }
    }

    /// Sets of other standards, packs without a form of their own here, and pictures.
    private static let opaqueItems: Set<String> = [
        "rvtLocalSet", "sarMotionImageryLocalSet", "rangeImageLocalSet", "compositeImagingLocalSet", "amendLocalSet",
        "sdccFLP", "countryCodes", "wavelengthsList", "airbaseLocations", "payloadList", "activePayloads",
        "weaponsStores", "waypointList", "viewDomain", "embeddedImage",
    ]

    /// Names of the items that hold raw bytes; of a set of another standard, the set's.
    private func opaque(_ items: [LocalSetItem]) -> Set<String> {
        items.reduce(into: []) { names, item in
            switch item.value {
            case .raw: names.insert(item.name)
            case .set(let nested):
                let inner = opaque(nested)
                if nested.contains(where: { $0.name == "item\($0.tag)" }) {
                    names.insert(item.name)
                } else {
                    names.formUnion(inner)
                }
            case .series(let elements): for element in elements { names.formUnion(opaque(element.items)) }
            default: break
            }
        }
    }

    @Test(arguments: ["dayflight_packet.klv", "dynamic_only.bin", "synth_vmti_packet.klv"])
    func `reads a file of one packet`(name: String) {
        guard let bytes = SampleFiles.bytes(name) else { return }
        let (lines, _) = inspect(bytes, size: 10)
        #expect(lines.count == 1)
        #expect(lines.first?.decoded.checksum == .ok)
        #expect(lines.first?.pid == nil)
    }

    @Test func `reports the wrong checksum of a packet and its garbage`() throws {
        var bytes = try Flight.packet(0, level())
        bytes[bytes.count - 1] ^= 1
        let (lines, counters) = inspect([1, 2, 3] + bytes)
        #expect(lines.first?.ndjson.contains(#""checksum":"bad""#) == true)
        #expect(counters["bad_checksums"] == 1)
        #expect(counters["garbage_bytes"] == 3)
    }

    @Test func `finds nothing in what is neither`() {
        var inspector = MetadataInspector()
        var lines = 0
        inspector.read([UInt8](repeating: 0x20, count: 10_000)) { _ in lines += 1 }
        inspector.finish { _ in lines += 1 }
        #expect(lines == 0)
        #expect(!inspector.isRecognised)
        var empty = MetadataInspector()
        empty.finish { _ in lines += 1 }
        #expect(lines == 0)
    }

    @Test(arguments: [
        (5, LocalSetValue.real(159.974365), "159.9744 deg"), (13, .real(60.176822966978), "60.176823 deg"),
        (14, .real(-128.426759042045), "-128.426759 deg"), (26, .real(-0.003663), "-0.0036622 deg"),
        (15, .real(14190.7195), "14190.72 m"), (21, .real(68590.983298), "68590.98 m"), (36, .real(70), "70.2 m/s"),
        (34, .unsigned(2), "2  (icing detected)"), (77, .unsigned(1), "1  (operational)"),
        (63, .unsigned(8), "8  (continuous zoom)"), (125, .unsigned(12), "12  (landed parked)"),
        (126, .unsigned(6), "6  (auto, tracking)"), (126, .unsigned(7), "7"),
        (124, .unsigned(3), "3  (on-board INS, GPS)"),
        (47, .unsigned(49), "49  (laser range, slant range measured, image invalid)"), (47, .unsigned(0), "0"),
    ])
    func `shows people the decimals that mean something, and the standard's words`(
        tag: Int, value: LocalSetValue, expected: String
    ) throws {
        let bytes = try ST0601.encode([LocalSetItem(2, .unsigned(1)), LocalSetItem(tag, value)])
        let line = try #require(inspect(bytes).lines.first)
        let shown = try #require(line.text.split(separator: "\n").first { $0.contains(" \(tag)  ") })
        #expect(shown.hasSuffix("  " + expected), "\(shown)")
        #expect(!line.ndjson.contains("("))
    }

    @Test(
        arguments: [
            (0.0, 4, "0"), (-0.00001, 4, "0"), (0.00005, 4, "0.0001"), (-0.5, 0, "-1"), (2.5e-7, 7, "0.0000003"),
            (1e300, 7, "1e+300"), (.infinity, 2, "inf"), (.nan, 2, "nan"), (99.995, 2, "100"), (1234.5, 2, "1234.5"),
        ] as [(Double, Int, String)])
    func `a number is rounded, whatever it is`(number: Double, decimals: Int, expected: String) {
        #expect(ItemMeaning.text(number, decimals: decimals) == expected)
    }

    @Test func `shows no control characters of foreign text`() throws {
        let bytes = try ST0601.encode([LocalSetItem(2, .unsigned(1)), LocalSetItem(3, .text("a\u{1B}[31m\nb\u{9B}c"))])
        let text = try #require(inspect(bytes).lines.first).text
        #expect(!text.contains("\u{1B}"))
        #expect(text.contains("a?[31m?b?c"))
    }
}
