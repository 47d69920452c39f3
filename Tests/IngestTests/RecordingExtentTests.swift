import Foundation
import Testing

@testable import Ingest

@Suite struct `Whether a recording was cut` {
    private static func box(_ type: String, _ count: Int, stated: Int? = nil) -> [UInt8] {
        let size = UInt32(stated ?? count + 8)
        return (0..<4).map { UInt8(truncatingIfNeeded: size >> (24 - 8 * UInt32($0))) } + Array(type.utf8)
            + [UInt8](repeating: 0, count: count)
    }

    private static let long: [UInt8] =
        [0, 0, 0, 1] + Array("mdat".utf8) + [0, 0, 0, 0, 0, 0, 0, 24] + [0, 0, 0, 0, 0, 0, 0, 0]
    private static let ebml: [UInt8] = [0x1A, 0x45, 0xDF, 0xA3, 0x82, 0, 0]
    private static let segment: [UInt8] = [0x18, 0x53, 0x80, 0x67]
    private static let cluster: [UInt8] = [0x1F, 0x43, 0xB6, 0x75]
    private static let unknown: [UInt8] = [0x01, 255, 255, 255, 255, 255, 255, 255]

    @Test(
        arguments: [
            (box("ftyp", 8) + box("mdat", 100), false), (box("ftyp", 8) + box("mdat", 60, stated: 108), true),
            (box("ftyp", 8) + box("mdat", 60, stated: 0), false), (box("ftyp", 8) + long, false),
            (box("ftyp", 8) + Array(long.dropLast()), true), (box("ftyp", 8) + Array(long.prefix(12)), true),
            (box("ftyp", 8) + box("moov", 3) + [1, 2, 3], false), (box("ftyp", 8) + [0, 0, 0, 9, 1, 2, 3, 4], false),
            (box("ftyp", 8) + box("free", 0, stated: 7), false),
            (ebml + segment + [0x84, 1, 2, 3, 4], false), (ebml + segment + [0x84, 1, 2, 3], true),
            (ebml + segment + unknown + cluster + [0x82, 1, 2], false),
            (ebml + segment + unknown + cluster + [0x82, 1], true),
            (ebml + segment + unknown + cluster + unknown + [1, 2, 3], false), (ebml, false),
            (ebml + [0x18], false), ([UInt8](repeating: 0x47, count: 400), false),
        ] as [([UInt8], Bool)])
    func `its container tells`(bytes: [UInt8], isCut: Bool) throws {
        let path = NSTemporaryDirectory() + "extent-\(UUID().uuidString)"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = try RecordedFile(path: path)
        #expect(file.isCut == isCut)
        #expect(try file.read(4) == Array(bytes.prefix(4)))
    }

    @Test(arguments: [
        ("video/mpeg, mpegversion=(int)4, systemstream=(boolean)false", "MPEG-4 Part 2"),
        ("video/mpeg, mpegversion=(int)1", "MPEG-1"), ("video/x-vp9", "VP9"), ("video/x-theora, a=b", "video/x-theora"),
    ])
    func `a coding is called what people call it`(caps: String, name: String) {
        #expect(CodingName.of(caps: caps) == name)
    }
}
