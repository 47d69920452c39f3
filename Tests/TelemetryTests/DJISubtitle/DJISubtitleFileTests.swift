import Foundation
import Geodesy
import Inspection
import Testing

@testable import Telemetry

/// Whole files: real ones where they are at hand, and one made up of several generations.
struct DJISubtitleFileTests {
    private func inspect(_ bytes: [UInt8], chunk: Int = 1000) throws -> (lines: [TelemetryLine], DJISubtitleInspector) {
        var inspector = try #require(DJISubtitleInspector(header: bytes))
        var lines: [TelemetryLine] = []
        var index = 0
        while index < bytes.count {
            inspector.read(Array(bytes[index..<min(index + chunk, bytes.count)])) { lines.append($0) }
            index += chunk
        }
        inspector.finish { lines.append($0) }
        return (lines, inspector)
    }

    private func number(_ text: Substring?) -> Double? { text.flatMap { Double($0) } }

    private func microseconds(_ hours: Substring, _ minutes: Substring, _ seconds: Substring, _ millis: Substring)
        -> Int64?
    {
        guard let h = Int64(hours), let m = Int64(minutes), let s = Int64(seconds), let ms = Int64(millis) else {
            return nil
        }
        return ((h * 60 + m) * 60 + s) * 1_000_000 + ms * 1000
    }

    /// The same line with its fractions cut to seven digits: the last ones of an angle are the machine's own.
    private func rounded(_ line: String) -> String {
        line.replacing(/(\.\d{7})\d+/) { String($0.output.1) }
    }

    @Test func `reads every subtitle of a real Phantom 4 RTK`() throws {
        guard let bytes = SampleFiles.bytes("../dji/p4_rtk.SRT") else { return }
        let (lines, inspector) = try inspect(bytes)
        let pattern =
            /(\d\d):(\d\d):(\d\d),(\d\d\d) -->.*\n.*GPS \((-?[\d.]+), (-?[\d.]+), \d+\), HOME .*, H (-?[\d.]+)m, H\.S (-?[\d.]+)m.*F\.PRY \((-?[\d.]+)°, (-?[\d.]+)°, (-?[\d.]+)°\), G\.PRY \((-?[\d.]+)°, (-?[\d.]+)°, (-?[\d.]+)°\)/
        let found = String(decoding: bytes, as: UTF8.self).matches(of: pattern).map(\.output)
        #expect(found.count == 55)
        #expect(lines.count == found.count)
        for (line, raw) in zip(lines, found) {
            let sample = line.sample
            #expect(line.ptsMicroseconds == microseconds(raw.1, raw.2, raw.3, raw.4))
            #expect(sample.longitude == number(raw.5))
            #expect(sample.latitude == number(raw.6))
            #expect(sample.heightAboveTakeoff == number(raw.7))
            #expect(sample.groundSpeed == number(raw.8))
            #expect(sample.platform?.pitch == number(raw.9))
            #expect(sample.platform?.roll == number(raw.10))
            #expect(sample.platform?.yaw == number(raw.11))
            let gimbal = try Attitude(
                yaw: #require(number(raw.14)), pitch: #require(number(raw.12)), roll: #require(number(raw.13)))
            #expect(sample.camera == .earth(gimbal))
            #expect(sample.hasFix)
            #expect(sample.utc == nil && line.localTime == nil)
        }
        #expect(inspector.counters == ["subtitles": 55, "poses": 55])
    }

    @Test func `reads every subtitle of a real Matrice 300`() throws {
        guard let bytes = SampleFiles.bytes("../dji/matrice_300.srt") else { return }
        let (lines, inspector) = try inspect(bytes)
        let pattern =
            /(\d\d):(\d\d):(\d\d),(\d\d\d) -->.*\r?\n(\d+)\.(\d+)\.(\d+) (\S+)\r?\nGPS\((-?[\d.]+),(-?[\d.]+),.*\) BAROMETER:(-?[\d.]+)M/
        let found = String(decoding: bytes.filter { $0 != 13 }, as: UTF8.self).matches(of: pattern).map(\.output)
        #expect(found.count == 381)
        #expect(lines.count == found.count)
        for (line, raw) in zip(lines, found) {
            #expect(line.ptsMicroseconds == microseconds(raw.1, raw.2, raw.3, raw.4))
            #expect(line.localTime?.iso8601 == "\(raw.5)-\(raw.6)-\(raw.7)T\(raw.8).000000")
            #expect(line.sample.latitude == number(raw.9))
            #expect(line.sample.longitude == number(raw.10))
            #expect(line.sample.heightAboveTakeoff == number(raw.11))
            #expect(line.sample.heightMSL == nil)
        }
        #expect(inspector.counters == ["subtitles": 381, "poses": 381])
    }

    @Test(arguments: [1, 7, 4096])
    func `reads the made-up file as its golden lines say`(chunk: Int) throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Cases")
        let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent("generations.srt")))
        let golden = try String(contentsOf: folder.appendingPathComponent("generations.ndjson"), encoding: .utf8)
        let (lines, inspector) = try inspect(bytes, chunk: chunk)
        #expect(lines.map { rounded($0.ndjson) } == golden.split(separator: "\n").map { rounded(String($0)) })
        #expect(inspector.counters["subtitles_cut"] == 1)
        #expect(inspector.counters["subtitles_without_telemetry"] == 1)
        #expect(inspector.counters["poses_without_fix"] == 2)
    }

    @Test func `is not taken for subtitles what is none`() {
        #expect(DJISubtitleInspector(header: Array("{\"a\": 1}\n".utf8)) == nil)
        #expect(DJISubtitleInspector(header: [0x47, 0x40, 0x00] + [UInt8](repeating: 0xFF, count: 4000)) == nil)
        #expect(DJISubtitleInspector(header: []) == nil)
    }
}
