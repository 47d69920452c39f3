import Foundation
import GStreamer
import Inspection
import Testing

@testable import Ingest

struct CaptureTests {
    /// A recording read to its end, with its source.
    private func recording(_ scratch: Scratch, _ options: SourceOptions = SourceOptions()) throws -> (
        any VideoSource, Heard
    ) {
        try TestMedia.write(TestMedia.h264, "mpegtsmux", to: scratch.file("a.ts"))
        return try readAll(scratch.file("a.ts"), options)
    }

    /// A decoded picture's luma plane, from a JPEG.
    private func luma(_ jpeg: [UInt8]) throws -> [UInt8] {
        let pipeline = try Pipeline(
            "jpegdec name=in ! videoconvert ! video/x-raw,format=GRAY8 ! appsink name=out sync=false async=false")
        try pipeline.play()
        let pad = try SourcePad(into: "in", of: pipeline, caps: Caps("image/jpeg,width=320,height=240,framerate=25/1"))
        try pad.push(jpeg.span, pts: 0)
        return try #require(pipeline.appSink("out").pull(timeout: 5)).buffer.bytes
    }

    @Test func `gives the very frame asked for, in full size`() async throws {
        let scratch = Scratch()
        let (source, heard) = try recording(scratch)
        // The same pictures, decoded whole by another route.
        let pipeline = try Pipeline(
            """
            filesrc name=file ! tsdemux ! h264parse ! avdec_h264 ! videoconvert ! video/x-raw,format=GRAY8 \
            ! appsink name=out sync=false
            """
        )
        try pipeline.element("file").set("location", scratch.file("a.ts"))
        try pipeline.play()
        var truth: [[UInt8]] = []
        let sink = try pipeline.appSink("out")
        while let sample = sink.pull(timeout: 5) { truth.append(sample.buffer.bytes) }
        #expect(truth.count == 100)
        let shown = heard.frames.map(\.time).sorted()
        for index in [0, 1, 2, 24, 25, 49, 77, 99] {
            let capture = try await source.picture(at: shown[index])
            #expect(capture.mediaType == "image/jpeg")
            #expect(capture.time == shown[index])
            #expect(JPEG.size(capture.bytes) == [320, 240])
            let seen = try luma(capture.bytes)
            #expect(seen.count == 320 * 240)
            // The ball moves each frame: the nearest of the true pictures is the one asked for.
            let best = truth.indices.min { difference(seen, truth[$0]) < difference(seen, truth[$1]) }
            #expect(best == index)
        }
    }

    private func difference(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var sum = 0
        for index in stride(from: 0, to: min(a.count, b.count), by: 7) { sum += abs(Int(a[index]) - Int(b[index])) }
        return sum
    }

    @Test func `takes the nearest frame, and none from far off`() async throws {
        let scratch = Scratch()
        let (source, heard) = try recording(scratch)
        let last = try #require(heard.frames.map(\.time).max())
        #expect(try await source.picture(at: last.advanced(by: 0.3)).time == last)
        for time in [last.advanced(by: 0.6), RunningTime.seconds(-0.6)] {
            await #expect(throws: SourceError.self) { try await source.picture(at: time) }
        }
        do throws(SourceError) {
            _ = try await source.picture(at: .seconds(1000))
            Issue.record("a picture from nowhere")
        } catch {
            #expect(error.kind == .notHeld)
        }
    }

