import GStreamer
import Inspection
import Testing

@testable import Ingest

@Suite struct OrientationTests {
    private static let hash = String(repeating: "ab", count: 32)
    private static let all = PictureOrientation.allCases

    /// Where the pixel of a row and column of a file of `width` × `height` is shown, by the sides that EXIF names for the first
    /// row and the first column. Source: CIPA DC-008, 4.6.5.
    private static func place(
        _ orientation: PictureOrientation, column: Int, row: Int, width: Int, height: Int
    ) -> (x: Int, y: Int) {
        switch orientation.rawValue {
        case 1: (column, row)
        case 2: (width - 1 - column, row)
        case 3: (width - 1 - column, height - 1 - row)
        case 4: (column, height - 1 - row)
        case 5: (row, column)
        case 6: (height - 1 - row, column)
        case 7: (height - 1 - row, width - 1 - column)
        default: (row, width - 1 - column)
        }
    }

    /// Noise whose quarters differ, as it is shown: 384 × 256.
    private static func luma(_ x: Int, _ y: Int) -> Int {
        let noise = (x &* 7919 &+ y &* 104_729 &+ x &* y &* 31) % 61
        return (x < 192 ? 40 : 120) + (y < 128 ? 0 : 40) + noise
    }

    private static func jpeg(
        _ orientation: PictureOrientation, littleEndian: Bool = false, asLong: Bool = false
    ) throws -> [UInt8] {
        let size = orientation.isTransposed ? (256, 384) : (384, 256)
        var bytes = [UInt8](repeating: 128, count: size.0 * size.1 * 3 / 2)
        for row in 0..<size.1 {
            for column in 0..<size.0 {
                let shown = place(orientation, column: column, row: row, width: size.0, height: size.1)
                bytes[row * size.0 + column] = UInt8(luma(shown.x, shown.y))
            }
        }
        let picture = try #require(PlanarPicture(bytes, width: size.0, height: size.1))
        let plain = try PictureRedactorTests.jpeg(picture)
        return Array(plain[..<2]) + exif(orientation.rawValue, littleEndian, asLong) + plain[2...]
    }

    static func exif(_ value: Int, _ littleEndian: Bool = false, _ asLong: Bool = false) -> [UInt8] {
        func number(_ value: Int, _ size: Int) -> [UInt8] {
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
            return littleEndian ? bytes : bytes.reversed()
        }
        let content = asLong ? number(value, 4) : number(value, 2) + [0, 0]
        let tiff =
            Array((littleEndian ? "II" : "MM").utf8) + number(42, 2) + number(8, 4) + number(2, 2)
            + number(0x0100, 2) + number(4, 2) + number(1, 4) + number(64, 4)
            + number(0x0112, 2) + number(asLong ? 4 : 3, 2) + number(1, 4) + content + number(0, 4)
        let body = Array("Exif\0\0".utf8) + tiff
        return [0xFF, 0xE1, UInt8((body.count + 2) >> 8), UInt8((body.count + 2) & 0xFF)] + body
    }

    private static func spread(_ picture: PlanarPicture, _ across: Range<Int>, _ down: Range<Int>) -> Double {
        let stride = (picture.width + 3) / 4 * 4
        let values = down.flatMap { y in across.map { x in Double(picture.bytes[y * stride + x]) } }
        let mean = values.reduce(0, +) / Double(values.count)
        return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    }

    private static func mean(_ picture: PlanarPicture, _ across: Range<Int>, _ down: Range<Int>) -> Double {
        let stride = (picture.width + 3) / 4 * 4
        let values = down.flatMap { y in across.map { x in Double(picture.bytes[y * stride + x]) } }
        return values.reduce(0, +) / Double(values.count)
    }

    /// A part of what is shown: pixels 96…144 × 32…64, cells of 12 × 10 or 11.
    private static let shownPart = FrameObject.Box(left: 0.25, top: 0.125, right: 0.375, bottom: 0.25)

    /// The same in the file, by the pixels of its corners.
    private static func filePart(_ orientation: PictureOrientation) -> FrameObject.Box {
        let size = orientation.isTransposed ? (256, 384) : (384, 256)
        var columns: [Int] = []
        var rows: [Int] = []
        for row in 0..<size.1 {
            for column in 0..<size.0 {
                let shown = place(orientation, column: column, row: row, width: size.0, height: size.1)
                guard (96..<144).contains(shown.x), (32..<64).contains(shown.y) else { continue }
                columns.append(column)
                rows.append(row)
            }
        }
        return FrameObject.Box(
            left: Double(columns.min() ?? 0) / Double(size.0), top: Double(rows.min() ?? 0) / Double(size.1),
            right: Double((columns.max() ?? 0) + 1) / Double(size.0),
            bottom: Double((rows.max() ?? 0) + 1) / Double(size.1))
    }

