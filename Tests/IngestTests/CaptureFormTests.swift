import Foundation
import GStreamer
import Inspection
import Testing

@testable import Ingest

/// Pictures where decoding is not simple: open groups of pictures, a change of size, both ends of a stream.
struct CaptureFormTests {
    private static let open264: LaunchDescription = """
        x264enc key-int-max=26 bframes=3 b-adapt=false speed-preset=ultrafast option-string=open-gop=1:keyint=26:min-keyint=26:scenecut=0 \
        ! h264parse
        """
    private static let open265: LaunchDescription = """
        x265enc key-int-max=26 speed-preset=ultrafast \
        option-string=open-gop=1:min-keyint=26:bframes=3:b-adapt=0:scenecut=0 ! h265parse
        """

    private func luma(_ jpeg: [UInt8]) throws -> [UInt8] {
        let pipeline = try Pipeline(
            "jpegdec name=in ! videoconvert ! video/x-raw,format=GRAY8 ! appsink name=out sync=false async=false")
        try pipeline.play()
        let pad = try SourcePad(into: "in", of: pipeline, caps: Caps("image/jpeg"))
        try pad.push(jpeg.span, pts: 0)
        return try #require(pipeline.appSink("out").pull(timeout: 5)).buffer.bytes
    }

    private func difference(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var sum = 0
        for index in stride(from: 0, to: min(a.count, b.count), by: 5) { sum += abs(Int(a[index]) - Int(b[index])) }
        return sum
    }

    @Test(arguments: [false, true])
    func `the very frame of an open group of pictures, undamaged`(_ isH265: Bool) async throws {
        let scratch = Scratch()
        try TestMedia.write(isH265 ? Self.open265 : Self.open264, "mpegtsmux", to: scratch.file("a.ts"))
        let (source, heard) = try readAll(scratch.file("a.ts"))
        let codec: LaunchDescription = isH265 ? "h265parse ! avdec_h265" : "h264parse ! avdec_h264"
        let pipeline = try Pipeline(
            """
            filesrc name=file ! tsdemux ! \(codec) ! videoconvert ! video/x-raw,format=GRAY8 \
            ! appsink name=out sync=false
            """)
        try pipeline.element("file").set("location", scratch.file("a.ts"))
        try pipeline.play()
        var truth: [[UInt8]] = []
        let sink = try pipeline.appSink("out")
        while let sample = sink.pull(timeout: 5) { truth.append(sample.buffer.bytes) }
        #expect(truth.count == 100)
        let shown = heard.frames.map(\.time).sorted()
        try #require(shown.count == 100)
        // Leading pictures: shown before the key frame that they follow.
        var key = heard.frames[0].time
        var leading: [RunningTime] = []
        for frame in heard.frames {
            if frame.isKey { key = frame.time } else if frame.time < key { leading.append(frame.time) }
        }
        #expect(leading.count >= 3, "no open group: \(heard.frames.count { $0.isKey }) keys")
        for time in Set(leading + [shown[0], shown[1], shown[98], shown[99]]) {
            let capture = try await source.picture(at: time)
            #expect(capture.time == time)
            let seen = try luma(capture.bytes)
            let best = try #require(truth.indices.min { difference(seen, truth[$0]) < difference(seen, truth[$1]) })
            #expect(shown[best] == time)
            // A picture whose references were missing would be far off somewhere.
            let worst = zip(seen, truth[best]).map { abs(Int($0) - Int($1)) }.max() ?? 255
            #expect(worst < 40, "\(time.seconds) s: \(worst)")
        }
        // A clip leaves out the leading pictures of its first key frame, whose references it does not have.
        let clip = try await source.clip(from: .seconds(1.5), to: .seconds(3))
        let kept = heard.frames.filter { $0.time >= clip.time && $0.time <= .seconds(3) }
        if let decoded = Peer.decodedFrames(try scratch.write(clip.bytes, "clip.mp4")) {
            #expect(abs(decoded.count - kept.count) <= 3)
            // The first picture's marking commands speak of pictures before the clip: harmless.
            let complaints = decoded.complaints.split(separator: "\n").filter {
                !$0.hasSuffix("mmco: unref short failure")
            }
            #expect(complaints.isEmpty, "\(complaints)")
        }
    }

