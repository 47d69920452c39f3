import GStreamer
import Inspection

/// Reads of a JPEG how it is to be turned. What cannot be read says that it is not, as viewers take it.
enum EXIFOrientation {
    /// Entries of the first directory that are looked at.
    private static let entryLimit = 512

    static func read(_ jpeg: [UInt8]) -> PictureOrientation {
        var at = 2
        while at + 4 <= jpeg.count, jpeg[at] == 0xFF {
            let marker = jpeg[at + 1]
            switch marker {
            case 0xFF: at += 1
            case 0x01, 0xD0...0xD8: at += 2
            case 0xDA, 0xD9: return .topLeft
            default:
                let length = Int(jpeg[at + 2]) << 8 | Int(jpeg[at + 3])
                guard length >= 2, length <= jpeg.count - at - 2 else { return .topLeft }
                let body = jpeg[at + 4..<at + 2 + length]
                // The first EXIF block counts.
                if marker == 0xE1, body.starts(with: Array("Exif\0".utf8)) {
                    return orientation(body.dropFirst(6)) ?? .topLeft
                }
                at += 2 + length
            }
        }
        return .topLeft
    }

    private static func orientation(_ tiff: ArraySlice<UInt8>) -> PictureOrientation? {
        let isLittleEndian: Bool
        switch Array(tiff.prefix(4)) {
        case [0x49, 0x49, 42, 0]: isLittleEndian = true
        case [0x4D, 0x4D, 0, 42]: isLittleEndian = false
        default: return nil
        }
        func number(_ place: Int, _ size: Int) -> Int? {
            guard place >= 0, place <= tiff.count - size else { return nil }
            let raw = Array(tiff.dropFirst(place).prefix(size))
            return (isLittleEndian ? raw.reversed() : raw).reduce(0) { $0 << 8 | Int($1) }
        }
        guard let first = number(4, 4), let count = number(first, 2) else { return nil }
        for index in 0..<min(count, entryLimit) {
            let entry = first + 2 + index * 12
            guard number(entry, 2) == 0x0112 else { continue }
            // A SHORT, as the standard has it; LONG is met too.
            switch number(entry + 2, 2) {
            case 3: return number(entry + 8, 2).flatMap { PictureOrientation(rawValue: $0) }
            case 4: return number(entry + 8, 4).flatMap { PictureOrientation(rawValue: $0) }
            default: return nil
            }
        }
        return nil
    }
}

extension PictureOrientation {
    /// What `videoflip` calls the turn that makes it upright.
    var videoDirection: LaunchDescription {
        switch self {
        case .topLeft: "identity"
        case .topRight: "horiz"
        case .bottomRight: "180"
        case .bottomLeft: "vert"
        case .leftTop: "ul-lr"
        case .rightTop: "90r"
        case .rightBottom: "ur-ll"
        case .leftBottom: "90l"
        }
    }
}
