import Foundation
import Geodesy
import Inspection
import Testing

@testable import Telemetry

struct ONVIFInspectorTests {
    private static func text(_ name: String) throws -> String {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        return try String(contentsOf: folder.appendingPathComponent("Cases/" + name), encoding: .utf8)
    }

    @Test func `prints a line for each frame of the golden file`() throws {
        let bytes = Array(try Self.text("scene.xml").utf8)
        #expect(ONVIFInspector.isScene(Array(bytes.prefix(ONVIFInspector.probe))))
        var inspector = ONVIFInspector()
        var lines: [String] = []
        for start in stride(from: 0, to: bytes.count, by: 100) {
            inspector.read(Array(bytes[start..<min(start + 100, bytes.count)])) { lines.append($0.ndjson) }
        }
        inspector.finish { lines.append($0.ndjson) }
        #expect(lines.joined(separator: "\n") + "\n" == (try Self.text("scene.ndjson")))
        #expect(inspector.counters == ["documents": 1, "frames": 3, "objects": 4, "events": 1, "ptz_statuses": 1])
    }

    @Test(arguments: [
        ("\u{FEFF}<?xml version='1.0'?>\n<tt:MetadataStream>", true), ("<a:MetaDataStream xmlns:a='urn:x'/>", true),
        ("<tt:Frame xmlns:tt='http://www.onvif.org/ver10/schema' UtcTime=''/>", true), ("<Frame/>", false),
        ("<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><tt:MetadataStream/>", true),
        ("<!DOCTYPE html><html/>", false),
        ("<svg xmlns='http://www.w3.org/2000/svg'/>", false), ("MetadataStream", false), ("", false), ("{}", false),
    ])
    func `knows a scene description by its beginning`(head: String, isScene: Bool) {
        #expect(ONVIFInspector.isScene(Array(head.utf8)) == isScene)
        for isMarked in [true, false] where !head.hasPrefix("\u{FEFF}") && head.hasPrefix("<") && !head.contains("html")
        {
            let wide = ((isMarked ? "\u{FEFF}" : "") + head).utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
            let named = head.lowercased().contains("metadatastream") || head.contains("www.onvif.org")
            #expect(ONVIFInspector.isScene(wide) == named)
        }
    }

    @Test(arguments: [1, 2, 3, 100], [true, false])
    func `UTF-16 is refused by its name`(size: Int, isMarked: Bool) {
        let text = (isMarked ? "\u{FEFF}" : "") + "<?xml version='1.0'?><tt:MetadataStream></tt:MetadataStream>"
        for isLittle in [true, false] {
            let bytes = text.utf16.flatMap { unit in
                let pair = [UInt8(unit & 255), UInt8(unit >> 8)]
                return isLittle ? pair : pair.reversed()
            }
            var inspector = ONVIFInspector()
            for start in stride(from: 0, to: bytes.count, by: size) {
                inspector.read(Array(bytes[start..<min(start + size, bytes.count)])) { _ in }
            }
            inspector.finish { _ in }
            #expect(inspector.counters == ["documents_refused_encoding": 1])
        }
    }
}

struct ObjectsLineTests {
    private static let object = FrameObject(
        label: "car\u{7}", confidence: 0.1 + 0.2, box: .init(left: 96, top: 54, right: 192, bottom: 108.0004),
        track: "t", attributes: ["b": .bool(true), "a": .number(1.5)],
        statedPosition: .init(point: GeodeticPoint(latitude: 22.5, longitude: 113.25, height: 7), sigma: nil))

    @Test(
        arguments: [
            (MetadataReading.BoxUnit.pixels(width: 1920, height: 1080), #""box":[0.05,0.05,0.1,0.1]"#),
            (.fullResolution, #""box_px":[96,54,192,108]"#), (.pixels(width: 0, height: 0), nil),
        ] as [(MetadataReading.BoxUnit, String?)])
    func `says boxes as shares where it can`(unit: MetadataReading.BoxUnit, box: String?) {
        let line = ObjectsLine(dialect: "x", ptsMicroseconds: 5, utc: nil, objects: [Self.object], boxUnit: unit)
        let head = #"{"kind":"objects","dialect":"x","pts_us":5,"objects":[{"label":"car\u0007","confidence":0.3,"#
        let tail =
            #""track":"t","position":{"lat":22.5,"lon":113.25,"hae_m":7},"attributes":{"a":1.5,"b":true}}]}"#
        #expect(line.ndjson == head + (box.map { $0 + "," } ?? "") + tail)
    }

    @Test func `is for people too, without control characters`() {
        var line = ObjectsLine(
            dialect: "x", ptsMicroseconds: nil, utc: UTCTime(microseconds: 0), objects: [Self.object],
            boxUnit: .pixels(width: 1920, height: 1080))
        line.stream = "one"
        let lines = line.text.split(separator: "\n")
        #expect(lines.first == "x  one  1970-01-01T00:00:00.000000Z  1 object")
        #expect(
            lines.last
                == "  car?  0.3  box 0.05 0.05 0.1 0.1  track t  at 22.5 113.25 7 m HAE  a 1.5  b true")
    }
}
