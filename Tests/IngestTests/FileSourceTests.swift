import Foundation
import GStreamer
import Inspection
import Testing

@testable import Ingest

struct FileSourceTests {
    @Test func `pairs every frame of a real recording with its packet by time`() throws {
        guard let path = TestMedia.sample("osh_uas.ts") else { return }
        let (source, heard) = try readAll(path)
        #expect(heard.failure == nil)
        #expect(heard.frames.count == 277)
        #expect(heard.packets.count == 277)
        #expect(Set(heard.frames.map(\.time)) == Set(heard.packets.compactMap(\.time)))
        #expect(Set(heard.frames.map(\.ptsMicroseconds)) == Set(heard.packets.map(\.ptsMicroseconds)))
        #expect(heard.descriptions.count == 1)
        #expect(heard.descriptions.first?.width == 640)
        #expect(heard.descriptions.first?.height == 480)
        #expect(heard.frames.first?.isKey == true)
        #expect(heard.ends == 1)
        #expect(source.counters["frames"] == 277)
        // Metadata stays within half a second of the video around it.
        #expect(heard.packets.allSatisfy { $0.pid != nil && $0.bytes.starts(with: [6, 14, 43, 52]) })
    }

    @Test(arguments: [
        ("synth_drone_klv.ts", true), ("synth_drone_klv_nopts.ts", false), ("synth_drone_klv_sync15.ts", true),
    ])
    func `reads asynchronous, untimed and synchronous metadata alike`(name: String, isTimed: Bool) throws {
        guard let path = TestMedia.sample(name), let raw = TestMedia.sample("synth_drone_klv.ts.klv") else { return }
        let (_, heard) = try readAll(path)
        #expect(heard.frames.count == 250)
        #expect(heard.packets.count == 100)
        #expect(heard.packets.flatMap(\.bytes) == (try TestMedia.bytes(raw)))
        #expect(heard.packets.allSatisfy { ($0.time != nil) == isTimed })
        if isTimed {
            let first = try #require(heard.packets.first?.time)
            for (index, packet) in heard.packets.enumerated() {
                let at = try #require(packet.time).seconds(since: first)
                #expect(abs(at - Double(index) * 0.1) < 0.0001)
            }
        }
    }

    @Test func `goes on where two recordings were joined`() throws {
        guard let path = TestMedia.sample("osh_uas.ts") else { return }
        let scratch = Scratch()
        let bytes = try TestMedia.bytes(path)
        let (source, heard) = try readAll(try scratch.write(bytes + bytes, "twice.ts"))
        #expect(heard.frames.count == 554)
        let times = heard.frames.map(\.time)
        #expect(times == times.sorted())
        // A packet whose continuity counter repeats over the seam counts as a duplicate.
        #expect(Int64(heard.packets.count) == 554 - (source.counters["duplicate_packets"] ?? 0))
        #expect(heard.packets.allSatisfy { $0.time.map(Set(times).contains) == true })
        #expect(source.counters["time_jumps"] == 1, "\(source.counters)")
    }

