import Foundation
import Geodesy
import Inspection
import Testing

@testable import Telemetry

@Suite struct `Inspection of any file` {
    private static func inspect(_ bytes: [UInt8], by size: Int = 1 << 16) -> (
        inspector: FileInspector, lines: [InspectedLine]
    ) {
        var inspector = FileInspector(header: Array(bytes.prefix(FileInspector.probe)))
        var lines: [InspectedLine] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            inspector.read(Array(bytes[start..<min(start + size, bytes.count)])) { lines.append($0) }
        }
        inspector.finish { lines.append($0) }
        return (inspector, lines)
    }

    private static func golden(_ file: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: GoldenFrameTests.folder.appending(path: file)))
    }

    @Test(arguments: [
        ("dji-srt.SRT", "telemetry dji-srt", 5), ("dji-cloud.ndjson", "telemetry dji-osd 7CTDM0000000001", 5),
        ("dji-cloud-topics.txt", "telemetry dji-osd 1581F5BKD0000001", 5), ("mavlink.tlog", "telemetry mavlink 1", 5),
        ("klv-st0601.klv", "klv ST0601", 5), ("onvif.xml", "objects onvif", 4),
        ("analyser.ndjson", "objects flyonce", 4),
        ("gvametaconvert.json", "objects gvametaconvert rtsp://camera.example/live", 3),
        ("frigate.ndjson", "objects frigate dock", 3),
    ])
    func `gives the lines of each dialect, however the file is cut`(file: String, series: String, count: Int) throws {
        let bytes = try Self.golden(file)
        let (inspector, lines) = Self.inspect(bytes)
        #expect(lines.count == count)
        #expect(lines.filter { $0.series != series && !$0.series.hasPrefix("telemetry dji-osd") }.isEmpty)
        #expect(inspector.isRecognised)
        #expect(inspector.lineCount == Int64(count))
        #expect(Self.inspect(bytes, by: 7).lines.map(\.ndjson) == lines.map(\.ndjson))
        for line in lines {
            #expect((try? JSONSerialization.jsonObject(with: Data(line.ndjson.utf8))) != nil)
            #expect(!line.text.isEmpty)
        }
    }

    @Test func `knows nothing of what is nothing`() {
        let (inspector, lines) = Self.inspect(Array("hello, this is text\nand more\n".utf8))
        #expect(lines.isEmpty)
        #expect(!inspector.isRecognised)
    }

    @Test func `says a pose for people with every angle named, and what it flies and looks at`() {
        var sample = TelemetrySample()
        sample.platform = Attitude(yaw: 1, pitch: 2, roll: 3)
        sample.groundSpeed = 7.5
        sample.slantRange = 80
        sample.frameCenter = .init(latitude: 30, longitude: 120, heightMSL: nil, heightHAE: nil)
        var line = TelemetryLine(dialect: "x", ptsMicroseconds: nil, sample: sample)
        #expect(
            line.text
                == "x  no fix  aircraft yaw 1° pitch 2° roll 3°  speed 7.5 m/s  slant range 80 m  centre 30 120")
        line.sample = TelemetrySample()
        line.heading = 9
        #expect(line.text == "x  no fix  aircraft yaw 9°")
    }

    @Test func `messages are one line each for people`() throws {
        let bytes = try Self.golden("mavlink.tlog")
        var inspector = FileInspector(header: bytes, givesMessages: true)
        var texts: [String] = []
        inspector.read(bytes) { texts.append($0.text) }
        #expect(texts.last?.contains("1/1  GLOBAL_POSITION_INT  ") == true, "\(texts.last ?? "")")
        #expect(texts.last?.contains("  alt 304000  ") == true)
    }

    @Test func `a frame that was cut keeps the objects that ended`() throws {
        let text = String(decoding: try Self.golden("onvif.xml"), as: UTF8.self)
        let end = try #require(text.firstRange(of: "</tt:Object>"))
        #expect(Self.inspect(Array(text[..<end.upperBound].utf8)).lines.count == 1)
        #expect(Self.inspect(Array(text[..<end.lowerBound].utf8)).lines.isEmpty)
    }

    @Test func `counts packets that nothing decodes`() {
        func packet(_ dialect: MetadataPacket.Dialect, _ pid: Int?) -> MetadataPacket {
            MetadataPacket(
                dialect: dialect, bytes: [], time: nil, ptsMicroseconds: nil, pid: pid,
                arrival: UTCTime(microseconds: 0))
        }
        var inspector = PacketInspector()
        inspector.read(packet(.jpeg, nil)) { _ in }
        for pid in 0..<70 { inspector.read(packet(.klv, pid)) { _ in } }
        #expect(inspector.counters["packets"] == 71)
        #expect(inspector.counters["packets_of_other_dialects"] == 1)
        #expect(inspector.counters["packets_of_unfollowed_streams"] == 6)
    }

    @Test func `sums up counts, span, rate, gaps and steps back`() throws {
        var summary = InspectSummary()
        for seconds in [0, 1, 2, 3, 4, 14, 15, 14.5] {
            var sample = TelemetrySample()
            sample.hasFix = seconds != 0
            sample.utc = UTCTime(microseconds: 1_748_743_200_000_000 + Int64(seconds * 1e6))
            summary.add(.pose(TelemetryLine(dialect: "mavlink", ptsMicroseconds: nil, sample: sample)))
        }
        let line = try #require(summary.ndjson(counters: ["packets": 8, "none": 0]).first)
        let json = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(json["series"] as? String == "telemetry mavlink")
        #expect(json["lines"] as? Int == 8)
        #expect(json["rate_hz"] as? Double == 1)
        #expect(json["gaps"] as? Int == 1)
        #expect(json["longest_gap_s"] as? Double == 10)
        #expect(json["backwards"] as? Int == 1)
        #expect(json["without_fix"] as? Int == 1)
        #expect(summary.ndjson(counters: ["packets": 8, "none": 0]).last == #"{"kind":"counters","packets":8}"#)
        #expect(summary.text.count == 1)
    }

    @Test func `a file of a hello alone is told for that`() {
        let (inspector, lines) = Self.inspect(Array(#"{"hello":{"name":"a","version":"1","labels":["car"]}}"#.utf8))
        #expect(lines.isEmpty)
        #expect(inspector.refusal == "it holds a hello, and no answer about a frame")
    }
}
