import Foundation

/// Puts files that were read out of the way, into `done` or `failed` beneath the folder they came to, in the folders they
/// lay in.
struct FinishedFiles {
    let root: String

    /// False when it could not be moved. The sidecars of a recording go with it, whatever picture bears its name. A name
    /// that is taken gets a number.
    func move(_ file: String, to place: String) -> Bool {
        let manager = FileManager.default
        let source = root + "/" + file
        guard manager.fileExists(atPath: source) else { return false }
        let name = file[(file.lastIndex(of: "/").map(file.index(after:)) ?? file.startIndex)...]
        let isRecording = DropFolder.kind(of: String(name)) == .recording
        let sidecars = isRecording ? RecordedFile.sidecars(of: source) : []
        let target = root + "/" + place + "/" + file
        do {
            try manager.createDirectory(
                atPath: URL(filePath: target).deletingLastPathComponent().path, withIntermediateDirectories: true)
            let (stem, ending) = Self.parts(target)
            for number in 1...1000 {
                let name = number == 1 ? stem : "\(stem)-\(number)"
                let places = sidecars.map { name + Self.parts($0).ending }
                guard !(places + [name + ending]).contains(where: { manager.fileExists(atPath: $0) }) else { continue }
                try manager.moveItem(atPath: source, toPath: name + ending)
                for (sidecar, place) in zip(sidecars, places) {
                    try? manager.moveItem(atPath: sidecar, toPath: place)
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
