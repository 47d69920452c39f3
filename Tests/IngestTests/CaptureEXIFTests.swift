import Foundation
import GStreamer
import Inspection
import Testing

@testable import Ingest

/// The EXIF block byte by byte, and as exiftool reads it.
struct CaptureEXIFTests {
    private static let jfif: [UInt8] = [
        0xFF, 0xD8, 0xFF, 0xE0, 0, 16, 0x4A, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0xFF, 0xD9,
    ]

    private static func stamp(_ change: (inout PictureStamp) -> Void = { _ in }) throws -> PictureStamp {
        let utc = try #require(UTCTime(rfc3339: "2026-08-20T03:04:05.123456Z"))
        var stamp = PictureStamp(utc: utc, provenance: .precisionTimeStamp)
        stamp.latitude = -33.8567844
        stamp.longitude = 151.2152967
        stamp.heightMSL = 81.25
        stamp.direction = 271.5
        change(&stamp)
        return stamp
    }

    /// A block taken apart: tags of the three directories with their raw values.
    private struct Block {
        var main: [Int: [UInt8]] = [:]
        var exif: [Int: [UInt8]] = [:]
        var gps: [Int: [UInt8]] = [:]
        var end = 0

        init(_ tiff: [UInt8]) throws {
            #expect(Array(tiff.prefix(8)) == [0x4D, 0x4D, 0, 42, 0, 0, 0, 8])
            main = try read(tiff, 8)
            exif = try read(tiff, number(#require(main[0x8769])))
            if let pointer = main[0x8825] { gps = try read(tiff, number(pointer)) }
        }

        private func number(_ bytes: [UInt8]) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }

        private mutating func read(_ tiff: [UInt8], _ at: Int) throws -> [Int: [UInt8]] {
            try #require(at % 2 == 0 && at + 2 <= tiff.count)
            let count = number(Array(tiff[at..<at + 2]))
            try #require(at + 6 + count * 12 <= tiff.count)
            let sizes = [1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1]
            var tags: [Int: [UInt8]] = [:]
            var last = -1
            for index in 0..<count {
                let entry = Array(tiff[at + 2 + index * 12..<at + 14 + index * 12])
                let tag = number(Array(entry[0..<2]))
                #expect(tag > last, "tags rise")
                last = tag
                let size = try #require(sizes[number(Array(entry[2..<4]))]) * number(Array(entry[4..<8]))
                if size <= 4 {
                    tags[tag] = Array(entry[8..<8 + size])
                } else {
                    let place = number(Array(entry[8..<12]))
                    try #require(place % 2 == 0 && place + size <= tiff.count)
                    tags[tag] = Array(tiff[place..<place + size])
                    end = max(end, place + size)
                }
            }
            let next = at + 2 + count * 12
            #expect(number(Array(tiff[next..<next + 4])) == 0, "no further directory")
            return tags
        }
    }