    /// Two seconds of one size, then two of another, as one stream.
    private func changing(_ scratch: Scratch) throws -> String {
        var whole: [UInt8] = []
        let sizes: [LaunchDescription] = ["width=320,height=240", "width=640,height=360"]
        for (index, size) in sizes.enumerated() {
            let part = scratch.file("\(index).ts")
            let pipeline = try Pipeline(
                """
                videotestsrc num-buffers=50 pattern=ball ! video/x-raw,format=I420,framerate=25/1,\(size) \
                ! \(TestMedia.h264) ! mpegtsmux ! filesink name=file
                """)
            try pipeline.element("file").set("location", part)
            try pipeline.play()
            try pipeline.awaitEndOfStream(timeout: 20)
            whole += try TestMedia.bytes(part)
        }
        return try scratch.write(whole, "a.ts")
    }

    @Test func `pictures and clips keep to one size where the stream changes it`() async throws {
        let scratch = Scratch()
        let (source, heard) = try readAll(try changing(scratch))
        #expect(heard.descriptions.map(\.width) == [320, 640])
        try #require(heard.frames.count == 100)
        for index in [0, 1, 48, 49, 50, 51, 98, 99] {
            let frame = heard.frames[index]
            let capture = try await source.picture(at: frame.time)
            #expect(capture.time == frame.time)
            #expect(JPEG.size(capture.bytes) == (index < 50 ? [320, 240] : [640, 360]), "frame \(index)")
            #expect(JPEG.size(try #require(capture.thumbnail)) == (index < 50 ? [320, 240] : [480, 270]))
        }
        let times = heard.frames.map(\.time)
        let end = try #require(times.max())
        for (start, stop, isSecond) in [
            (times[0], times[60], false), (times[40], end, true), (times[0], times[20], false), (times[60], end, true),
        ] {
            let clip = try await source.clip(from: start, to: stop)
            #expect((clip.time >= times[50].advanced(by: -0.1)) == isSecond)
            if let decoded = Peer.decodedFrames(try scratch.write(clip.bytes, "clip.mp4")) {
                #expect(decoded.count > 15 && decoded.complaints.isEmpty, "\(decoded.count) \(decoded.complaints)")
            }
        }
    }

    @Test func `a thumbnail is the same picture, small`() async throws {
        let scratch = Scratch()
        let (source, heard) = try readAll(try changing(scratch))
        let capture = try await source.picture(at: heard.frames[80].time)
        let small = try #require(capture.thumbnail)
        #expect(small.count < capture.bytes.count)
        let thumbnail = try luma(small)
        let whole = try luma(capture.bytes)
        try #require(thumbnail.count == 480 * 270 && whole.count == 640 * 360)
        func mean(_ picture: [UInt8], _ width: Int, _ height: Int, _ column: Int, _ row: Int) -> Int {
            var sum = 0
            var count = 0
            for y in height * row / 4..<height * (row + 1) / 4 {
                for x in width * column / 4..<width * (column + 1) / 4 {
                    sum += Int(picture[y * width + x])
                    count += 1
                }
            }
            return sum / max(count, 1)
        }
        for cell in 0..<16 {
            let near = mean(thumbnail, 480, 270, cell % 4, cell / 4) - mean(whole, 640, 360, cell % 4, cell / 4)
            #expect(abs(near) <= 3)
        }
    }

    @Test(arguments: [
        (1920, 1080, 480, 270), (1080, 1920, 270, 480), (3840, 2160, 480, 270), (320, 240, 320, 240),
        (480, 480, 480, 480),
        (481, 1, 480, 1), (16_384, 2, 480, 1), (720, 576, 480, 384), (0, 0, 1, 1), (-5, 900, 1, 480),
    ])
    func `a thumbnail keeps the shape`(_ width: Int, _ height: Int, _ wide: Int, _ high: Int) {
        let size = Thumbnail.size(width: width, height: height)
        #expect(size.width == wide && size.height == high)
    }

    @Test func `a failing capture leaves the source and later captures alone`() async throws {
        let scratch = Scratch()
        try TestMedia.write(TestMedia.h264, "mpegtsmux", to: scratch.file("a.ts"))
        var options = SourceOptions()
        options.captureSeconds = 0
        let (hasty, heard) = try readAll(scratch.file("a.ts"), options)
        #expect(heard.failure == nil && heard.frames.count == 100)
        for _ in 0..<20 {
            do throws(SourceError) {
                _ = try await hasty.picture(at: heard.frames[50].time)
                Issue.record("a picture in no time")
            } catch {
                #expect(error.kind == .failed)
            }
            await #expect(throws: SourceError.self) { try await hasty.clip(from: .seconds(1), to: .seconds(2)) }
        }
    }
}
