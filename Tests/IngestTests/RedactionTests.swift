import GStreamer
import Inspection
import Testing

@testable import Ingest

@Suite struct PlanarPictureTests {
    /// Noise, so that nothing is even by chance.
    static func noise(width: Int, height: Int, seed: UInt64 = 7) -> PlanarPicture? {
        let half = ((width + 1) / 2, (height + 1) / 2)
        let count = (width + 3) / 4 * 4 * half.1 * 2 + (half.0 + 3) / 4 * 4 * half.1 * 2
        var state = seed
        let bytes = (0..<count).map { _ -> UInt8 in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
        return PlanarPicture(bytes, width: width, height: height)
    }

    private static func luma(_ picture: PlanarPicture, _ x: Int, _ y: Int) -> UInt8 {
        picture.bytes[y * ((picture.width + 3) / 4 * 4) + x]
    }

    @Test func `what is hidden has sixteen values at most, and what is not stays`() throws {
        let before = try #require(Self.noise(width: 200, height: 100))
        var after = before
        after.hide(.parts([.init(left: 0.25, top: 0.2, right: 0.75, bottom: 0.8)]))
        var values: Set<UInt8> = []
        for y in 0..<100 {
            for x in 0..<200 {
                if (50..<150).contains(x), (20..<80).contains(y) {
                    values.insert(Self.luma(after, x, y))
                } else {
                    #expect(Self.luma(after, x, y) == Self.luma(before, x, y))
                }
            }
        }
        // 100 × 60 pixels: four columns of two rows.
        #expect(values.count <= 8)
        // Noise has one mean: hardly anything of a cell is left.
        #expect(values.allSatisfy { (110...145).contains($0) })
    }

    @Test func `a cell holds the mean of what was there`() throws {
        var picture = try #require(Self.noise(width: 64, height: 64))
        var sum = 0
        for y in 0..<8 { for x in 0..<8 { sum += Int(Self.luma(picture, x, y)) } }
        picture.hide(.parts([.init(left: 0, top: 0, right: 0.5, bottom: 0.5)]))
        for y in 0..<8 { for x in 0..<8 { #expect(Int(Self.luma(picture, x, y)) == (sum + 32) / 64) } }
    }

    @Test func `colours are hidden too, on odd sizes and edges as well`() throws {
        for (width, height) in [(63, 37), (2, 2), (1, 1), (5, 3), (64, 64)] {
            var picture = try #require(Self.noise(width: width, height: height))
            picture.hide(.parts([.init(left: 0, top: 0, right: 1, bottom: 1)]))
            let stride = (width + 3) / 4 * 4
            let luma = stride * ((height + 1) / 2) * 2
            let half = ((width + 1) / 2, (height + 1) / 2)
            let halfStride = (half.0 + 3) / 4 * 4
            for plane in 0..<2 {
                var values: Set<UInt8> = []
                for y in 0..<half.1 {
                    for x in 0..<half.0 {
                        values.insert(picture.bytes[luma + plane * halfStride * half.1 + y * halfStride + x])
                    }
                }
                #expect(values.count <= 16)
            }
        }
    }

    @Test func `all of it is hidden coarsely`() throws {
        var picture = try #require(Self.noise(width: 480, height: 320))
        picture.hide(.everything)
        var values: [UInt8] = []
        for y in 0..<10 { for x in 0..<10 { values.append(Self.luma(picture, x, y)) } }
        #expect(Set(values).count == 1)
    }

    @Test(
        arguments: [
            (.nan, .nan, .nan, .nan), (.infinity, 0, 1, 1), (-1e300, -1e300, 1e300, 1e300), (0.5, 0.5, 0.5, 0.5),
            (0.9, 0.9, 0.1, 0.1), (2, 2, 3, 3), (-3, -3, -2, -2), (0, 0, .leastNonzeroMagnitude, 1),
        ] as [(Double, Double, Double, Double)])
    func `hostile rectangles do no harm`(box: (Double, Double, Double, Double)) throws {
        for (width, height) in [(1, 1), (63, 37)] {
            var picture = try #require(Self.noise(width: width, height: height))
            picture.hide(.parts([.init(left: box.0, top: box.1, right: box.2, bottom: box.3)]))
        }
    }

    @Test func `bytes of another layout are no picture`() {
        #expect(PlanarPicture([], width: 2, height: 2) == nil)
        #expect(PlanarPicture([UInt8](repeating: 0, count: 7), width: 2, height: 2) == nil)
        #expect(PlanarPicture([1, 2, 3, 4], width: 0, height: 2) == nil)
        #expect(PlanarPicture([1], width: -1, height: .min) == nil)
        #expect(PlanarPicture([1], width: .max, height: .max) == nil)
    }
}

@Suite struct PictureRedactorTests {
    static let hash = String(repeating: "ab", count: 32)

    static func jpeg(_ picture: PlanarPicture, quality: Int = 95) throws -> [UInt8] {
        let pipeline = try Pipeline(
            """
            identity name=in ! jpegenc quality=\(quality) ! appsink name=out sync=false async=false \
            enable-last-sample=false wait-on-eos=false
            """)
        try pipeline.play()
        defer { pipeline.stop() }
        let pad = try SourcePad(
            into: "in", of: pipeline,
            caps: try Caps("video/x-raw,format=I420,width=\(picture.width),height=\(picture.height),framerate=0/1"))
        try pad.push(picture.bytes.span, pts: 0)
        pad.endOfStream()
        return try #require(try pipeline.appSink("out").pull(timeout: 0)).buffer.bytes
    }

    static func decoded(_ jpeg: [UInt8]) throws -> PlanarPicture {
        let pipeline = try Pipeline(
            """
            jpegdec name=in ! videoconvert ! video/x-raw,format=I420 ! appsink name=out sync=false async=false \
            enable-last-sample=false wait-on-eos=false
            """)
        try pipeline.play()
        defer { pipeline.stop() }
        let pad = try SourcePad(into: "in", of: pipeline, caps: try Caps("image/jpeg,parsed=true,framerate=0/1"))
        try pad.push(jpeg.span, pts: 0)
        pad.endOfStream()
        let sample = try #require(try pipeline.appSink("out").pull(timeout: 0))
        let caps = try #require(sample.caps)
        return try #require(
            PlanarPicture(sample.buffer.bytes, width: caps.width ?? 0, height: caps.height ?? 0))
    }

    private static func spread(_ picture: PlanarPicture, _ across: Range<Int>, _ down: Range<Int>) -> Double {
        var sum = 0.0
        var squares = 0.0
        let stride = (picture.width + 3) / 4 * 4
        for y in down {
            for x in across {
                let value = Double(picture.bytes[y * stride + x])
                sum += value
                squares += value * value
            }
        }
        let count = Double(across.count * down.count)
        return squares / count - (sum / count) * (sum / count)
    }

    @Test func `nothing within a cell is left, and the rest is as it was`() async throws {
        let noise = try #require(PlanarPictureTests.noise(width: 320, height: 240))
        let original = try Self.jpeg(noise)
        let redacted = try await PictureRedactor(quality: 95).redacted(
            original, hiding: .parts([.init(left: 0.25, top: 0.25, right: 0.5, bottom: 0.5)]), original: Self.hash)
        let before = try Self.decoded(original)
        let after = try Self.decoded(redacted.bytes)
        #expect(after.width == 320 && after.height == 240)
        // 80 × 60 pixels at (80, 60) in four columns of three rows: cells of 20 × 20. Where JPEG's own blocks hold something of
        // outside, its loss is not looked at.
        for (x, y) in [(100, 80), (120, 80)] {
            #expect(Self.spread(before, x..<x + 20, y..<y + 20) > 1000)
            #expect(Self.spread(after, x..<x + 20, y..<y + 20) < 20)
        }
        var worst = 0.0
        let stride = 320
        for y in 0..<50 {
            for x in 0..<320 {
                let difference = Double(before.bytes[y * stride + x]) - Double(after.bytes[y * stride + x])
                worst = max(worst, abs(difference))
            }
        }
        #expect(worst < 40)
        #expect(Self.spread(after, 0..<70, 0..<50) > 1000)
    }

    @Test func `what differs only in hidden parts gives the same bytes`() async throws {
        let first = try #require(PlanarPictureTests.noise(width: 160, height: 160))
        var bytes = first.bytes
        // Two samples change places within one cell: their mean is the same.
        for y in 64..<72 { bytes.swapAt(y * 160 + 64, y * 160 + 70) }
        let second = try #require(PlanarPicture(bytes, width: 160, height: 160))
        #expect(first.bytes != second.bytes)
        let part = HiddenParts.parts([.init(left: 0.25, top: 0.25, right: 0.75, bottom: 0.75)])
        var redacted: [[UInt8]] = []
        for var picture in [first, second] {
            picture.hide(part)
            redacted.append(try Self.jpeg(picture))
        }
        #expect(redacted[0] == redacted[1])
    }

    @Test func `what the file holds besides the picture is gone, and it names its original`() async throws {
        let noise = try #require(PlanarPictureTests.noise(width: 64, height: 64))
        let plain = try Self.jpeg(noise)
        var stamp = PictureStamp(utc: UTCTime(microseconds: 1_755_000_000_000_000), provenance: .file)
        (stamp.latitude, stamp.longitude) = (28.9, 118.5)
        let secret = Array("secret thumbnail and serial number".utf8)
        let original =
            EXIF.stamped(plain, stamp, width: 64, height: 64) + secret
        let redacted = try await PictureRedactor(quality: 90).redacted(
            original, hiding: .parts([]), original: Self.hash)
        func holds(_ bytes: [UInt8], _ text: String) -> Bool { bytes.firstRange(of: Array(text.utf8)) != nil }
        #expect(holds(original, "Exif") && !holds(redacted.bytes, "Exif"))
        #expect(!holds(redacted.bytes, "secret"))
        #expect(holds(redacted.bytes, Self.hash))
        #expect(redacted.bytes.starts(with: [0xFF, 0xD8, 0xFF]))
        let thumbnail = try #require(redacted.thumbnail)
        #expect(try Self.decoded(thumbnail).width == 64)
    }

    @Test func `the small picture is of the redacted one`() async throws {
        let noise = try #require(PlanarPictureTests.noise(width: 960, height: 960))
        let redacted = try await PictureRedactor(quality: 90).redacted(
            try Self.jpeg(noise), hiding: .everything, original: Self.hash)
        let small = try Self.decoded(try #require(redacted.thumbnail))
        #expect(small.width == 480)
        // Cells of 20 pixels are 10 here.
        #expect(Self.spread(small, 1..<9, 1..<9) < 20)
    }

    @Test func `a broken picture is refused with a reason`() async throws {
        let redactor = PictureRedactor(quality: 90)
        let whole = try Self.jpeg(try #require(PlanarPictureTests.noise(width: 64, height: 64)))
        var noTables = whole
        // The tables' markers are none any more.
        for index in 2..<noTables.count - 1 where noTables[index] == 0xFF && [0xDB, 0xC4].contains(noTables[index + 1])
        {
            noTables[index + 1] = 0xEE
        }
        for bytes in [[], [0xFF], Array("<html>".utf8), Array(whole.prefix(40)), Array(whole.prefix(20)), noTables] {
            await #expect(throws: RedactionError.self) {
                try await redactor.redacted(bytes, hiding: .everything, original: Self.hash)
            }
        }
    }

    @Test func `a picture that claims a boundless size is refused before it is decoded`() async throws {
        var bytes = try Self.jpeg(try #require(PlanarPictureTests.noise(width: 64, height: 64)))
        let frame = try #require(bytes.firstRange(of: [0xFF, 0xC0] as [UInt8])).lowerBound
        bytes.replaceSubrange(frame + 5..<frame + 9, with: [0xFF, 0xFF, 0xFF, 0xFF])
        let hostile = bytes
        await #expect {
            try await PictureRedactor(quality: 90).redacted(hostile, hiding: .everything, original: Self.hash)
        } throws: { ($0 as? RedactionError)?.kind == .tooLarge }
    }

    @Test func `cut off anywhere, a picture is refused or is redacted`() async throws {
        let whole = try Self.jpeg(try #require(PlanarPictureTests.noise(width: 48, height: 48)))
        let redactor = PictureRedactor(quality: 90)
        for length in stride(from: 0, to: whole.count, by: 97) {
            do {
                let made = try await redactor.redacted(
                    Array(whole.prefix(length)), hiding: .everything, original: Self.hash)
                #expect(try Self.decoded(made.bytes).width == 48)
            } catch { #expect(error is RedactionError) }
        }
    }
}
