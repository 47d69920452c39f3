import Foundation
import GStreamer
import Inspection
import Testing

@testable import Ingest

struct FileTimeTests {
    private static let written = UTCTime(rfc3339: "2025-06-01T02:10:00Z")
    private static let created = UTCTime(rfc3339: "2024-01-31T12:00:00Z")

    @Test(arguments: [
        ("flight_20240131T120000Z.ts", "2024-01-31T12:00:00.000000Z"),
        ("2024-01-31T12-00-59Z-uav.mp4", "2024-01-31T12:00:59.000000Z"),
        ("x2024_01_31T12_00_00Z", "2024-01-31T12:00:00.000000Z"),
    ])
    func `reads a name that says UTC`(name: String, expected: String) {
        #expect(FileTime.stated(in: name)?.rfc3339 == expected)
    }

    @Test(arguments: [
        "DJI_20240131120000_0001_W.MP4", "20240131T120000.ts", "20241331T120000Z.ts", "120240131T120000Z", "", "Z",
        "20240131T1200", "2024013aT120000Z",
    ])
    func `reads nothing from a name of a zone unknown`(name: String) { #expect(FileTime.stated(in: name) == nil) }

    @Test(arguments: [
        ("DJI_20240131200000_0001_W.MP4", "2024-01-31T12:00:00.000000Z"),
        ("2024-01-31_20-00-59.mp4", "2024-01-31T12:00:59.000000Z"),
        ("20240131T200000.ts", "2024-01-31T12:00:00.000000Z"),
        ("20240131_070000", "2024-01-30T23:00:00.000000Z"),
    ])
    func `reads a name of local time where the offset is stated`(name: String, expected: String) {
        var time = FileTime(name: name, utcOffset: 28_800)
        #expect(time.start?.rfc3339 == expected)
        time.utcOffset = nil
        #expect(time.start == nil)
    }

    @Test(arguments: [
        "DJI_20241331120000_0001.MP4", "202401311200001.ts", "DJI_0001.MP4", "20240131T120000Z", "202401311200",
    ])
    func `reads no local time from another name`(name: String) { #expect(FileTime.local(in: name) == nil) }

    @Test func `a container that says what the name says is of the same clock`() {
        var time = FileTime(
            created: UTCTime(rfc3339: "2024-01-31T20:00:01Z"), name: "DJI_20240131200000_0001.MP4", utcOffset: 28_800)
        #expect(time.start?.rfc3339 == "2024-01-31T12:00:01.000000Z")
        time.created = UTCTime(rfc3339: "2024-01-31T12:00:02Z")
        #expect(time.start == time.created)
        time.created = UTCTime(microseconds: .min)
        #expect(time.start?.rfc3339 == "2024-01-31T12:00:00.000000Z")
    }

    @Test func `prefers the container, then the name, then the last write less the length`() throws {
        var time = FileTime(created: Self.created, name: "20230101T000000Z.ts", written: Self.written, seconds: 600)
        #expect(time.start == Self.created)
        time.created = UTCTime(microseconds: -2_082_844_799_000_000)
        #expect(time.start?.rfc3339 == "2023-01-01T00:00:00.000000Z")
        time.name = "a.ts"
        #expect(time.start?.rfc3339 == "2025-06-01T02:00:00.000000Z")
        for unusable in [nil, -1, .nan, .infinity] as [Double?] {
            time.seconds = unusable
            #expect(time.start == Self.written)
        }
        time.written = UTCTime(microseconds: 0)
        #expect(time.start == nil)
    }

    // MARK: Containers

    private static func big(_ value: UInt64, _ width: Int) -> [UInt8] {
        (0..<width).reversed().map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    }
    private static func box(_ kind: String, _ content: [UInt8]) -> [UInt8] {
        big(UInt64(content.count + 8), 4) + Array(kind.utf8) + content
    }
    private static func reading(_ bytes: [UInt8]) -> ContainerTime.Read {
        { offset, count in offset < UInt64(bytes.count) ? Array(bytes.dropFirst(Int(offset)).prefix(count)) : [] }
    }
    private static func movie(version: UInt8, creation: UInt64, scale: UInt64, duration: UInt64) -> [UInt8] {
        let width = version == 1 ? 8 : 4
        let header =
            [version, 0, 0, 0] + big(creation, width) + big(0, width) + big(scale, 4) + big(duration, width)
            + [UInt8](repeating: 0, count: 80)
        return box("ftyp", Array("isom".utf8)) + box("mdat", [UInt8](repeating: 7, count: 500))
            + box("moov", box("free", [1, 2, 3]) + box("mvhd", header))
    }
    /// 2024-01-31T12:00:00Z counted from 1904.
    private static let since1904: UInt64 = 1_706_702_400 + 2_082_844_800

    @Test(arguments: [UInt8(0), 1])
    func `reads the movie header behind the media`(version: UInt8) throws {
        let bytes = Self.movie(version: version, creation: Self.since1904, scale: 1000, duration: 90_500)
        let found = try #require(ContainerTime(mp4: UInt64(bytes.count), Self.reading(bytes)))
        #expect(found.created == Self.created)
        #expect(found.seconds == 90.5)
    }

    @Test func `a writer without a clock says nothing`() throws {
        let bytes = Self.movie(version: 0, creation: 0, scale: 0, duration: 0xFFFF_FFFF)
        let found = try #require(ContainerTime(mp4: UInt64(bytes.count), Self.reading(bytes)))
        #expect(found == ContainerTime(mp4: UInt64(bytes.count), Self.reading(bytes)))
        #expect(found.created == nil)
        #expect(found.seconds == nil)
    }

    private static let segment: [UInt8] = {
        let info: [UInt8] =
            [0x2A, 0xD7, 0xB1, 0x83, 0x0F, 0x42, 0x40] + [0x44, 0x61, 0x88]
            + big(UInt64((1_706_702_400 - 978_307_200) * 1_000_000_000), 8)
            + [0x44, 0x89, 0x84] + big(UInt64(Float(90_500).bitPattern), 4)
        let content: [UInt8] = [0xEC, 0x82, 0, 0, 0x15, 0x49, 0xA9, 0x66, 0x80 | UInt8(info.count)] + info
        // A segment of unknown length, as a live muxer writes it.
        return [0x1A, 0x45, 0xDF, 0xA3, 0x82, 1, 2, 0x18, 0x53, 0x80, 0x67, 0x01, 255, 255, 255, 255, 255, 255, 255]
            + content
    }()

    @Test func `reads the date of a Matroska segment`() throws {
        let found = try #require(ContainerTime(matroska: UInt64(Self.segment.count), Self.reading(Self.segment)))
        #expect(found.created == Self.created)
        #expect(found.seconds == 90.5)
    }

    @Test(arguments: 0..<300)
    func `survives any damage`(seed: Int) {
        var generator = SplitMix(state: UInt64(seed))
        var movie = Self.movie(version: UInt8(seed & 1), creation: Self.since1904, scale: 1000, duration: 5)
        var segment = Self.segment
        for _ in 0..<8 {
            movie[Int.random(in: 0..<movie.count, using: &generator)] = .random(in: 0...255, using: &generator)
            segment[Int.random(in: 0..<segment.count, using: &generator)] = .random(in: 0...255, using: &generator)
        }
        let cut = Int.random(in: 0...movie.count, using: &generator)
        _ = ContainerTime(mp4: UInt64(cut), Self.reading(Array(movie.prefix(cut))))
        _ = ContainerTime(mp4: .max / 2, Self.reading(movie))
        _ = ContainerTime(matroska: UInt64(segment.count), Self.reading(segment))
        _ = ContainerTime(matroska: .max / 2, Self.reading(segment))
    }

    @Test func `a link has the time of the recording that it leads to`() throws {
        let scratch = Scratch()
        let path = try scratch.write([0x47], "a.ts")
        let date = try #require(Self.written)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: Double(date.microseconds) / 1e6)], ofItemAtPath: path)
        try FileManager.default.createSymbolicLink(atPath: scratch.file("link.ts"), withDestinationPath: path)
        #expect(try RecordedFile(path: path).start(utcOffset: nil) == date)
        #expect(try RecordedFile(path: scratch.file("link.ts")).start(utcOffset: nil) == date)
    }

    @Test(arguments: ["mp4mux", "matroskamux", "mpegtsmux"])
    func `every frame of a recording has the file's time`(muxer: String) throws {
        let scratch = Scratch()
        let path = scratch.file("flight")
        switch muxer {
        case "mp4mux": try TestMedia.write(TestMedia.h264, "mp4mux", to: path)
        case "matroskamux": try TestMedia.write(TestMedia.h264, "matroskamux", to: path)
        default: try TestMedia.write(TestMedia.h264, "mpegtsmux", to: path)
        }
        if muxer == "mpegtsmux" {
            let date = try #require(Self.written)
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: Double(date.microseconds) / 1e6)], ofItemAtPath: path)
        }
        let (_, heard) = try readAll(path)
        #expect(heard.frames.count >= 90)
        let times = try heard.frames.map { try #require($0.carrierTime) }
        #expect(times.allSatisfy { $0.provenance == .file })
        for (frame, time) in zip(heard.frames, times) {
            let position = Double(time.utc.microseconds(since: times[0].utc)) / 1e6
            #expect(abs(position - frame.time.seconds(since: heard.frames[0].time)) < 1e-5)
        }
        if muxer == "mpegtsmux" {
            // Four seconds of frames, written by the last of them.
            #expect(abs(Double(times[0].utc.microseconds - 1_748_743_800_000_000) / 1e6 + 3.96) < 0.1)
        } else {
            #expect(abs(Double(times[0].utc.microseconds) / 1e6 - Date().timeIntervalSince1970) < 120)
        }
    }
}

/// A small generator, so that a failing run can be run again.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
