import Foundation
import GStreamer
import Inspection
import Testing

@testable import Ingest

/// Streams whose form changes, and forms that nobody should believe.
@Suite struct FrameFormTests {
    private func write(_ coding: LaunchDescription, size: Int, to path: String) throws {
        let pipeline = try Pipeline(
            """
            videotestsrc num-buffers=25 ! video/x-raw,format=I420,width=\(size),height=\(size),framerate=25/1 \
            ! \(coding) ! mpegtsmux ! filesink name=file
            """)
        try pipeline.element("file").set("location", path)
        try pipeline.play()
        try pipeline.awaitEndOfStream(timeout: 30)
    }

    private func joined(_ parts: [(coding: LaunchDescription, size: Int)], _ scratch: Scratch) throws -> String {
        var bytes = Data()
        for (index, part) in parts.enumerated() {
            let path = scratch.file("part\(index).ts")
            try write(part.coding, size: part.size, to: path)
            bytes += try Data(contentsOf: URL(fileURLWithPath: path))
        }
        return try scratch.write([UInt8](bytes), "joined.ts")
    }

    private var all: SourceOptions {
        var options = SourceOptions()
        options.decode = .all
        options.measuresPictures = true
        options.decoders = .software
        return options
    }

    @Test func `a change of size is told, counted, and decoded through`() throws {
        let scratch = Scratch()
        let (source, heard) = try readAll(try joined([(TestMedia.h264, 320), (TestMedia.h264, 160)], scratch), all)
        #expect(heard.failure == nil)
        #expect(heard.descriptions.map(\.width) == [320, 160])
        #expect(source.counters["form_changes"] == 1)
        #expect(heard.frames.count == 50 && heard.frames.allSatisfy { $0.picture != nil })
        // The first of another size is compared with none.
        #expect(heard.frames.filter { $0.picture?.motion == nil }.count == 2)
        #expect(heard.frames.allSatisfy { $0.width == $0.height })
    }

    @Test func `a change of coding is told, counted, and decoded through`() throws {
        let scratch = Scratch()
        let (source, heard) = try readAll(try joined([(TestMedia.h264, 160), (TestMedia.h265, 160)], scratch), all)
        #expect(heard.failure == nil)
        #expect(heard.descriptions.map(\.codec) == ["h264", "h265"])
        #expect(heard.descriptions.map(\.decoder) == ["avdec_h264", "avdec_h265"])
        #expect(source.counters["form_changes"] == 1)
        #expect(heard.frames.count == 50 && heard.frames.filter { $0.picture != nil }.count == 50)
    }

