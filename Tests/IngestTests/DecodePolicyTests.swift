import Foundation
import GStreamer
import Inspection
import Synchronization
import Testing

@testable import Ingest

/// Notes what it is shown.
private final class Viewer: PictureLooker {
    struct Seen: Sendable, Hashable {
        var milliseconds: Int64
        var width: Int
        var mean: Int
    }

    let seen = Mutex<[Seen]>([])

    func look(at picture: DecodedPicture) {
        let mean =
            picture.sample.withLuma { bytes, form in
                var sum = 0
                for row in 0..<form.height { for x in 0..<form.width { sum += Int(bytes[row * form.stride + x]) } }
                return sum / (form.width * form.height)
            } ?? -1
        seen.withLock {
            $0.append(
                Seen(
                    milliseconds: picture.time.nanoseconds / 1_000_000, width: picture.sample.caps?.width ?? 0,
                    mean: mean))
        }
    }
}

@Suite struct DecodePolicyTests {
    private func options(_ policy: SourceOptions.DecodePolicy, measures: Bool = true) -> SourceOptions {
        var options = SourceOptions()
        options.decode = policy
        options.measuresPictures = measures
        options.decoders = .software
        return options
    }

    /// Four seconds at 25 a second: black, then white from the third second on. A key frame each second.
    private func write(_ coding: LaunchDescription, _ muxer: LaunchDescription, to path: String) throws {
        let pipeline = try Pipeline("appsrc name=in ! \(coding) ! \(muxer) ! filesink name=file")
        try pipeline.element("file").set("location", path)
        let source = try pipeline.appSource("in")
        try source.setBackpressure(.unbounded)
        // An even width whose rows are padded, but for the MPEG-2 encoder, which wants whole macroblocks.
        let isPadded = !coding.description.contains("mpeg2enc")
        source.setCaps(
            try isPadded
                ? Caps("video/x-raw,format=I420,width=322,height=242,framerate=25/1")
                : Caps("video/x-raw,format=I420,width=320,height=240,framerate=25/1"))
        try pipeline.play()
        for index in 0..<UInt64(100) {
            // Rows are padded to four bytes.
            let luma = [UInt8](repeating: index < 50 ? 16 : 235, count: isPadded ? 324 * 242 : 320 * 240)
            let chroma = [UInt8](repeating: 128, count: isPadded ? 2 * 164 * 121 : 2 * 160 * 120)
            try source.push(luma + chroma, pts: index * 40_000_000, duration: 40_000_000)
        }
        try source.endOfStream()
        try pipeline.awaitEndOfStream(timeout: 30)
    }

    @Test func `the default follows from what the rules ask for`() {
        #expect(SourceOptions.DecodePolicy.fitting(asksForPictures: false) == .onDemand)
        #expect(SourceOptions.DecodePolicy.fitting(asksForPictures: true) == .sampled)
    }

    private static let codings: [(coding: LaunchDescription, muxer: LaunchDescription, file: String)] = [
        ("\(TestMedia.h264)", "mpegtsmux", "a.ts"), ("\(TestMedia.h264)", "mp4mux", "a.mp4"),
        ("\(TestMedia.h265)", "mpegtsmux", "b.ts"),
        (
            "mpeg2enc min-gop-size=25 max-gop-size=25 sequence-header-every-gop=true bitrate=2000 ! mpegvideoparse",
            "mpegtsmux", "c.ts"
        ),
    ]

    @Test(arguments: codings.indices) func `every frame carries what was measured of its own picture`(index: Int) throws
    {
        let (coding, muxer, file) = Self.codings[index]
        let scratch = Scratch()
        try write(coding, muxer, to: scratch.file(file))
        let (source, heard) = try readAll(scratch.file(file), options(.all))
        #expect(heard.failure == nil)
        #expect(heard.frames.count == 100 && source.counters["decoded_frames"] == 100, "\(source.counters)")
        for frame in heard.frames {
            let picture = try #require(frame.picture, "\(frame.index) \(frame.time)")
            let isWhite = frame.time.seconds >= 1.99
            #expect(abs(picture.luma - (isWhite ? 1 : 0)) < 0.02, "\(frame.time) \(picture)")
        }
        // By time: one change of picture, everything else still.
        let moved = heard.frames.filter { ($0.picture?.motion ?? 0) > 0.5 }
        #expect(moved.map { ($0.time.seconds * 25).rounded() } == [50])
        #expect(heard.frames.filter { $0.picture?.motion == nil }.count == 1)
        let again = try readAll(scratch.file(file), options(.all)).1
        #expect(again.frames.map(\.picture) == heard.frames.map(\.picture))
        #expect(heard.frames.map(\.index) == Array(0..<100))
    }