    @Test func `reads the same events in the same order each time`() throws {
        let scratch = Scratch()
        try TestMedia.write(TestMedia.h264, "mpegtsmux", to: scratch.file("a.ts"))
        let first = try readAll(scratch.file("a.ts")).1
        let second = try readAll(scratch.file("a.ts")).1
        #expect(
            first.frames.map { [Int64($0.index), $0.time.nanoseconds] }
                == second.frames.map { [Int64($0.index), $0.time.nanoseconds] })
        #expect(first.descriptions == second.descriptions)
    }

    @Test(arguments: ["mpegtsmux", "mp4mux", "matroskamux"])
    func `delivers every frame of a made-up H.264 recording`(muxer: String) throws {
        let scratch = Scratch()
        let path = scratch.file("made.bin")
        switch muxer {
        case "mp4mux": try TestMedia.write(TestMedia.h264, "mp4mux", to: path)
        case "matroskamux": try TestMedia.write(TestMedia.h264, "matroskamux", to: path)
        default: try TestMedia.write(TestMedia.h264, "mpegtsmux", to: path)
        }
        let (_, heard) = try readAll(path)
        #expect(heard.failure == nil)
        #expect(heard.frames.count == 100)
        #expect(heard.frames.map(\.index) == Array(0..<100))
        #expect(heard.frames.filter(\.isKey).count == 4)
        let times = heard.frames.map(\.time).sorted()
        for (a, b) in zip(times, times.dropFirst()) { #expect(abs(b.seconds(since: a) - 0.04) < 0.0011) }
        #expect(heard.frames.map(\.time) != times, "B-frames come in decoding order")
        let form = try #require(heard.descriptions.first)
        #expect((form.codec, form.width, form.height) == ("h264", 320, 240))
        #expect(try #require(form.content).hasPrefix("file:\(try TestMedia.bytes(path).count):"))
    }

    @Test(arguments: ["mp4mux", "matroskamux"])
    func `frames of a container have its presentation times`(muxer: String) throws {
        let scratch = Scratch()
        let path = scratch.file("made.bin")
        if muxer == "mp4mux" {
            try TestMedia.write(TestMedia.h264, "mp4mux", to: path)
        } else {
            try TestMedia.write(TestMedia.h264, "matroskamux", to: path)
        }
        let (_, heard) = try readAll(path)
        let shown = heard.frames.compactMap(\.ptsMicroseconds).sorted()
        #expect(shown.count == 100)
        for (a, b) in zip(shown, shown.dropFirst()) { #expect(abs(b - a - 40_000) <= 1000) }
    }

    @Test(arguments: ["mpegtsmux", "mp4mux"])
    func `reads H.265`(muxer: String) async throws {
        guard Library.has("x265enc") else { return print("x265enc is absent: H.265 is passed over") }
        let scratch = Scratch()
        let path = scratch.file("made.bin")
        if muxer == "mp4mux" {
            try TestMedia.write(TestMedia.h265, "mp4mux", to: path)
        } else {
            try TestMedia.write(TestMedia.h265, "mpegtsmux", to: path)
        }
        let (source, heard) = try readAll(path)
        #expect(heard.failure == nil)
        #expect(heard.frames.count == 100)
        #expect(heard.descriptions.map(\.codec) == ["h265"])
        let picture = try await source.picture(at: heard.frames[60].time)
        #expect(JPEG.size(picture.bytes) == [320, 240])
        let clip = try await source.clip(from: .seconds(1.2), to: .seconds(2))
        #expect(MP4.payload("mdat", clip.bytes)?.isEmpty == false)
    }

    @Test(arguments: [SourceOptions.DecodePolicy.all, .keyframes])
    func `decodes what the policy says`(policy: SourceOptions.DecodePolicy) throws {
        let scratch = Scratch()
        for path in [scratch.file("a.ts"), scratch.file("a.mp4")] {
            try TestMedia.write(TestMedia.h264, path.hasSuffix("ts") ? "mpegtsmux" : "mp4mux", to: path)
            var options = SourceOptions()
            options.decode = policy
            let (source, heard) = try readAll(path, options)
            #expect(heard.frames.count == 100)
            #expect(source.counters["decoded_frames"] == (policy == .all ? 100 : 4), "\(path)")
        }
    }

    @Test func `paces a recording when told to`() throws {
        let scratch = Scratch()
        try TestMedia.write(TestMedia.h264, "mpegtsmux", to: scratch.file("a.ts"))
        var options = SourceOptions()
        options.isPaced = true
        let listener = Listener(
            try makeSource(name: TestMedia.name, location: scratch.file("a.ts"), options: options, clock: SystemClock())
        )
        #expect(listener.wait(5) { $0.frames.count >= 10 })
        Thread.sleep(forTimeInterval: 0.4)
        #expect(listener.heard.frames.count < 40)
        let begin = Date()
        listener.source.stop()
        #expect(listener.waitUntilDone(1))
        #expect(Date().timeIntervalSince(begin) < 1)
        #expect(listener.heard.ends == 1)
        #expect(listener.heard.failure == nil)
    }
}
