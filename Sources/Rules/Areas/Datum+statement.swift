import Geodesy

extension Datum {
    /// True when a file's own statement means this datum of web maps, which no registry has a number for.
    func isNamed(in text: String) -> Bool {
        let bare = text.lowercased().filter { $0.isLetter || $0.isNumber }
        return switch self {
        case .gcj02: bare.contains("gcj02")
        case .bd09: bare.contains("bd09")
        case .wgs84, .cgcs2000: false
        }
    }
}