    @Test(arguments: codings.indices) func `a sampled file is measured twice a second`(index: Int) throws {
        let (coding, muxer, file) = Self.codings[index]
        let scratch = Scratch()
        try write(coding, muxer, to: scratch.file(file))
        let (source, heard) = try readAll(scratch.file(file), options(.sampled))
        let measured = heard.frames.filter { $0.picture != nil }
        #expect(heard.frames.count == 100)
        #expect((7...9).contains(measured.count), "\(measured.map(\.time))")
        for frame in measured {
            #expect(abs((frame.picture?.luma ?? -1) - (frame.time.seconds >= 1.99 ? 1 : 0)) < 0.02, "\(frame.time)")
        }
        let decoded = try #require(source.counters["decoded_frames"])
        #expect(decoded < 80, "\(decoded)")
        #expect(
            try readAll(scratch.file(file), options(.sampled)).1.frames.map(\.picture) == heard.frames.map(\.picture))
    }

    @Test func `nothing is decoded where nothing asks for pixels`() throws {
        let scratch = Scratch()
        try write(Self.codings[0].coding, "mpegtsmux", to: scratch.file("a.ts"))
        let (source, heard) = try readAll(scratch.file("a.ts"), options(.onDemand))
        #expect(heard.frames.count == 100 && heard.frames.allSatisfy { $0.picture == nil })
        #expect(source.counters["decoded_frames"] == nil)
        let unmeasured = try readAll(scratch.file("a.ts"), options(.all, measures: false))
        #expect(unmeasured.0.counters["decoded_frames"] == 100)
        #expect(unmeasured.1.frames.allSatisfy { $0.picture == nil })
    }

    @Test func `pictures are measured while somebody wants them, from the next key frame on`() throws {
        let scratch = Scratch()
        try write(Self.codings[0].coding, "mpegtsmux", to: scratch.file("a.ts"))
        let demand = PictureDemand()
        var options = options(.sampled)
        options.demand = demand
        let source = try makeSource(
            name: TestMedia.name, location: scratch.file("a.ts"), options: options, clock: SystemClock())
        var frames: [Frame] = []
        try source.run { event in
            guard case .frame(let frame) = event else { return }
            frames.append(frame)
            // Frames are some way ahead of what is told of them.
            demand.isWanted = frame.time.seconds >= 0.9 && frame.time.seconds < 2.5
        }
        let measured = frames.filter { $0.picture != nil }.map(\.time.seconds)
        #expect(frames.count == 100)
        #expect((2...5).contains(measured.count) && measured.allSatisfy { $0 > 0.9 && $0 < 3.5 }, "\(measured)")
        #expect(try readAll(scratch.file("a.ts"), options).1.frames.allSatisfy { $0.picture == nil })
    }

    @Test func `who looks is shown the pictures that the policy wants, with their times`() throws {
        let scratch = Scratch()
        try write(Self.codings[0].coding, "mpegtsmux", to: scratch.file("a.ts"))
        let viewer = Viewer()
        let source = try makeSource(
            name: TestMedia.name, location: scratch.file("a.ts"), options: options(.sampled, measures: false),
            clock: SystemClock(), looker: viewer)
        var times: [Int64] = []
        try source.run { if case .frame(let frame) = $0 { times.append(frame.time.nanoseconds / 1_000_000) } }
        let seen = viewer.seen.withLock { $0 }
        #expect((7...9).contains(seen.count))
        for picture in seen {
            #expect(times.contains(picture.milliseconds) && picture.width == 322)
            #expect(abs(picture.mean - (picture.milliseconds >= 1990 ? 235 : 16)) <= 2, "\(picture)")
        }
        #expect(seen.map(\.milliseconds) == seen.map(\.milliseconds).sorted())
    }

    @Test(arguments: codings.indices) func `a picture is to be had of every coding`(index: Int) async throws {
        let (coding, muxer, file) = Self.codings[index]
        let scratch = Scratch()
        try write(coding, muxer, to: scratch.file(file))
        let (source, heard) = try readAll(scratch.file(file))
        let frame = try #require(heard.frames.last)
        #expect(heard.frames.filter(\.isKey).count >= 3 && !frame.isKey)
        #expect(try await source.picture(at: frame.time).bytes.starts(with: [0xFF, 0xD8]))
    }

    @Test func `the stream says what decodes it`() throws {
        let scratch = Scratch()
        try write(Self.codings[0].coding, "mpegtsmux", to: scratch.file("a.ts"))
        #expect(try readAll(scratch.file("a.ts"), options(.keyframes)).1.descriptions.map(\.decoder) == ["avdec_h264"])
        #expect(try readAll(scratch.file("a.ts"), options(.onDemand)).1.descriptions.map(\.decoder) == [nil])
    }

    @Test func `software takes over from hardware that fails, and goes on at the next key frame`() throws {
        let scratch = Scratch()
        try write(Self.codings[0].coding, "mpegtsmux", to: scratch.file("a.ts"))
        let counters = Counters()
        // None of these is on a machine without the device: what stands in for one that opens and then fails.
        let missing = try #require(DecoderChoice.elements(for: .h264).first { !Library.has($0.name) })
        var options = options(.all)
        options.decoders = .auto
        let station = DecodeStation(options: options, looker: nil, isLive: false, counters: counters) {
            $0 == missing.name
        }
        #expect(station.decoder(for: .h264) == missing)
        let parser = try ContainerUnits(scratch.file("a.ts"))
        for (index, unit) in parser.units.enumerated() {
            var unit = unit
            unit.wanted = index
            #expect(station.take([unit]))
        }
        station.finish()
        let outcomes = station.outcomes()
        #expect(counters.all["decoder_fallbacks"] == 1)
        #expect(station.decoder(for: .h264).name == "avdec_h264")
        #expect(counters.all["decoded_frames"] == 75)
        #expect(outcomes.filter { $0.features != nil }.map(\.index).sorted() == Array(25..<100))
        #expect(outcomes.map(\.index).sorted() == Array(0..<100).filter { outcomes.map(\.index).contains($0) })
    }

    @Test func `a live line that is full takes nothing and does not wait`() throws {
        let scratch = Scratch()
        try write(Self.codings[0].coding, "mpegtsmux", to: scratch.file("a.ts"))
        let units = try ContainerUnits(scratch.file("a.ts")).units
        /// Holds the decoder up until it is let go.
        final class Sleeper: PictureLooker {
            let gate = DispatchSemaphore(value: 0)
            func look(at picture: DecodedPicture) { gate.wait() }
        }
        let sleeper = Sleeper()
        let station = DecodeStation(options: options(.all), looker: sleeper, isLive: true, counters: Counters())
        var taken = 0
        for (index, unit) in units.enumerated() {
            var unit = unit
            unit.wanted = index
            if station.take([unit]) { taken += 1 }
        }
        #expect((49...52).contains(taken))
        for _ in 0..<100 { sleeper.gate.signal() }
    }
}

/// The access units of a transport stream.
private struct ContainerUnits {
    var units: [DecodeStation.Unit] = []

    init(_ path: String) throws {
        let pipeline = try Pipeline(
            "filesrc name=file ! tsdemux ! h264parse config-interval=-1 ! video/x-h264,stream-format=byte-stream,alignment=au ! appsink name=out sync=false"
        )
        try pipeline.element("file").set("location", path)
        let sink = try pipeline.appSink("out")
        try pipeline.play()
        while let sample = sink.pull(timeout: 5) {
            guard let caps = sample.caps, let time = sample.runningTime else { continue }
            units.append(
                .init(buffer: sample.buffer, caps: caps, codec: .h264, time: time, isKey: sample.buffer.isKey))
        }
    }
}
