import Foundation
import Inspection

/// Looks into a folder and the folders in it, as seldom as may be: a folder whose own time is the same has the same files,
/// and only those that were still growing can have changed.
struct FolderScan {
    /// Of files that were read, in the folder itself: never looked into.
    static let finished: Set<String> = ["done", "failed"]

    let root: String
    /// Folders looked into at most.
    private let limit: Int
    let depth: Int
    /// Nanoseconds after which everything is looked at again.
    let review: Int64
    private var known: [String: (modified: Int64, folders: [String])] = [:]
    private var reviewedAt: Int64?
    /// Folders that could not be looked into at the last look.
    private(set) var unreadable = 0
    /// Folders that were not looked into, for there were too many.
    private(set) var overLimit = 0

    init(root: String, options: FolderOptions, limit: Int = 10_000) {
        self.root = root
        self.limit = max(limit, 1)
        depth = min(max(options.depth, 0), 16)
        review = Int64(min(max(options.reviewSeconds, 1), 3600) * 1e9)
    }

    /// Brings `drop` up to date at `now`, monotonic nanoseconds. Throws when the folder itself is not there or cannot be
    /// looked into; what was known of it is forgotten then, since another card may come in its place.
    mutating func look(_ drop: inout DropFolder, now: Int64) throws(SourceError) {
        let isReview = reviewedAt.map { now &- $0 >= review } ?? true
        if isReview { reviewedAt = now }
        unreadable = 0
        overLimit = 0
        var seen: Set<String> = []
        do throws(SourceError) {
            try look("", level: 0, isReview, &drop, now, &seen)
        } catch {
            known = [:]
            reviewedAt = nil
            drop.keep { _ in false }
            throw error
        }
        drop.keep { seen.contains($0) }
        known = known.filter { seen.contains($0.key) }
    }

    private mutating func look(
        _ folder: String, level: Int, _ isReview: Bool, _ drop: inout DropFolder, _ now: Int64,
        _ seen: inout Set<String>
    ) throws(SourceError) {
        guard seen.count < limit else {
            overLimit += 1
            return
        }
        let path = folder.isEmpty ? root : root + "/" + folder
        guard let facts = Self.facts(folder.isEmpty ? path + "/." : path), facts.kind == .typeDirectory else {
            throw SourceError(
                kind: .notFound, description: "no folder at \(path)", hint: "it is looked for again and again")
        }
        if !isReview, let same = known[folder], same.modified == facts.modified, !drop.isUnsettled(folder) {
            seen.insert(folder)
            return lookInto(same.folders, level, isReview, &drop, now, &seen)
        }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw SourceError(
                kind: .noPermission, description: "the folder \(path) cannot be looked into",
                hint: "let the service's user read it")
        }
        seen.insert(folder)
        var entries: [DropFolder.Entry] = []
        var inner: [String] = []
        for name in names.sorted() where !name.hasPrefix(".") {
            if DropFolder.kind(of: name) == .ignored {
                let isFinished = folder.isEmpty && Self.finished.contains(name)
                guard level < depth, !isFinished, Self.facts(path + "/" + name)?.kind == .typeDirectory else {
                    continue
                }
                inner.append(DropFolder.path(folder, name))
            } else if let facts = Self.facts(path + "/" + name), facts.kind == .typeRegular {
                entries.append(DropFolder.Entry(name: name, size: facts.size, modified: facts.modified))
            }
        }
        drop.see(entries, in: folder, now: now)
        known[folder] = (facts.modified, inner)
        lookInto(inner, level, isReview, &drop, now, &seen)
    }

    private mutating func lookInto(
        _ folders: [String], _ level: Int, _ isReview: Bool, _ drop: inout DropFolder, _ now: Int64,
        _ seen: inout Set<String>
    ) {
        for folder in folders {
            do throws(SourceError) {
                try look(folder, level: level + 1, isReview, &drop, now, &seen)
            } catch {
                unreadable += 1
            }
        }
    }

    /// Also for a symbolic link to a folder.
    static func isFolder(_ path: String) -> Bool { facts(path + "/.")?.kind == .typeDirectory }

    /// Of the file itself, not of what a symbolic link points to. Modified in microseconds.
    static func facts(_ path: String) -> (kind: FileAttributeType?, size: Int64, modified: Int64)? {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { return nil }
        let date = attributes[.modificationDate] as? Date
        return (
            attributes[.type] as? FileAttributeType, (attributes[.size] as? NSNumber)?.int64Value ?? 0,
            date.flatMap { Int64(exactly: ($0.timeIntervalSince1970 * 1e6).rounded()) } ?? 0
        )
    }
}
