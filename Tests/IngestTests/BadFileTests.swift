import Foundation
import GStreamer
import Inspection
import Testing

@testable import Ingest

struct BadFileTests {
    @Test(arguments: ["/nonexistent/flight.ts", "/dev/null", "file:///nonexistent/a%20b.mp4"])
    func `a path without a recording is not found`(path: String) throws {
        let (_, heard) = try readAll(path)
        #expect(heard.failure?.kind == .notFound)
        #expect(heard.ends == 0)
    }

    @Test(arguments: [
        "", "rtmp2://x", "udp://host", "udp://host:0", "udp://host:99999", "file://relative", "file:///a%2",
    ])
    func `an address that cannot be read is refused`(text: String) {
        #expect(throws: SourceError.self) { try SourceAddress(text) }
    }

    @Test func `garbage is counted and holds no video`() throws {
        let scratch = Scratch()
        var state: UInt32 = 1
        let bytes = (0..<300_000).map { _ -> UInt8 in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(truncatingIfNeeded: state >> 24)
        }
        let (source, heard) = try readAll(try scratch.write(bytes, "garbage.ts"))
        #expect(heard.failure?.kind == .noVideo)
        #expect(heard.frames.isEmpty)
        #expect((source.counters["skipped_bytes"] ?? 0) > 100_000)
    }

    @Test(arguments: [0, 1, 7, 187, 188, 376])
    func `a file too short for anything holds no video`(count: Int) throws {
        let scratch = Scratch()
        let (_, heard) = try readAll(try scratch.write([UInt8](repeating: 0x47, count: count), "short.ts"))
        #expect(heard.failure?.kind == .noVideo)
    }

    @Test(arguments: [[UInt8]([0, 0, 0, 24]) + Array("ftypisom".utf8), [0x1A, 0x45, 0xDF, 0xA3, 1, 2, 3, 4, 5]])
    func `a container that breaks off at once is an error, not a crash`(head: [UInt8]) throws {
        let scratch = Scratch()
        let (_, heard) = try readAll(try scratch.write(head, "broken.bin"))
        #expect(heard.failure != nil)
        #expect(heard.frames.isEmpty)
    }

    @Test func `metadata without video is delivered, then said to be without video`() throws {
        let scratch = Scratch()
        try TestMedia.writeMetadataOnly(to: scratch.file("klv.ts"))
        let (_, heard) = try readAll(scratch.file("klv.ts"))
        #expect(heard.packets.count == 10)
        #expect(heard.failure?.kind == .noVideo)
        #expect(heard.failure?.description.contains("0x06") == true)
    }

    @Test(arguments: [0.25, 0.5, 0.9])
    func `a transport stream cut short gives what it holds`(fraction: Double) throws {
        let scratch = Scratch()
        try TestMedia.write(TestMedia.h264, "mpegtsmux", to: scratch.file("whole.ts"))
        let whole = try TestMedia.bytes(scratch.file("whole.ts"))
        let cut = Array(whole.prefix(Int(Double(whole.count) * fraction)))
        let (_, heard) = try readAll(try scratch.write(cut, "cut.ts"))
        #expect(heard.failure == nil)
        #expect(heard.ends == 1)
        #expect(heard.frames.count > 5)
        #expect(heard.frames.count < 100)
    }

    @Test func `damage in the middle loses little`() throws {
        let scratch = Scratch()
        try TestMedia.write(TestMedia.h264, "mpegtsmux", to: scratch.file("whole.ts"))
        var bytes = try TestMedia.bytes(scratch.file("whole.ts"))
        let middle = bytes.count / 2
        bytes.removeSubrange(middle..<middle + 1000)
        let (source, heard) = try readAll(try scratch.write(bytes, "hurt.ts"))
        #expect(heard.failure == nil)
        #expect(heard.frames.count >= 90)
        #expect((source.counters["continuity_gaps"] ?? 0) + (source.counters["sync_losses"] ?? 0) > 0)
    }

    @Test func `drops what comes before the first key frame, and counts it`() throws {
        let scratch = Scratch()
        try TestMedia.write(TestMedia.h264, "mpegtsmux", to: scratch.file("whole.ts"))
        let whole = try TestMedia.bytes(scratch.file("whole.ts"))
        // Joined somewhere in the first second, after its key frame.
        let (source, heard) = try readAll(try scratch.write(Array(whole.dropFirst(188 * 60)), "late.ts"))
        #expect(heard.frames.first?.isKey == true)
        #expect(heard.frames.count < 100)
        #expect(heard.frames.count >= 75)
        #expect((source.counters["dropped_frames"] ?? 0) > 0)
    }

    @Test func `names a video coding that is not read`() throws {
        let scratch = Scratch()
        try TestMedia.write(TestMedia.h264, "mpegtsmux", to: scratch.file("whole.ts"))
        let relabelled = ProgramMap.relabelled(try TestMedia.bytes(scratch.file("whole.ts")), from: 0x1B, to: 0xEA)
        _ = try scratch.write(relabelled, "other.ts")
        let (_, heard) = try readAll(scratch.file("other.ts"))
        #expect(heard.failure?.kind == .unknownCodec)
        #expect(heard.failure?.description.contains("VC-1") == true)
        try TestMedia.write("avenc_mpeg4", "mp4mux", to: scratch.file("four.mp4"))
        let (_, other) = try readAll(scratch.file("four.mp4"))
        #expect(other.failure?.kind == .unknownCodec)
    }
}
