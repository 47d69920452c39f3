import Foundation

/// What a simulation writes with nothing more than bytes.
enum OutputFile {
    /// The path of a directory, made when missing, with a slash at its end.
    static func directory(_ path: String) throws(SimulatorError) -> String {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw SimulatorError(
                kind: .output, description: "the directory \(path) cannot be made",
                hint: "name one where this user may write")
        }
        return path.hasSuffix("/") ? path : path + "/"
    }

    static func save(_ bytes: [UInt8], _ path: String) throws(SimulatorError) {
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw SimulatorError(
                kind: .output, description: "\(path) cannot be written",
                hint: "make room, or name a directory where this user may write")
        }
    }
}
