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

    func append(_ event: CaseEvent) throws(CasePlatformError) {
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            try handle.write(contentsOf: try encoder.encode(event) + [10])
            try handle.synchronize()
        } catch {
            throw CasePlatformError(
                kind: .journal, description: "the journal \(url.path) cannot be written: make room on its disk")
        }
    }

    /// `sha256` has been checked to be 64 hexadecimal digits.
    func keep(_ bytes: Data, sha256: String) throws(CasePlatformError) {
        do {
            try bytes.write(to: folder.appendingPathComponent(sha256), options: .atomic)
        } catch {
            throw CasePlatformError(
                kind: .journal, description: "attachment \(sha256) cannot be written: make room on its disk")
        }
    }

    func attachment(_ sha256: String) -> Data? { try? Data(contentsOf: folder.appendingPathComponent(sha256)) }
}