    @Test func `video without its parameter sets is told as such, and from their coming on it is read`() throws {
        let scratch = Scratch()
        try write(TestMedia.h264, size: 160, to: scratch.file("a.ts"))
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: scratch.file("a.ts"))))
        let whole = bytes
        // The sequence parameter sets become filler data, which says nothing.
        for at in bytes.indices.dropFirst(3) where bytes[at] & 0x1F == 7 && bytes[at - 3..<at] == [0, 0, 1] {
            bytes[at] = 0x6C
        }
        let (source, heard) = try readAll(try scratch.write(bytes, "bare.ts"), all)
        #expect(heard.frames.isEmpty && heard.failure?.kind == .noVideo, "\(source.counters)")
        #expect(heard.failure?.description.contains("H.264 video of which not one picture") == true)
        let late = try readAll(try scratch.write(bytes + whole, "late.ts"), all)
        #expect(late.1.frames.count == 25 && late.1.frames.allSatisfy { $0.picture != nil })
    }

    @Test func `of two programs the first with video is read`() throws {
        let scratch = Scratch()
        let pipeline = try Pipeline(
            """
            videotestsrc num-buffers=25 ! video/x-raw,format=I420,width=320,height=320,framerate=25/1 ! \
            x264enc ! h264parse ! mux.sink_65 \
            videotestsrc num-buffers=25 ! video/x-raw,format=I420,width=160,height=160,framerate=25/1 ! \
            x264enc ! h264parse ! mux.sink_66 \
            mpegtsmux name=mux prog-map=program_map,sink_65=1,sink_66=2 ! filesink name=file
            """)
        try pipeline.element("file").set("location", scratch.file("two.ts"))
        try pipeline.play()
        try pipeline.awaitEndOfStream(timeout: 30)
        let (source, heard) = try readAll(scratch.file("two.ts"), all)
        #expect(heard.descriptions.count == 1 && heard.frames.count == 25)
        #expect(source.counters["form_changes"] == nil && heard.frames.allSatisfy { $0.picture != nil })
    }

    @Test func `video of another coding is named`() throws {
        let scratch = Scratch()
        let pipeline = try Pipeline("videotestsrc num-buffers=5 ! jpegenc ! qtmux ! filesink name=file")
        try pipeline.element("file").set("location", scratch.file("a.mov"))
        try pipeline.play()
        try pipeline.awaitEndOfStream(timeout: 30)
        let (_, heard) = try readAll(scratch.file("a.mov"), all)
        #expect(heard.failure?.description.contains("video of type Motion JPEG is not read") == true)
        #expect(heard.failure?.kind == .unknownCodec)
    }

    @Test(
        arguments: [
            (1920, 1080, nil), (7680, 4320, nil), (16_384, 4096, nil), (16_385, 16, "dropped_oversized"),
            (16, 16_385, "dropped_oversized"), (16_384, 16_384, "dropped_oversized"), (0, 0, "dropped_no_size"),
            (0, 1080, "dropped_no_size"), (-1, 5, "dropped_no_size"), (.max, .max, "dropped_oversized"),
        ] as [(Int, Int, String?)])
    func `sizes that no camera has are refused by their reason`(width: Int, height: Int, reason: String?) {
        #expect(FrameFlow.fault(width: width, height: height) == reason)
    }

    private func accept(_ caps: LaunchDescription, _ flags: [Bool]) throws -> (Counters, Heard) {
        let pipeline = try Pipeline("appsrc name=in ! appsink name=out sync=false")
        let input = try pipeline.appSource("in")
        input.setCaps(try Caps(caps))
        try pipeline.play()
        let counters = Counters()
        var flow = FrameFlow(
            desk: CaptureDesk(source: "test", options: SourceOptions()), counters: counters, content: nil,
            pictures: FramePictures(options: all, looker: nil, isLive: false, counters: counters))
        var heard = Heard()
        let sink = try pipeline.appSink("out")
        for (index, isKey) in flags.enumerated() {
            try input.push([0, 0, 0, 1, 0x65], pts: UInt64(index) * 40_000_000, isKey: isKey)
            let sample = try #require(sink.pull(timeout: 5))
            flow.accept(
                FrameFlow.Unit(
                    sample: sample, time: Int64(index) * 40_000_000, pts90k: nil, arrival: UTCTime(microseconds: 0)),
                codec: .h264
            ) { heard.add($0) }
        }
        flow.finish { heard.add($0) }
        return (counters, heard)
    }

    @Test func `a picture of an impossible size is never decoded nor told`() throws {
        let (counters, heard) = try accept(
            "video/x-h264,stream-format=byte-stream,alignment=au,width=65536,height=65536", [true, false])
        #expect(heard.frames.isEmpty && heard.descriptions.isEmpty)
        #expect(counters.all["dropped_oversized"] == 1 && counters.all["dropped_no_keyframe"] == 1)
        #expect(counters.all["dropped_frames"] == 2 && counters.all["decoded_frames"] == nil)
    }

    @Test func `frames before the first key frame, or without a size, are dropped by their reason`() throws {
        let (counters, heard) = try accept("video/x-h264,stream-format=byte-stream,alignment=au", [false, true])
        #expect(heard.frames.isEmpty)
        #expect(counters.all["dropped_no_keyframe"] == 1 && counters.all["dropped_no_size"] == 1)
    }

    @Test func `what a decoder makes nothing of is delivered all the same, in order and in time`() throws {
        let (counters, heard) = try accept(
            "video/x-h264,stream-format=byte-stream,alignment=au,width=64,height=64,profile=high",
            [true] + [Bool](repeating: false, count: 99))
        #expect(heard.frames.map(\.index) == Array(0..<100))
        #expect(heard.frames.allSatisfy { $0.picture == nil })
        #expect(counters.all["decoded_frames"] == nil)
        #expect((counters.all["unmeasured_frames"] ?? 0) + (counters.all["decoder_restarts"] ?? 0) > 0)
    }
}