    private func text(_ bytes: [UInt8]?) -> String? {
        bytes.map { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    private func rationals(_ bytes: [UInt8]?) -> [Double]? {
        bytes.map { bytes in
            stride(from: 0, to: bytes.count, by: 8).map { at in
                let top = bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
                return Double(top) / Double(bytes[at + 4..<at + 8].reduce(0) { $0 << 8 | Int($1) })
            }
        }
    }

    @Test func `every field stands where the standard has it`() throws {
        let tiff = EXIF.tiff(try Self.stamp(), width: 1920, height: 1080)
        let block = try Block(tiff)
        #expect(block.end <= tiff.count && tiff.count - block.end <= 1)
        #expect(text(block.main[0x010E]) == "UTC by precision_time_stamp")
        #expect(text(block.main[0x0131]) == "FlyOnce")
        #expect(text(block.exif[0x9003]) == "2026:08:20 03:04:05")
        #expect(text(block.exif[0x9291]) == "123456")
        #expect(text(block.exif[0x9011]) == "+00:00")
        #expect(block.exif[0xA002] == [0, 0, 7, 0x80] && block.exif[0xA003] == [0, 0, 4, 0x38])
        #expect(text(block.gps[1]) == "S" && text(block.gps[3]) == "E")
        for (tag, degrees) in [(2, 33.8567844), (4, 151.2152967)] {
            let parts = try #require(rationals(block.gps[tag]))
            #expect(abs(parts[0] + parts[1] / 60 + parts[2] / 3600 - degrees) < 1e-9)
            #expect(parts[1] < 60 && parts[2] < 60)
        }
        #expect(block.gps[5] == [0] && rationals(block.gps[6]) == [81.25])
        #expect(rationals(block.gps[7]) == [3, 4, 5.123456])
        #expect(text(block.gps[0x10]) == "T" && rationals(block.gps[0x11]) == [271.5])
        #expect(text(block.gps[0x12]) == "WGS-84" && text(block.gps[0x1D]) == "2026:08:20")
    }

    @Test func `what is not known is left out`() throws {
        let bare = try Block(
            EXIF.tiff(PictureStamp(utc: try Self.stamp().utc, provenance: .arrival), width: 0, height: 0))
        #expect(bare.gps.isEmpty && bare.main[0x8825] == nil)
        #expect(bare.exif[0xA002] == nil && bare.exif[0xA003] == nil)
        #expect(text(bare.main[0x010E]) == "UTC by arrival")
        let turned = try Block(EXIF.tiff(try Self.stamp { $0.latitude = nil }, width: 1, height: 1))
        #expect(turned.gps[2] == nil && turned.gps[4] == nil && turned.gps[6] == nil && turned.gps[0x11] != nil)
        let low = try Block(
            EXIF.tiff(
                try Self.stamp {
                    $0.heightMSL = -12.5; $0.direction = nil
                }, width: 1, height: 1))
        #expect(low.gps[5] == [1] && rationals(low.gps[6]) == [12.5] && low.gps[0x10] == nil && low.gps[0x11] == nil)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300, -1e300])
    func `no figure traps`(_ value: Double) throws {
        let block = try Block(
            EXIF.tiff(
                try Self.stamp {
                    $0.latitude = value
                    $0.heightMSL = value
                    $0.direction = value
                }, width: .max, height: .min))
        #expect(block.gps.isEmpty)
        let height = try Block(EXIF.tiff(try Self.stamp { $0.heightMSL = value }, width: 1, height: 1))
        #expect(height.gps[6] == nil && height.gps[2] != nil)
    }

    @Test(arguments: [
        (-90.0, -180.0), (90, 180), (0, 0), (59.999_999_999_9, 179.999_999_999_9), (-0.000_000_1, 0.000_000_1),
    ])
    func `degrees never round up to a sixtieth minute`(_ latitude: Double, _ longitude: Double) throws {
        let block = try Block(
            EXIF.tiff(
                try Self.stamp {
                    $0.latitude = latitude
                    $0.longitude = longitude
                }, width: 1, height: 1))
        for (tag, degrees) in [(2, latitude), (4, longitude)] {
            let parts = try #require(rationals(block.gps[tag]))
            #expect(abs(parts[0] + parts[1] / 60 + parts[2] / 3600 - abs(degrees)) < 1e-9)
            #expect(parts[1] < 60 && parts[2] < 60)
        }
    }

    @Test func `stands behind JFIF, or first where there is none`() throws {
        let stamp = try Self.stamp()
        let stamped = EXIF.stamped(Self.jfif, stamp, width: 4, height: 4)
        #expect(Array(stamped.prefix(20)) == Array(Self.jfif.prefix(20)))
        #expect(Array(stamped[20..<22]) == [0xFF, 0xE1])
        let length = Int(stamped[22]) << 8 | Int(stamped[23])
        #expect(Array(stamped[24..<30]) == Array("Exif\0\0".utf8))
        #expect(Array(stamped[(22 + length)...]) == [0xFF, 0xD9])
        let plain = EXIF.stamped([0xFF, 0xD8, 0xFF, 0xDB, 0, 2, 0xFF, 0xD9], stamp, width: 4, height: 4)
        #expect(Array(plain.prefix(4)) == [0xFF, 0xD8, 0xFF, 0xE1])
        for bytes: [UInt8] in [
            [], [0xFF], [0xFF, 0xD8], [1, 2, 3, 4, 5, 6], [0xFF, 0xD8, 0xFF, 0xE0, 0xFF, 0xFF, 0],
        ] {
            let out = EXIF.stamped(bytes, stamp, width: 4, height: 4)
            #expect(out == bytes || Array(out.suffix(bytes.count - 2)) == Array(bytes.dropFirst(2)))
        }
    }

    @Test func `exiftool reads back what was stamped, and finds nothing wrong`() async throws {
        guard Peer.path(of: "exiftool") != nil else { return }
        let scratch = Scratch()
        try TestMedia.write(TestMedia.h264, "mpegtsmux", to: scratch.file("a.ts"))
        let (source, heard) = try readAll(scratch.file("a.ts"))
        let time = try #require(heard.frames.map(\.time).sorted().dropFirst(30).first)
        let capture = try await source.picture(at: time, stamp: try Self.stamp())
        #expect(JPEG.size(capture.bytes) == [320, 240])
        let path = try scratch.write(capture.bytes, "a.jpg")
        let output = try #require(Peer.output("exiftool", ["-j", "-n", "-validate", "-a", "-all", path]))
        let list = try #require(try JSONSerialization.jsonObject(with: Data(output)) as? [[String: Any]])
        let tags = try #require(list.first)
        func number(_ name: String) -> Double { (tags[name] as? NSNumber)?.doubleValue ?? .nan }
        func text(_ name: String) -> String { tags[name].map { "\($0)" } ?? "absent" }
        #expect(text("Validate").hasPrefix("0 0 0"), "\(text("Validate")) \(text("Warning"))")
        #expect(text("DateTimeOriginal") == "2026:08:20 03:04:05")
        #expect(text("SubSecTimeOriginal") == "123456" && text("OffsetTimeOriginal") == "+00:00")
        #expect(text("SubSecDateTimeOriginal") == "2026:08:20 03:04:05.123456+00:00")
        #expect(abs(number("GPSLatitude") + 33.8567844) < 1e-8)
        #expect(abs(number("GPSLongitude") - 151.2152967) < 1e-8)
        #expect(abs(number("GPSAltitude") - 81.25) < 1e-3)
        #expect(text("GPSImgDirectionRef") == "T" && abs(number("GPSImgDirection") - 271.5) < 1e-3)
        #expect(text("GPSDateTime") == "2026:08:20 03:04:05.123456Z")
        #expect(text("GPSMapDatum") == "WGS-84" && text("Software") == "FlyOnce")
        #expect(text("ImageDescription") == "UTC by precision_time_stamp")
        #expect(number("ExifImageWidth") == 320 && number("ExifImageHeight") == 240)
        // The same picture without a stamp has no block.
        let plain = try await source.picture(at: time)
        #expect(EXIF.stamped(plain.bytes, try Self.stamp(), width: 320, height: 240) == capture.bytes)
    }

    @Test func `the nearest frame's stamp has its own time, and no place`() async throws {
        let scratch = Scratch()
        try TestMedia.write(TestMedia.h264, "mpegtsmux", to: scratch.file("a.ts"))
        let (source, heard) = try readAll(scratch.file("a.ts"))
        let last = try #require(heard.frames.map(\.time).max())
        let capture = try await source.picture(at: last.advanced(by: 0.25), stamp: try Self.stamp())
        #expect(capture.time == last)
        var wanted = PictureStamp(utc: try Self.stamp().utc, provenance: .precisionTimeStamp)
        wanted.utc = wanted.utc.advanced(byMicroseconds: -250_000)
        let plain = try await source.picture(at: last)
        #expect(capture.bytes == EXIF.stamped(plain.bytes, wanted, width: 320, height: 240))
    }
}
