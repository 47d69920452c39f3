import Foundation
import Inspection
import Synchronization

/// Which files were hashed in this life and hold what their name says. A file is hashed before it is first handed out, and again
/// when its size, time or inode is another.
final class SoundFiles: Sendable {
    private struct Stamp: Hashable {
        var bytes: Int64
        var modified: Date?
        var inode: UInt64
    }

    /// Remembered at most; beyond, all is forgotten and hashed again.
    private static let limit = 65_536

    private let known = Mutex<[String: Stamp]>([:])
    private let damaged = Mutex<Set<String>>([])

    /// Files that did not hold what their name says.
    var damagedCount: Int { damaged.withLock { $0.count } }

    /// True when the file at `path` has this hash. Blocks its thread.
    func holds(_ path: String, sha256: String) -> Bool {
        guard let stamp = Self.stamp(of: path) else { return false }
        if known.withLock({ $0[sha256] }) == stamp { return true }
        guard (try? Shelf.hash(ofFile: path)) == sha256 else {
            damaged.withLock { if $0.count < Self.limit { $0.insert(sha256) } }
            return false
        }
        known.withLock { known in
            if known.count >= Self.limit { known = [:] }
            known[sha256] = stamp
        }
        return true
    }

    private static func stamp(of path: String) -> Stamp? {
        guard let facts = try? FileManager.default.attributesOfItem(atPath: path) else { return nil }
        return Stamp(
            bytes: (facts[.size] as? NSNumber)?.int64Value ?? -1, modified: facts[.modificationDate] as? Date,
            inode: (facts[.systemFileNumber] as? NSNumber)?.uint64Value ?? 0)
    }
}
