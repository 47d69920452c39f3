import Foundation
import Inspection
import Synchronization

/// A file of evidence that cannot be handed out.
public struct EvidenceFault: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// Its bytes are not what its name says.
        case damaged
        /// The system does not give its bytes, and says why.
        case unreadable(reason: String)
    }

    public var sha256: String
    public var path: String
    public var kind: Kind
}

/// Which files were hashed in this life, and whether they hold what their name says. A file is hashed before it is first handed
/// out, and again when its size, time or inode is another.
final class SoundFiles: Sendable {
    fileprivate struct Stamp: Hashable {
        var bytes: Int64
        var modified: Date?
        var inode: UInt64
    }

    fileprivate struct State {
        var sound: [String: Stamp] = [:]
        var damaged: [String: Stamp] = [:]
        var unreadable: Set<String> = []
        var damagedCount = 0
    }

    /// Remembered at most of each kind; beyond, all is forgotten and hashed again.
    fileprivate static let limit = 65_536

    private let state = Mutex(State())
    private let tell: @Sendable (EvidenceFault) -> Void

    /// `tell` is called once for each file that is found damaged or cannot be read, and again when it was well in between.
    init(tell: @escaping @Sendable (EvidenceFault) -> Void = { _ in }) { self.tell = tell }

    /// Files that were found not to hold what their name says.
    var damagedCount: Int { state.withLock { $0.damagedCount } }

    /// Nil for a file at `path` that has this hash. Blocks its thread.
    func fault(_ path: String, sha256: String) -> EvidenceFault.Kind? {
        let stamp: Stamp
        let hash: String
        do {
            stamp = try Self.stamp(of: path)
            let known = state.withLock { ($0.sound[sha256], $0.damaged[sha256]) }
            if known.0 == stamp { return nil }
            if known.1 == stamp { return .damaged }
            hash = try Shelf.hash(ofFile: path)
        } catch {
            return unread(path, sha256, StoreError("read", path, error).description)
        }
        let news = state.withLock { state -> Bool in
            state.unreadable.remove(sha256)
            guard hash == sha256 else { return state.damage(sha256, stamp) }
            if state.sound.count >= Self.limit { state.sound = [:] }
            state.sound[sha256] = stamp
            state.damaged[sha256] = nil
            return false
        }
        if news { tell(EvidenceFault(sha256: sha256, path: path, kind: .damaged)) }
        return hash == sha256 ? nil : .damaged
    }

    private func unread(_ path: String, _ sha256: String, _ reason: String) -> EvidenceFault.Kind? {
        let news = state.withLock { state -> Bool in
            if state.unreadable.count >= Self.limit { state.unreadable = [] }
            // One that was taken away meanwhile is no trouble.
            guard FileManager.default.fileExists(atPath: path) else { return false }
            return state.unreadable.insert(sha256).inserted
        }
        if news { tell(EvidenceFault(sha256: sha256, path: path, kind: .unreadable(reason: reason))) }
        return .unreadable(reason: reason)
    }

    private static func stamp(of path: String) throws -> Stamp {
        let facts = try FileManager.default.attributesOfItem(atPath: path)
        return Stamp(
            bytes: (facts[.size] as? NSNumber)?.int64Value ?? -1, modified: facts[.modificationDate] as? Date,
            inode: (facts[.systemFileNumber] as? NSNumber)?.uint64Value ?? 0)
    }
}

extension SoundFiles.State {
    /// True for a file that was not known to be damaged.
    fileprivate mutating func damage(_ sha256: String, _ stamp: SoundFiles.Stamp) -> Bool {
        sound[sha256] = nil
        if damaged.count >= SoundFiles.limit { damaged = [:] }
        guard damaged.updateValue(stamp, forKey: sha256) == nil else { return false }
        damagedCount += 1
        return true
    }
}
