import Foundation

/// The events on disk, a JSON line each, written and synced before anyone is answered. Attachments lie beside it, in a
/// folder of the same name with `.attachments`, a file a hash.
struct CaseJournal: Sendable {
    private let url: URL
    private let folder: URL
    private let handle: FileHandle

    /// Opens or makes the journal and reads what is in it. A torn last line is cut off; a damaged line elsewhere is skipped
    /// and counted.
    static func open(_ path: String) throws(CasePlatformError) -> (
        journal: CaseJournal, events: [CaseEvent], damaged: Int
    ) {
        let url = URL(fileURLWithPath: path)
        let folder = URL(fileURLWithPath: path + ".attachments", isDirectory: true)
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            if !FileManager.default.fileExists(atPath: path) { try Data().write(to: url) }
            let data = try Data(contentsOf: url)
            let end = data.lastIndex(of: 10).map { $0 + 1 } ?? 0
            let lines = data[..<end].split(separator: 10)
            let decoder = JSONDecoder()
            let events = lines.compactMap { try? decoder.decode(CaseEvent.self, from: Data($0)) }
            let handle = try FileHandle(forUpdating: url)
            try handle.truncate(atOffset: UInt64(end))
            try handle.seekToEnd()
            return (CaseJournal(url: url, folder: folder, handle: handle), events, lines.count - events.count)
        } catch {
            throw CasePlatformError(
                kind: .journal,
                description: "the journal \(path) cannot be opened: name a file where this user may write")
        }
    }

    /// An event that cannot be written whole is cut off again: the next must not join what is there of it.
    func append(_ event: CaseEvent) throws(CasePlatformError) {
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let line = try encoder.encode(event) + [10]
            let end = try handle.offset()
            do {
                try handle.write(contentsOf: line)
                try handle.synchronize()
            } catch {
                try handle.truncate(atOffset: end)
                throw error
            }
        } catch {
            throw CasePlatformError(
                kind: .journal, description: "the journal \(url.path) cannot be written: make room on its disk")
        }
    }

    /// `sha256` has been checked to be 64 hexadecimal digits. File and folder are synced: the event that follows says that
    /// the attachment is there.
    func keep(_ bytes: Data, sha256: String) throws(CasePlatformError) {
        do {
            let file = folder.appendingPathComponent(sha256)
            try bytes.write(to: file, options: .atomic)
            try Self.sync(file)
            try Self.sync(folder)
        } catch {
            throw CasePlatformError(
                kind: .journal, description: "attachment \(sha256) cannot be written: make room on its disk")
        }
    }

    private static func sync(_ url: URL) throws {
        let handle = try FileHandle(forReadingFrom: url)
        defer { try? handle.close() }
        try handle.synchronize()
    }

    func attachment(_ sha256: String) -> Data? { try? Data(contentsOf: folder.appendingPathComponent(sha256)) }
}
