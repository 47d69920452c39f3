import Foundation
import GStreamer
import Inspection
import Testing

@testable import Ingest

struct SubtitleSourceTests {
    /// One a quarter of a second for the 4 s of the test picture.
    private static let texts = (0..<16).map {
        "<font size=\"28\">FrameCnt: \($0)\n[latitude: \($0).5] [longitude: 7.25]</font>"
    }

    /// Frames and packets by their times in the order they were delivered: nanoseconds, and the text of a packet.
    private func order(_ path: String, _ options: SourceOptions = SourceOptions()) throws -> [(Int64, String?)] {
        let source = try makeSource(name: TestMedia.name, location: path, options: options, clock: SystemClock())
        var order: [(Int64, String?)] = []
        try source.run { event in
            switch event {
            case .frame(let frame): order.append((frame.time.nanoseconds, nil))
            case .packet(let packet):
                #expect(packet.dialect == .subtitle)
                order.append((packet.time?.nanoseconds ?? -1, String(decoding: packet.bytes, as: UTF8.self)))
            default: break
            }
        }
        return order
    }

    private static func write(_ muxer: LaunchDescription, to path: String, withVideo: Bool = true) throws {
        let video: LaunchDescription = withVideo ? "\(TestMedia.picture) ! \(TestMedia.h264) ! mux." : ""
        let pipeline = try Pipeline(
            "\(muxer) name=mux ! \(TestMedia.toFile) appsrc name=text ! text/x-raw,format=utf8 ! mux. \(video)")
        try pipeline.element("file").set("location", path)
        let text = try pipeline.appSource("text")
        text.setCaps(try Caps("text/x-raw,format=utf8"))
        try pipeline.play()
        for (index, line) in texts.enumerated() {
            try text.push(Array(line.utf8), pts: UInt64(index) * 250_000_000, duration: 250_000_000)
        }
        try text.endOfStream()
        try pipeline.awaitEndOfStream(timeout: 30)
    }

    private static func file(_ texts: [String]) -> String {
        texts.enumerated().map { index, text in
            let at = { (quarters: Int) in "00:00:0\(quarters / 4),\(["000", "250", "500", "750"][quarters % 4])" }
            return "\(index + 1)\n\(at(index)) --> \(at(index + 1))\n\(text)\n\n"
        }.joined()
    }

    @Test(arguments: ["mp4mux", "matroskamux"])
    func `gives the subtitles of a track in time with its frames, each time alike`(muxer: String) throws {
        let scratch = Scratch()
        let path = scratch.file("DJI_0001.MP4")
        try Self.write(muxer == "mp4mux" ? "mp4mux" : "matroskamux", to: path)
        let heard = try order(path)
        let packets = heard.compactMap { entry in entry.1.map { (entry.0, $0) } }
        #expect(heard.count - packets.count == 100)
        #expect(packets.count == 16)
        for (index, packet) in packets.enumerated() {
            #expect(abs(packet.0 - Int64(index) * 250_000_000) < 1_000_000)
            #expect(packet.1.contains("[latitude: \(index).5]"))
        }
        // A subtitle comes neither long before its frame nor long after it.
        var newest: Int64 = 0
        for (time, text) in heard {
            if text == nil { newest = max(newest, time) } else { #expect(abs(time - newest) < 250_000_000) }
        }
        for _ in 0..<3 { #expect(try order(path).map(\.0) == heard.map(\.0)) }
    }

    @Test(arguments: ["mpegtsmux", "mp4mux", "matroskamux"], ["srt", "SRT"])
    func `gives the subtitles of a file that bears the recording's name`(muxer: String, ending: String) throws {
        let scratch = Scratch()
        let path = scratch.file("DJI_0001.bin")
        switch muxer {
        case "mp4mux": try TestMedia.write(TestMedia.h264, "mp4mux", to: path)
        case "matroskamux": try TestMedia.write(TestMedia.h264, "matroskamux", to: path)
        default: try TestMedia.write(TestMedia.h264, "mpegtsmux", to: path)
        }
        _ = try scratch.write(Array(Self.file(Self.texts).utf8), "DJI_0001.\(ending)")
        let heard = try order(path)
        #expect(heard.filter { $0.1 != nil }.map(\.0) == (0..<16).map { Int64($0) * 250_000_000 })
        var newest: Int64 = 0
        for (time, text) in heard {
            if text == nil { newest = max(newest, time) } else { #expect(time - newest < 250_000_000) }
        }
    }

    @Test func `prefers a file that was named to one that lies beside, and both to the track`() throws {
        let scratch = Scratch()
        let path = scratch.file("DJI_0001.MP4")
        try Self.write("mp4mux", to: path)
        _ = try scratch.write(Array(Self.file(["beside", "beside"]).utf8), "DJI_0001.SRT")
        #expect(try order(path).compactMap(\.1) == ["beside", "beside"])
        var options = SourceOptions()
        options.telemetryFiles = [try scratch.write(Array(Self.file(["named"]).utf8), "other.srt")]
        #expect(try order(path, options).compactMap(\.1) == ["named"])
        _ = try scratch.write([0xFF, 0x00, 0x12], "DJI_0001.SRT")
        #expect(try order(path).compactMap(\.1).count == 16)
    }

    @Test func `counts subtitles without a time and gives none of them`() throws {
        let scratch = Scratch()
        let path = scratch.file("DJI_0001.MP4")
        try TestMedia.write(TestMedia.h264, "mp4mux", to: path)
        let text = Self.file(["a"]) + "2\n--> 00:00:01,000\nb\n\n3\n00:00:02,000 --> 00:00:03,000\nc"
        _ = try scratch.write(Array(text.utf8), "DJI_0001.SRT")
        let (source, heard) = try readAll(path)
        #expect(heard.packets.map { String(decoding: $0.bytes, as: UTF8.self) } == ["a", "c"])
        #expect(source.counters["subtitles"] == 2)
        #expect(source.counters["subtitles_without_time"] == 1)
    }

    @Test(arguments: ["mp4mux", "matroskamux"])
    func `says of a file with subtitles alone that it holds no video`(muxer: String) throws {
        let scratch = Scratch()
        let path = scratch.file("words.mkv")
        try Self.write(muxer == "mp4mux" ? "mp4mux" : "matroskamux", to: path, withVideo: false)
        let (_, heard) = try readAll(path)
        #expect(heard.failure?.kind == .noVideo)
    }
}