    @Test(arguments: all)
    func `a box of the file's picture is shown where its pixels are, and back`(_ orientation: PictureOrientation) {
        let filed = Self.filePart(orientation)
        for (box, wanted) in [
            (orientation.shown(filed), Self.shownPart), (orientation.filed(Self.shownPart), filed),
            (orientation.filed(orientation.shown(filed)), filed),
        ] {
            #expect(abs(box.left - wanted.left) < 1e-12 && abs(box.right - wanted.right) < 1e-12)
            #expect(abs(box.top - wanted.top) < 1e-12 && abs(box.bottom - wanted.bottom) < 1e-12)
        }
    }

    @Test(arguments: all)
    func `a redacted picture stands upright, hidden where the box is`(_ orientation: PictureOrientation) async throws {
        let original = try Self.jpeg(orientation)
        let made = try await PictureRedactor(quality: 95).redacted(
            original, hiding: .parts([Self.filePart(orientation)]), original: Self.hash)
        let picture = try PictureRedactorTests.decoded(made.bytes)
        #expect(picture.width == 384 && picture.height == 256)
        #expect(made.bytes.firstRange(of: Array("Exif".utf8)) == nil)
        // A cell within, clear of what JPEG's blocks take from outside.
        #expect(Self.spread(picture, 109..<119, 44..<52) < 20)
        // Where neither the file's frame nor the turned one has the part: the lower right corner's noise stays.
        #expect(Self.spread(picture, 352..<384, 224..<256) > 150)
        for (x, y, luma) in [(160, 96, 70.0), (352, 96, 150), (160, 224, 110), (352, 224, 190)] {
            #expect(abs(Self.mean(picture, x..<x + 24, y..<y + 24) - luma) < 8, "\(x) \(y)")
        }
        let small = try PictureRedactorTests.decoded(try #require(made.thumbnail))
        #expect(small.width == 384 && small.height == 256)
    }

    /// An analyser elsewhere may have opened the file with a library that turns it.
    @Test(arguments: all)
    func `a box of the turned picture is hidden too`(_ orientation: PictureOrientation) async throws {
        let made = try await PictureRedactor(quality: 95).redacted(
            try Self.jpeg(orientation), hiding: .parts([Self.shownPart]), original: Self.hash)
        let picture = try PictureRedactorTests.decoded(made.bytes)
        #expect(Self.spread(picture, 109..<119, 44..<52) < 20)
    }

    @Test func `all of a turned picture is hidden, and one too many is turned`() async throws {
        let made = try await PictureRedactor(quality: 95).redacted(
            try Self.jpeg(.rightTop), hiding: .everything, original: Self.hash)
        let picture = try PictureRedactorTests.decoded(made.bytes)
        #expect(picture.width == 384 && picture.height == 256)
        // Cells of eight pixels.
        #expect(Self.spread(picture, 1..<7, 1..<7) < 20)
    }

    @Test(arguments: all) func `a still says how it is to be turned`(_ orientation: PictureOrientation) throws {
        let scratch = Scratch()
        let path = try scratch.write(try Self.jpeg(orientation), "a.jpg")
        let (_, heard) = try `Rows of still pictures`.read([path])
        let frame = try #require(heard.frames.first)
        #expect(frame.orientation == orientation)
        // As it lies in the file.
        #expect(frame.width == (orientation.isTransposed ? 256 : 384))
        let small = try #require(
            StillThumbnail.jpeg(
                of: try Self.jpeg(orientation), width: frame.width, height: frame.height,
                orientation: frame.orientation))
        let picture = try PictureRedactorTests.decoded(small)
        #expect(picture.width == 384 && picture.height == 256)
        #expect(abs(Self.mean(picture, 352..<376, 224..<248) - 190) < 8)
    }

    @Test(arguments: [(false, false), (true, false), (false, true), (true, true)])
    func `either byte order and either length is read`(littleEndian: Bool, asLong: Bool) {
        for value in 1...8 {
            let bytes = [0xFF, 0xD8] + Self.exif(value, littleEndian, asLong) + [0xFF, 0xD9]
            #expect(EXIFOrientation.read(bytes).rawValue == value)
        }
    }

    @Test func `what is no orientation turns nothing, and no cut traps`() {
        let whole = [0xFF, 0xD8] + Self.exif(6) + [0xFF, 0xDA]
        for value in [0, 9, 255, 65_535] { #expect(EXIFOrientation.read([0xFF, 0xD8] + Self.exif(value)) == .topLeft) }
        for length in 0..<whole.count - 2 { #expect(EXIFOrientation.read(Array(whole.prefix(length))) == .topLeft) }
        for index in whole.indices {
            for value in [UInt8(0), 0x7F, 0xFF] {
                var bytes = whole
                bytes[index] = value
                _ = EXIFOrientation.read(bytes)
            }
        }
        // Of another APP1, and behind the picture's own header, it is none.
        #expect(EXIFOrientation.read([0xFF, 0xD8, 0xFF, 0xDA] + Self.exif(6)) == .topLeft)
    }
}
