import Foundation
import GStreamer
import Glibc
import Inspection

/// The pictures on their way to an analyser: files in memory that it maps, one for every frame it may hold at once. In a
/// folder of its own that only this user can enter, and that goes with the process's end.
final class AnalyserMemory {
    private static let prefix = "flyonce-analyser-"

    private let folder: String
    private var slots: [FileHandle?]
    private var users: [Int?]

    /// Folders that a killed gateway left behind are removed first.
    init(in base: String, source: Name, slots count: Int) throws {
        Self.sweep(base)
        folder = "\(base)/\(Self.prefix)\(getpid())-\(source.text)"
        try? FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        slots = Array(repeating: nil, count: max(count, 1))
        users = Array(repeating: nil, count: slots.count)
    }

    deinit {
        for slot in slots { try? slot?.close() }
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Lays a picture into a free slot; nil when there is none.
    func lay(_ picture: AnalyserPicture, for id: Int) throws -> AnalyserFrameLine.Place? {
        guard let index = users.firstIndex(of: nil) else { return nil }
        let path = "\(folder)/\(index).rgb"
        let stride = picture.width * 3
        let bytes = stride * picture.height
        if slots[index] == nil {
            guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
                let handle = FileHandle(forWritingAtPath: path)
            else { throw CocoaError(.fileWriteUnknown) }
            slots[index] = handle
        }
        guard let slot = slots[index] else { return nil }
        try slot.seek(toOffset: 0)
        // Never made smaller: a reader may have mapped all of it.
        try slot.write(contentsOf: Data(picture.pixels.bytes.prefix(bytes)))
        users[index] = id
        return AnalyserFrameLine.Place(
            path: path, width: picture.width, height: picture.height, stride: stride, bytes: bytes)
    }

    func free(_ id: Int) {
        for index in users.indices where users[index] == id { users[index] = nil }
    }

    func freeAll() { users = Array(repeating: nil, count: users.count) }

    private static func sweep(_ base: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? [] where name.hasPrefix(prefix) {
            guard let process = Int32(name.dropFirst(prefix.count).prefix { $0 != "-" }), process > 0,
                kill(process, 0) != 0, errno == ESRCH
            else { continue }
            try? FileManager.default.removeItem(atPath: base + "/" + name)
        }
    }
}
