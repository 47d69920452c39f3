import Foundation
import GStreamer
import Inspection
import Testing

@testable import Ingest

/// The metadata beside a clip.
struct CapturePacketTests {
    private func packet(_ index: Int) -> [UInt8] {
        [0x06, 0x0E, 0x2B, 0x34, 0x02, 0x0B, 0x01, 0x01, 0x0E, 0x01, 0x03, 0x01, 0x01, 0, 0, 0, 2]
            + [UInt8(index >> 8), UInt8(index & 0xFF)]
    }

    /// Four seconds of video with ten packets a second.
    private func write(_ path: String) throws {
        let pipeline = try Pipeline(
            """
            mpegtsmux name=mux ! filesink name=file \(TestMedia.picture) ! \(TestMedia.h264) ! mux. \
            appsrc name=klv max-bytes=0 ! mux.
            """)
        try pipeline.element("file").set("location", path)
        let klv = try pipeline.appSource("klv")
        klv.setCaps(try Caps("meta/x-klv,parsed=true"))
        try pipeline.play()
        for index in 0..<40 { try klv.push(packet(index), pts: UInt64(index) * 100_000_000 + 5_000_000) }
        try klv.endOfStream()
        try pipeline.awaitEndOfStream(timeout: 20)
    }

    @Test func `a clip brings the packets of its span, as they came`() async throws {
        let scratch = Scratch()
        try write(scratch.file("a.ts"))
        let (source, heard) = try readAll(scratch.file("a.ts"))
        #expect(heard.packets.count == 40)
        let clip = try await source.clip(from: .seconds(1.4), to: .seconds(2.6))
        let last = try #require(heard.frames.map(\.time).filter { $0 <= .seconds(2.6) }.max())
        let wanted = heard.packets.filter { packet in packet.time.map { $0 >= clip.time && $0 <= last } ?? false }
        #expect(clip.time == .seconds(1) && (14...18).contains(wanted.count), "\(wanted.count)")
        #expect(clip.metadata == wanted.flatMap(\.bytes))
        let picture = try await source.picture(at: .seconds(2))
        #expect(picture.metadata.isEmpty)
    }

    @Test func `a clip of a stream without metadata has none`() async throws {
        let scratch = Scratch()
        try TestMedia.write(TestMedia.h264, "mpegtsmux", to: scratch.file("a.ts"))
        let (source, _) = try readAll(scratch.file("a.ts"))
        #expect(try await source.clip(from: .seconds(1), to: .seconds(2)).metadata.isEmpty)
    }

    @Test func `packets beyond the bounds go, oldest first`() {
        var roll = PacketRoll(seconds: 5, bytes: 1 << 20)
        for second in 0..<100 {
            roll.append(
                .init(time: Int64(second) * 1_000_000_000, bytes: [UInt8(second)]),
                newest: Int64(second) * 1_000_000_000)
        }
        #expect(roll.count == 21)
        #expect(roll.items(from: 0, to: .max).first?.bytes == [79])
        #expect(roll.items(from: 90_000_000_000, to: 92_000_000_000).map(\.bytes) == [[90], [91], [92]])
        #expect(roll.items(from: 92_000_000_000, to: 90_000_000_000).isEmpty)

        var small = PacketRoll(seconds: 1000, bytes: 10_000)
        for index in 0..<5000 {
            small.append(.init(time: Int64(index), bytes: [UInt8](repeating: 1, count: 36)), newest: Int64(index))
            #expect(small.bytes <= 10_000)
        }
        #expect(small.count == 100)
        #expect(small.items(from: .min, to: .max).map(\.time) == Array(4900..<5000).map { Int64($0) })
        small.append(.init(time: 5000, bytes: [UInt8](repeating: 1, count: 20_000)), newest: 5000)
        #expect(small.count == 100, "one that is larger than all is not held")
    }

    @Test func `no time traps or drives the others out`() {
        var roll = PacketRoll(seconds: 5, bytes: 1 << 20)
        for time in [0, Int64.max, .min, 1] { roll.append(.init(time: time, bytes: [1]), newest: 0) }
        #expect(roll.items(from: 0, to: 1).count == 2)
        for newest in [Int64.min, .max, 0] { roll.append(.init(time: 0, bytes: [1]), newest: newest) }
        #expect(roll.count <= 7)
    }
}
