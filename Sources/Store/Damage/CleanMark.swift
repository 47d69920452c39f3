import Foundation
import Inspection

/// Says that the database was closed in order: the file `flyonce.db-clean`, written when the last connection is closed and removed
/// before the next one is opened. Where it is missing, or speaks of another database, the rows are looked through after the start.
///
/// A file and not a row, so that it can be removed on a full disk too.
struct CleanMark: Sendable {
    let database: String

    private var path: String { database + "-clean" }

    /// Removes the mark; true when there was one and it agrees with the file.
    func take() throws(StoreError) -> Bool {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return false }
        let agrees = text == stamp && !FileManager.default.fileExists(atPath: database + "-wal")
        do { try FileManager.default.removeItem(atPath: path) } catch { throw StoreError("remove", path, error) }
        try QuarantineFolder(state: folder).sync(folder)
        return agrees
    }

    /// Where it cannot be written the next start looks through the rows, no more.
    func leave() {
        guard let stamp else { return }
        try? QuarantineFolder.write(stamp, to: path)
        try? QuarantineFolder(state: folder).sync(folder)
    }

    private var folder: String { (database as NSString).deletingLastPathComponent }

    /// Size and time of the last change, to the second.
    private var stamp: String? {
        guard let facts = try? FileManager.default.attributesOfItem(atPath: database),
            let size = facts[.size] as? NSNumber, let date = facts[.modificationDate] as? Date
        else { return nil }
        return "\(size.int64Value) \(Int64(date.timeIntervalSince1970))\n"
    }
}
