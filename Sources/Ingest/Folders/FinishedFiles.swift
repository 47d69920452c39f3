import Foundation

/// Puts files that were read out of the way, into `done` or `failed` beneath the folder they came to, in the folders they
/// lay in.
struct FinishedFiles {
    let root: String

    /// False when it could not be moved; its sidecars go with it. A name that is taken gets a number.
    func move(_ file: String, to place: String) -> Bool {
        let manager = FileManager.default
        let source = root + "/" + file
        guard manager.fileExists(atPath: source) else { return false }
        let sidecars = RecordedFile.sidecars(of: source)
        let target = root + "/" + place + "/" + file
        do {
            try manager.createDirectory(
                atPath: URL(filePath: target).deletingLastPathComponent().path, withIntermediateDirectories: true)
            let (stem, ending) = Self.parts(target)
            for number in 1...1000 {
                let name = number == 1 ? stem : "\(stem)-\(number)"
                guard !manager.fileExists(atPath: name + ending) else { continue }
                try manager.moveItem(atPath: source, toPath: name + ending)
                for sidecar in sidecars {
                    try? manager.moveItem(atPath: sidecar, toPath: name + Self.parts(sidecar).ending)
                }
                return true
            }
        } catch {
            return false
        }
        return false
    }

    private static func parts(_ path: String) -> (stem: String, ending: String) {
        guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return (path, "") }
        return (String(path[..<dot]), String(path[dot...]))
    }
}
