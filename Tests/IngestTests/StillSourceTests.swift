import Foundation
import GStreamer
import Inspection
import Synchronization
import Testing

@testable import Ingest

@Suite struct `Rows of still pictures` {
    /// `texts` as pictures a.jpg, b.jpg, …
    static func write(_ texts: [String], in scratch: Scratch) throws -> [String] {
        let jpeg = try StillPictures.jpeg()
        return try texts.enumerated().map { index, text in
            try scratch.write(StillPictures.marked(jpeg, text), "\(Character(UnicodeScalar(UInt8(97 + index)))).jpg")
        }
    }

    static func read(_ paths: [String], gap: Double = 30) throws -> (any VideoSource, Heard) {
        var options = SourceOptions()
        options.flightGapSeconds = gap
        let source = try makeSource(
            name: TestMedia.name, stills: paths, options: options, clock: SystemClock(), facts: StillPictures.facts)
        var heard = Heard()
        do throws(SourceError) { try source.run { heard.add($0) } } catch { heard.failure = error }
        return (source, heard)
    }

    @Test func `are one frame each, at their own times`() throws {
        let scratch = Scratch()
        let (source, heard) = try Self.read(try Self.write(["T0", "T2.5", "T1", "none", "T10"], in: scratch))
        #expect(heard.frames.map(\.time.seconds) == [0, 2.5, 3.5, 4.5, 10])
        #expect(heard.frames.allSatisfy { $0.isKey && $0.width == 320 && $0.height == 240 })
        #expect(heard.frames[0].carrierTime?.utc.microseconds == 1_750_000_000_000_000)
        #expect(heard.frames[0].carrierTime?.provenance == .file)
        #expect(heard.packets.map(\.time) == heard.frames.map(\.time))
        #expect(heard.packets.allSatisfy { $0.dialect == .jpeg && $0.bytes.starts(with: [0xFF, 0xD8, 0xFF, 0xE1]) })
        // Up to the first scan, and no further.
        #expect(heard.packets.allSatisfy { packet in packet.bytes.count < 1000 })
        #expect(heard.descriptions.count == 1 && heard.descriptions[0].codec == "jpeg")
        #expect(heard.descriptions[0].parts.count == 5 && Set(heard.descriptions[0].parts).count == 5)
        #expect(heard.descriptions[0].content == heard.descriptions[0].parts[0])
        #expect(heard.ends == 1 && heard.fileEnds.isEmpty)
        #expect(source.counters["frames"] == 5)
    }

    @Test func `are parted into flights where the gap is long`() throws {
        let scratch = Scratch()
        let paths = try Self.write(["T0", "T20", "T60", "T61"], in: scratch)
        let (_, heard) = try Self.read(paths)
        #expect(heard.frames.map(\.time.seconds) == [0, 20, 0, 1])
        #expect(heard.frames.map(\.index) == [0, 1, 0, 1])
        #expect(heard.descriptions.count == 2 && heard.fileEnds == [nil] && heard.ends == 1)
        let again = try Self.read(paths).1
        #expect(again.descriptions == heard.descriptions)
        #expect(try Self.read(paths, gap: 60).1.descriptions.count == 1)
    }

    @Test func `a clock without a zone orders them and is no UTC`() throws {
        let scratch = Scratch()
        let paths = try Self.write(["L0", "L3"], in: scratch)
        let (_, heard) = try Self.read(paths)
        #expect(heard.frames.map(\.time.seconds) == [0, 3])
        let now = Int64(Date().timeIntervalSince1970 * 1e6)
        for frame in heard.frames {
            let utc = try #require(frame.carrierTime?.utc.microseconds)
            #expect(abs(utc - now) < 60_000_000)
        }
    }