    @Test func `a clip holds the stream's own coded pictures`() async throws {
        let scratch = Scratch()
        let (source, heard) = try recording(scratch)
        let clip = try await source.clip(from: .seconds(1.4), to: .seconds(2.6))
        #expect(clip.mediaType == "video/mp4")
        let boxes = MP4.boxes(clip.bytes).map(\.type)
        #expect(boxes.first == "ftyp")
        let index = try #require(boxes.firstIndex(of: "moov"))
        #expect(index < (try #require(boxes.firstIndex(of: "mdat"))), "the index stands in front: \(boxes)")
        // Coded slices only: types 1 and 5.
        func slices(_ units: [[UInt8]]) -> [[UInt8]] { units.filter { [1, 5].contains($0[0] & 0x1F) } }
        let seen = slices(MP4.units(try #require(MP4.payload("mdat", clip.bytes))))
        let raw = Pipe264(path: scratch.file("a.ts"))
        let all = slices(AnnexB.units(try raw.bytes()))
        let keys = heard.frames.filter(\.isKey).map(\.time)
        let start = try #require(keys.last { $0 <= .seconds(1.4) })
        #expect(clip.time == start)
        let first = try #require(heard.frames.firstIndex { $0.time == start })
        let last = try #require(heard.frames.lastIndex { $0.time <= .seconds(2.6) })
        #expect(all.count % 100 == 0)
        let each = all.count / 100
        #expect(seen.count == (last - first + 1) * each)
        // Trailing zero bytes are no part of a NAL unit in Annex B.
        #expect(seen.map(trimmed) == Array(all[first * each..<(last + 1) * each]).map(trimmed))
        #expect(abs(clip.seconds - Double(last - first + 1) * 0.04) < 0.05)
    }

    private func trimmed(_ unit: [UInt8]) -> [UInt8] { Array(unit[..<((unit.lastIndex { $0 != 0 } ?? -1) + 1)]) }

    @Test func `a clip plays back with the stream's own times`() async throws {
        let scratch = Scratch()
        let (source, _) = try recording(scratch)
        let clip = try await source.clip(from: .seconds(1), to: .seconds(4))
        let (_, again) = try readAll(try scratch.write(clip.bytes, "clip.mp4"))
        #expect(again.failure == nil)
        let times = again.frames.map(\.time).sorted()
        #expect(times.count >= 75)
        for (a, b) in zip(times, times.dropFirst()) { #expect(abs(b.seconds(since: a) - 0.04) < 0.0011) }
        #expect(again.frames.first?.isKey == true)
    }

    @Test func `asks outside the ring are told so`() async throws {
        let scratch = Scratch()
        var options = SourceOptions()
        options.prerollSeconds = 1
        let (source, heard) = try recording(scratch, options)
        let last = try #require(heard.frames.map(\.time).max())
        _ = try await source.picture(at: last)
        for (start, end) in [(0.0, 0.5), (100.0, 101.0), (2.0, 1.0)] {
            do throws(SourceError) {
                _ = try await source.clip(from: .seconds(start), to: .seconds(end))
                Issue.record("a clip from nowhere")
            } catch {
                #expect(error.kind == .notHeld)
            }
        }
        await #expect(throws: SourceError.self) { try await source.picture(at: .seconds(0)) }
    }

    @Test func `serves captures while its receiver holds the source up`() async throws {
        let scratch = Scratch()
        try TestMedia.write(TestMedia.h264, "mpegtsmux", to: scratch.file("a.ts"))
        let source = try makeSource(
            name: TestMedia.name, location: scratch.file("a.ts"), options: SourceOptions(), clock: SystemClock())
        let gate = DispatchSemaphore(value: 0)
        let arrived = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            var count = 0
            try? source.run { event in
                guard case .frame = event else { return }
                count += 1
                if count == 30 {
                    arrived.signal()
                    gate.wait()
                }
            }
            arrived.signal()
        }
        await blocking { arrived.wait() }
        let picture = try await source.picture(at: .seconds(1))
        #expect(JPEG.size(picture.bytes) == [320, 240])
        let clip = try await source.clip(from: .seconds(0), to: .seconds(0.9))
        #expect(!clip.bytes.isEmpty)
        await #expect(throws: SourceError.self) { try await source.clip(from: .seconds(0), to: .seconds(3)) }
        gate.signal()
        await blocking { arrived.wait() }
        #expect(!(try await source.clip(from: .seconds(0), to: .seconds(3))).bytes.isEmpty)
    }

    private func blocking(_ work: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { (waiter: CheckedContinuation<Void, Never>) in
            Thread.detachNewThread {
                work()
                waiter.resume()
            }
        }
    }

    @Test func `many captures at once leave nothing behind`() async throws {
        let scratch = Scratch()
        let (source, heard) = try recording(scratch)
        func files() -> Int { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0 }
        _ = try await source.clip(from: .seconds(1), to: .seconds(2))
        let before = files()
        await withTaskGroup(of: Bool.self) { group in
            for index in 0..<12 {
                let time = heard.frames[index * 8].time
                group.addTask { (try? await source.picture(at: time)) != nil }
            }
            for await done in group { #expect(done) }
        }
        for _ in 0..<12 { _ = try await source.clip(from: .seconds(1), to: .seconds(2)) }
        let limit = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < limit, files() > before + 6 { try await Task.sleep(for: .milliseconds(50)) }
        #expect(files() <= before + 6)
    }
}

/// The H.264 elementary stream of a transport stream, by another route than the source's.
struct Pipe264 {
    var path: String

    func bytes() throws -> [UInt8] {
        let pipeline = try Pipeline(
            """
            filesrc name=file ! tsdemux ! h264parse ! video/x-h264,stream-format=byte-stream \
            ! appsink name=out sync=false
            """
        )
        try pipeline.element("file").set("location", path)
        try pipeline.play()
        var all: [UInt8] = []
        let sink = try pipeline.appSink("out")
        while let sample = sink.pull(timeout: 5) { all += sample.buffer.bytes }
        return all
    }
}
