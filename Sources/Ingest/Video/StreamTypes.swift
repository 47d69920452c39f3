import Inspection

/// stream_type values of video, by ISO/IEC 13818-1 table 2-34 and its users.
enum StreamTypes {
    private static let names: [UInt8: String] = [
        0x10: "MPEG-4 part 2 video", 0x21: "JPEG 2000 video",
        0x33: "H.266 video", 0x42: "AVS video", 0xD2: "AVS2 video", 0xD4: "AVS3 video", 0xD1: "Dirac video",
        0xEA: "VC-1 video",
    ]

    /// What is read.
    private static let read: [UInt8: String] = [0x01: "MPEG-1", 0x02: "MPEG-2", 0x1B: "H.264", 0x24: "H.265"]

    static func unknown(_ type: UInt8) -> SourceError {
        SourceError(
            kind: .unknownCodec,
            description:
                "the stream's video is \(names[type] ?? "of a kind") (stream type \(hex(type))) that is not read",
            hint: "have the sender code H.264, H.265 or MPEG-2")
    }

    /// The error for a stream that held these types and no video that is read.
    static func noVideo(_ types: Set<UInt8>, in what: String) -> SourceError {
        if let type = types.sorted().first(where: { read[$0] != nil }), let name = read[type] {
            return SourceError(
                kind: .noVideo,
                description: "\(what) holds \(name) video of which not one picture can be decoded",
                hint: "have the sender repeat the parameter sets with each key frame")
        }
        if let type = types.sorted().first(where: { names[$0] != nil }) { return unknown(type) }
        let found = types.isEmpty ? "no program map" : "stream types " + types.sorted().map(hex).joined(separator: ", ")
        return SourceError(
            kind: .noVideo, description: "\(what) holds no H.264, H.265 or MPEG-2 video: \(found)",
            hint: "check that it is the recording meant, and whole")
    }

    static func hex(_ value: UInt8) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return "0x" + (digits.count < 2 ? "0" + digits : digits)
    }
}