    @Test func `are read out of a folder although others there are empty or cut off`() throws {
        let scratch = Scratch()
        let whole = try TestMedia.bytes(try Self.write(["T0"], in: scratch)[0])
        _ = try scratch.write([], "b.jpg")
        _ = try scratch.write(Array(whole[..<300]), "c.jpg")
        var options = SourceOptions()
        options.folder.isWatched = false
        let source = try makeSource(
            name: TestMedia.name, location: scratch.path, options: options, clock: SystemClock(),
            facts: StillPictures.facts)
        var heard = Heard()
        try source.run { heard.add($0) }
        #expect(heard.frames.count == 1 && heard.ends == 1)
        #expect(source.counters["files_failed"] == 2 && source.counters["files_done"] == 1)
        let said = heard.fileEnds.compactMap { $0?.description }
        #expect(
            said.count == 2 && said[0].contains("b.jpg is empty") && said[1].contains("c.jpg is a JPEG whose header"))
        // Alone it is the same: said, and nothing else is wrong with the folder.
        let other = Scratch()
        _ = try other.write([], "b.jpg")
        let alone = try makeSource(
            name: TestMedia.name, location: other.path, options: options, clock: SystemClock(),
            facts: StillPictures.facts)
        try alone.run { _ in }
        #expect(alone.counters["files_failed"] == 1)
    }

    private final class Eyes: PictureLooker {
        let times = Mutex<[RunningTime]>([])
        let sizes = Mutex<[[Int?]]>([])

        func look(at picture: DecodedPicture) {
            times.withLock { $0.append(picture.time) }
            sizes.withLock { $0.append([picture.sample.caps?.width, picture.sample.caps?.height]) }
        }
    }

    /// Reads `paths`, with eyes on them where `isLooking`.
    private static func look(
        _ paths: [String], _ decode: SourceOptions.DecodePolicy, measures: Bool, isLooking: Bool
    ) throws -> (heard: Heard, eyes: Eyes, counters: [String: Int64]) {
        var options = SourceOptions()
        options.decode = decode
        options.measuresPictures = measures
        let eyes = Eyes()
        let source = try makeSource(
            name: TestMedia.name, stills: paths, options: options, clock: SystemClock(),
            looker: isLooking ? eyes : nil, facts: StillPictures.facts)
        var heard = Heard()
        try source.run { heard.add($0) }
        return (heard, eyes, source.counters)
    }

    @Test func `are decoded, each, where rules or an analyser ask for pictures`() throws {
        let scratch = Scratch()
        let paths = try Self.write(["T0", "T0.1", "T1"], in: scratch)
        let (heard, eyes, counters) = try Self.look(paths, .sampled, measures: true, isLooking: true)
        #expect(eyes.times.withLock { $0 } == heard.frames.map(\.time))
        #expect(eyes.sizes.withLock { $0 } == Array(repeating: [320, 240], count: 3))
        for frame in heard.frames {
            let picture = try #require(frame.picture)
            // The test pattern's bars and noise.
            #expect((0.2...0.8).contains(picture.luma) && picture.contrast > 0.1 && picture.sharpness > 100)
            #expect(picture.motion == nil)
        }
        #expect(counters["decoded_frames"] == 3 && counters["decode_errors"] == nil)
        #expect(heard.descriptions.map(\.decoder) == ["jpegdec"])

        let shown = try Self.look(paths, .sampled, measures: false, isLooking: true)
        #expect(shown.eyes.times.withLock { $0.count } == 3 && shown.heard.frames.allSatisfy { $0.picture == nil })
        let measured = try Self.look(paths, .keyframes, measures: true, isLooking: false)
        #expect(measured.heard.frames.allSatisfy { $0.picture != nil })
        for (policy, isLooking) in [(SourceOptions.DecodePolicy.onDemand, true), (.sampled, false)] {
            let none = try Self.look(paths, policy, measures: policy == .onDemand, isLooking: isLooking)
            #expect(none.counters["decoded_frames"] == nil && none.heard.frames.count == 3)
            #expect(none.heard.descriptions.map(\.decoder) == [nil])
        }
    }

    @Test func `measure black as black and white as white`() throws {
        let scratch = Scratch()
        let paths = try ["black", "white"].map { pattern in
            try scratch.write(try StillPictures.jpeg(pattern: pattern), pattern + ".jpg")
        }
        let lumas = try Self.look(paths, .sampled, measures: true, isLooking: false).heard.frames.map {
            $0.picture?.luma
        }
        #expect(lumas.count == 2 && (lumas[0] ?? 1) < 0.02 && (lumas[1] ?? 0) > 0.98, "\(lumas)")
    }

    @Test func `are counted where there is a header and no picture`() throws {
        let scratch = Scratch()
        let paths = try Self.write(["T0", "T1"], in: scratch)
        let whole = try TestMedia.bytes(paths[1])
        guard case .complete(let end, _) = JPEGHeader.scan(whole) else {
            Issue.record("no JPEG")
            return
        }
        _ = try scratch.write(Array(whole[..<(end + 8)]), "b.jpg")
        let (heard, eyes, counters) = try Self.look(paths, .sampled, measures: true, isLooking: true)
        #expect(heard.frames.map { $0.picture != nil } == [true, false])
        #expect(eyes.times.withLock { $0.count } == 1)
        #expect(counters["decoded_frames"] == 1 && counters["decode_errors"] == 1)
    }

    @Test func `give the file itself as picture, and a small one, and no clip`() async throws {
        let scratch = Scratch()
        let path = try scratch.write(
            StillPictures.marked(try StillPictures.jpeg(width: 1600, height: 1200), "T0"), "a.JPG")
        let source = try makeSource(
            name: TestMedia.name, location: path, clock: SystemClock(), facts: StillPictures.facts)
        try source.run { _ in }
        let stamp = PictureStamp(utc: UTCTime(microseconds: 0), provenance: .arrival)
        let picture = try await source.picture(at: RunningTime(nanoseconds: 0), stamp: stamp)
        #expect(picture.bytes == (try TestMedia.bytes(path)))
        #expect(picture.mediaType == "image/jpeg")
        let small = try #require(picture.thumbnail)
        #expect(small.count < picture.bytes.count)
        guard case .complete(_, let size?) = JPEGHeader.scan(small) else {
            Issue.record("the small picture is no JPEG")
            return
        }
        #expect(size == (480, 360))
        do {
            _ = try await source.clip(from: .seconds(0), to: .seconds(1))
            Issue.record("a clip of still pictures")
        } catch { #expect(error.kind == .notHeld && error.description.contains("still pictures")) }
        do {
            _ = try await source.picture(at: .seconds(9))
            Issue.record("a picture that is not there")
        } catch { #expect(error.kind == .notHeld) }
        try FileManager.default.removeItem(atPath: path)
        do {
            _ = try await source.picture(at: .seconds(0))
            Issue.record("a picture that is gone")
        } catch { #expect(error.kind == .notHeld) }
    }

    @Test func `are passed over where they are no pictures, and all of them being none is an error`() throws {
        let scratch = Scratch()
        let good = try Self.write(["T0"], in: scratch)[0]
        let whole = try TestMedia.bytes(good)
        let bad = [
            try scratch.write([], "empty.jpg"), try scratch.write(Array("hello".utf8), "text.jpg"),
            try scratch.write(Array(whole[..<100]), "cut.jpg"), scratch.file("absent.jpg"),
            try scratch.write([0xFF, 0xD8, 0xFF, 0xE1, 0, 0, 1, 2, 3], "length.jpg"),
        ]
        let (source, heard) = try Self.read(bad + [good])
        #expect(heard.failure == nil && heard.frames.count == 1)
        #expect(source.counters["unreadable_stills_dropped"] == 5)
        #expect(
            heard.fileEnds.map { $0?.description.contains(".jpg") } == Array(repeating: true, count: 5), "each is said")
        for path in bad {
            let failure = try Self.read([path]).1.failure
            #expect(failure?.description.contains(path) == true, "\(path)")
        }
    }
}
