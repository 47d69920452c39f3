/// What people call the coding of a media type.
enum CodingName {
    /// `MPEG-4 Part 2` of `video/mpeg, mpegversion=(int)4, …`; the type itself where it has no other name here.
    static func of(caps: some StringProtocol) -> String {
        let type = String(caps.prefix { $0 != "," })
        switch type {
        case "video/mpeg":
            let version = caps.firstRange(of: "mpegversion=(int)").map { caps[$0.upperBound...].prefix { $0.isNumber } }
            return version == "4" ? "MPEG-4 Part 2" : version == "1" ? "MPEG-1" : "MPEG-2"
        case "video/x-divx", "video/x-xvid": return "MPEG-4 Part 2 (\(type))"
        case "video/x-vp8": return "VP8"
        case "video/x-vp9": return "VP9"
        case "video/x-av1": return "AV1"
        case "image/jpeg": return "Motion JPEG"
        case "video/x-prores": return "Apple ProRes"
        case "video/x-raw": return "raw pictures"
        default: return type
        }
    }
}
