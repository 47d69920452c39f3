import Foundation
import GStreamer
import Inspection
import Synchronization
import Testing

@testable import Ingest

struct BadTimeTests {
    private static func film(_ scratch: Scratch) throws -> [UInt8] {
        try TestMedia.write(
            "x264enc key-int-max=25 speed-preset=ultrafast bframes=0 ! h264parse", "mpegtsmux",
            to: scratch.file("whole.ts"))
        return try TestMedia.bytes(scratch.file("whole.ts"))
    }

    private static func read(_ bytes: [UInt8], _ scratch: Scratch) throws -> (any VideoSource, Heard) {
        try readAll(try scratch.write(bytes, "changed.ts"))
    }

    @Test func `the wrap of the clock after 26.5 hours is no jump`() throws {
        let scratch = Scratch()
        let bytes = StreamEdit.times(try Self.film(scratch)) { _, index in (1 << 33) - 180_000 + Int64(index) * 3600 }
        let (source, heard) = try Self.read(bytes, scratch)
        #expect(heard.frames.count == 100)
        #expect(heard.frames.map(\.time) == heard.frames.map(\.time).sorted())
        #expect(source.counters["time_jumps"] ?? 0 == 0)
        let raw = heard.frames.compactMap(\.ptsMicroseconds)
        #expect(zip(raw, raw.dropFirst()).allSatisfy { $1 - $0 == 40_000 })
        #expect((raw.last ?? 0) > (1 << 33) / 9 * 100)
    }

    @Test(arguments: [-30, -2, 11, 3600, 90_000] as [Int64])
    func `a clock that jumps in the middle loses no frame, and is counted`(seconds: Int64) throws {
        let scratch = Scratch()
        let bytes = StreamEdit.times(try Self.film(scratch)) { _, index in
            1_000_000_000 + Int64(index) * 3600 + (index < 50 ? 0 : seconds * 90_000)
        }
        let (source, heard) = try Self.read(bytes, scratch)
        #expect(heard.frames.count == 100)
        #expect(source.counters["time_jumps"] == 1)
        let times = heard.frames.map(\.time.nanoseconds)
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 == 40_000_000 })
    }

    @Test func `times that lie about the rate are taken, in order`() throws {
        let scratch = Scratch()
        let bytes = StreamEdit.times(try Self.film(scratch)) { _, index in 900_000 + Int64(index) }
        let (_, heard) = try Self.read(bytes, scratch)
        #expect(heard.frames.count == 100)
        #expect(heard.frames.map(\.time) == heard.frames.map(\.time).sorted())
    }

    @Test(arguments: [2, 1])
    func `frames without a time follow the one before`(every: Int) throws {
        let scratch = Scratch()
        let bytes = StreamEdit.times(try Self.film(scratch)) { ticks, index in
            index % every == 0 && index > 0 ? nil : ticks
        }
        let (source, heard) = try Self.read(bytes, scratch)
        #expect(heard.frames.count == 100)
        #expect((source.counters["units_without_time"] ?? 0) == (every == 2 ? 49 : 99))
        #expect(heard.frames.map(\.time) == heard.frames.map(\.time).sorted())
        let length = try #require(heard.frames.last?.time).seconds(since: heard.frames[0].time)
        #expect(abs(length - 3.96) < 0.1)
    }

    @Test(arguments: [(4, 0), (0, 16)])
    func `packets with a time before or parity behind are read`(before: Int, behind: Int) throws {
        let scratch = Scratch()
        let bytes = StreamEdit.padded(try Self.film(scratch), before: before, behind: behind)
        #expect(try Self.read(bytes, scratch).1.frames.count == 100)
    }

    @Test func `video without parameter sets is no video, and counted`() throws {
        let scratch = Scratch()
        let (_, heard) = try Self.read(StreamEdit.withoutParameterSets(try Self.film(scratch)), scratch)
        #expect(heard.frames.isEmpty)
        #expect(heard.failure?.kind == .noVideo)
    }

    @Test func `a sender that loops goes on in time`() throws {
        let scratch = Scratch()
        let film = try Self.film(scratch)

        let (source, heard) = try Self.read((0..<20).flatMap { _ in film }, scratch)
        #expect(heard.frames.count >= 1_960)
        #expect(heard.frames.map(\.time) == heard.frames.map(\.time).sorted())
        #expect(source.counters["time_jumps"] == 19)
    }

    // MARK: The gateway's own clock

    /// Steps an hour on, and an hour back behind where it began.
    private final class SteppingClock: Clock {
        private let calls = Mutex(0)
        var utc: UTCTime {
            let count = calls.withLock { calls in
                calls += 1
                return calls
            }
            let step: Int64 = count % 20 < 7 ? 0 : count % 20 < 14 ? 3_600_000_000 : -3_600_000_000
            return UTCTime(microseconds: 1_780_000_000_000_000 + step)
        }
        var monotonicNanoseconds: Int64 { Int64(clamping: DispatchTime.now().uptimeNanoseconds) }
    }

    private final class PieceReader: LiveReader {
        var pieces: [[UInt8]]
        init(_ pieces: [[UInt8]]) { self.pieces = pieces }
        func next(timeout seconds: Double) throws(GStreamerError) -> LiveItem? {
            pieces.isEmpty ? .endOfStream(isFinal: true) : .transport(pieces.removeFirst())
        }
        func close() {}
    }

    @Test func `a wall clock that steps an hour either way loses and doubles nothing of a live stream`() throws {
        let scratch = Scratch()
        let film = try Self.film(scratch)
        var runs: [[Int64]] = []
        for clock in [SystemClock(), SteppingClock()] as [any Clock] {
            let counters = Counters()
            let desk = CaptureDesk(source: "test", options: SourceOptions())
            var link = LiveLink(
                LiveManner(), what: "test", flow: FrameFlow(desk: desk, counters: counters, content: nil), clock: clock,
                options: SourceOptions(), counters: counters)
            var frames: [Frame] = []
            let pieces = stride(from: 0, to: film.count, by: 1316).map { Array(film[$0..<min($0 + 1316, film.count)]) }
            link.lifecycle.connect(now: clock.monotonicNanoseconds)
            try link.read(PieceReader(pieces), StopSignal(), poll: 0.01) { event in
                if case .frame(let frame) = event { frames.append(frame) }
            }
            desk.end()
            #expect(frames.map(\.index) == Array(0..<100))
            runs.append(frames.map(\.time.nanoseconds))
        }
        #expect(runs[0] == runs[1])
    }
}
