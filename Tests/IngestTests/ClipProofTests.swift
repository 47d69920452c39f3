import Foundation
import GStreamer
import Inspection
import Testing

@testable import Ingest

/// That a clip is the stream's own coded pictures, by readers of our own on both sides.
struct ClipProofTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var coding: LaunchDescription
        var isMP4: Bool
        var isH265 = false
    }

    static let baseline: LaunchDescription = """
        x264enc key-int-max=25 tune=zerolatency sliced-threads=true threads=2 speed-preset=ultrafast \
        ! video/x-h264,profile=constrained-baseline ! h264parse
        """
    static let closed265: LaunchDescription =
        "x265enc key-int-max=25 speed-preset=ultrafast option-string=no-open-gop=1 ! h265parse"
    static let cases = [
        Case(testDescription: "H.264 with B pictures in TS", coding: TestMedia.h264, isMP4: false),
        Case(testDescription: "H.264 with B pictures in MP4", coding: TestMedia.h264, isMP4: true),
        Case(testDescription: "H.264 baseline, two slices a picture, in TS", coding: baseline, isMP4: false),
        Case(testDescription: "H.264 baseline, two slices a picture, in MP4", coding: baseline, isMP4: true),
        Case(testDescription: "H.265 in TS", coding: closed265, isMP4: false, isH265: true),
        Case(testDescription: "H.265 in MP4", coding: closed265, isMP4: true, isH265: true),
    ]

    /// The NAL units of the stream, by a route that shares nothing with the source's.
    private func units(of path: String, _ each: Case) throws -> [[UInt8]] {
        let bytes = try TestMedia.bytes(path)
        return each.isMP4 ? try #require(MP4Track(bytes)).units : AnnexB.units(PESVideo.bytes(bytes))
    }

    @Test(arguments: cases)
    func `a clip holds the stream's NAL units, all of them, in order`(_ each: Case) async throws {
        let scratch = Scratch()
        let path = scratch.file(each.isMP4 ? "a.mp4" : "a.ts")
        try TestMedia.write(each.coding, each.isMP4 ? "mp4mux" : "mpegtsmux", to: path)
        let (source, heard) = try readAll(path)
        #expect(heard.frames.count == 100)
        let clip = try await source.clip(from: .seconds(1.4), to: .seconds(2.6))
        #expect(clip.mediaType == "video/mp4")

        let first = try #require(heard.frames.lastIndex { $0.isKey && $0.time <= .seconds(1.4) })
        let last = try #require(heard.frames.lastIndex { $0.time <= .seconds(2.6) })
        let stream = Essential.units(try units(of: path, each), isH265: each.isH265)
        let perPicture = Essential.slices(stream, isH265: each.isH265).count / 100
        let track = try #require(MP4Track(clip.bytes))
        let seen = Essential.units(track.units, isH265: each.isH265)
        #expect(Essential.slices(seen, isH265: each.isH265).count == (last - first + 1) * perPicture)
        #expect(track.samples.count == last - first + 1)
        let place = try #require(
            stream.indices.first { $0 + seen.count <= stream.count && Array(stream[$0..<$0 + seen.count]) == seen },
            "not a run of the stream's units")
        #expect(Essential.slices(Array(stream[..<place]), isH265: each.isH265).count == first * perPicture)

        // Its tables: where decoding may begin, and the stream's own times.
        #expect(track.keys == heard.frames[first...last].indices.filter { heard.frames[$0].isKey }.map { $0 - first })
        let origin = try #require(track.times.first)
        for (index, frame) in heard.frames[first...last].enumerated() {
            let wanted = frame.time.seconds(since: heard.frames[first].time)
            #expect(abs(track.times[index] - origin - wanted) < 0.001)
        }
        #expect(track.parameterSets.count >= (each.isH265 ? 3 : 2))
        let file = try scratch.write(clip.bytes, "clip.mp4")
        if let decoded = Peer.decodedFrames(file) {
            #expect(decoded.count == last - first + 1)
            #expect(decoded.complaints.isEmpty, "\(decoded.complaints)")
        }
    }

    @Test func `a clip broken off plays as far as it goes`() async throws {
        let scratch = Scratch()
        try TestMedia.write(TestMedia.h264, "mpegtsmux", to: scratch.file("a.ts"))
        let (source, _) = try readAll(scratch.file("a.ts"))
        let clip = try await source.clip(from: .seconds(0), to: .seconds(3.9))
        guard let whole = Peer.decodedFrames(try scratch.write(clip.bytes, "whole.mp4")) else { return }
        let media = try #require(MP4.payload("mdat", clip.bytes)).count
        for share in [0.4, 0.7] {
            let cut = Array(clip.bytes.prefix(clip.bytes.count - Int(Double(media) * (1 - share))))
            let part = try #require(Peer.decodedFrames(try scratch.write(cut, "part.mp4")))
            #expect(Double(part.count) > Double(whole.count) * share * 0.6, "\(part.count) of \(whole.count)")
            #expect(part.count < whole.count)
        }
    }

    /// Access units of a recording, as the ring holds them.
    private func held(_ path: String, _ codec: VideoCodec) throws -> [ClipWriter.Unit] {
        let pipeline = try Pipeline(
            "filesrc name=file ! tsdemux ! \(codec.parser) ! \(codec.accessUnits) ! appsink name=out sync=false")
        try pipeline.element("file").set("location", path)
        try pipeline.play()
        var units: [ClipWriter.Unit] = []
        let sink = try pipeline.appSink("out")
        while let sample = sink.pull(timeout: 5) {
            units.append(
                ClipWriter.Unit(
                    time: try #require(sample.runningTime), isKey: sample.buffer.isKey, byteCount: sample.buffer.count,
                    form: 1,
                    payload: CaptureDesk.Held(buffer: sample.buffer, caps: try #require(sample.caps), codec: codec)))
        }
        return units
    }

    @Test(arguments: [false, true])
    func `as a transport stream it holds the same units, the same way each time`(_ isH265: Bool) throws {
        let scratch = Scratch()
        try TestMedia.write(isH265 ? Self.closed265 : TestMedia.h264, "mpegtsmux", to: scratch.file("a.ts"))
        let units = try held(scratch.file("a.ts"), isH265 ? .h265 : .h264)
        #expect(units.count == 100)
        let clip = try ClipWriter.transportStream(of: units, seconds: 10)
        #expect(clip.mediaType == "video/mp2t" && abs(clip.seconds - 4) < 0.001)
        let stream = AnnexB.units(PESVideo.bytes(try TestMedia.bytes(scratch.file("a.ts"))))
        let seen = AnnexB.units(PESVideo.bytes(clip.bytes))
        #expect(Essential.units(seen, isH265: isH265) == Essential.units(stream, isH265: isH265))
        #expect(try ClipWriter.transportStream(of: units, seconds: 10).bytes == clip.bytes)
        if let decoded = Peer.decodedFrames(try scratch.write(clip.bytes, "clip.ts")) {
            #expect(decoded.count == 100 && decoded.complaints.isEmpty, "\(decoded.complaints)")
        }
    }

    @Test(arguments: [false, true])
    func `as an MP4 it has the same bytes at another time of day`(_ isH265: Bool) throws {
        let scratch = Scratch()
        try TestMedia.write(isH265 ? Self.closed265 : TestMedia.h264, "mpegtsmux", to: scratch.file("a.ts"))
        let units = try held(scratch.file("a.ts"), isH265 ? .h265 : .h264)
        let first = try ClipWriter.mp4(of: units, seconds: 10).bytes
        // The muxer's clock counts whole seconds.
        Thread.sleep(forTimeInterval: 1.1)
        let second = try ClipWriter.mp4(of: units, seconds: 10).bytes
        #expect(first.count == second.count)
        #expect(zip(first, second).enumerated().filter { $1.0 != $1.1 }.map(\.offset) == [])
    }

    @Test func `MPEG-2 goes into a transport stream, picture for picture`() async throws {
        guard VideoCodec(rawValue: "mpeg2") != nil else {
            print("MPEG-2 is not read: its test is passed over")
            return
        }
        let scratch = Scratch()
        guard
            Peer.convert(
                [
                    "-f", "lavfi", "-i", "testsrc=size=320x240:rate=25", "-t", "4", "-c:v", "mpeg2video", "-bf", "2",
                    "-g", "25",
                ]
                    + ["-pix_fmt", "yuv420p", scratch.file("a.ts")])
        else { return }
        let (source, heard) = try readAll(scratch.file("a.ts"))
        let last = try #require(heard.frames.map(\.time).max())
        let clip = try await source.clip(from: .seconds(0), to: last)
        #expect(clip.mediaType == "video/mp2t")
        // Pictures and slices: start codes 00…AF.
        func coded(_ bytes: [UInt8]) -> [[UInt8]] {
            AnnexB.units(PESVideo.bytes(bytes)).filter { $0[0] <= 0xAF }
        }
        let stream = coded(try TestMedia.bytes(scratch.file("a.ts")))
        let seen = coded(clip.bytes)
        #expect(!seen.isEmpty && seen.count == stream.count && seen == stream)
        if let decoded = Peer.decodedFrames(try scratch.write(clip.bytes, "clip.ts")) {
            #expect(decoded.count == heard.frames.count)
        }
        for index in [0, 1, 40, 41, 42, 99] where index < heard.frames.count {
            let picture = try await source.picture(at: heard.frames[index].time)
            #expect(picture.time == heard.frames[index].time && JPEG.size(picture.bytes) == [320, 240])
        }
        let middle = try await source.clip(from: .seconds(1.5), to: .seconds(3))
        let part = coded(middle.bytes)
        #expect(middle.time < .seconds(1.5) && part.count > 100 && part.count < stream.count)
        #expect(Set(part).isSubset(of: Set(stream)))
    }
}
