/// What is known of the files in a watched folder, and which is to be read next. Pure: listings and times come from its
/// caller. A file is complete when its size and time did not change for ``settle``.
struct DropFolder: Sendable {
    enum Kind: Sendable, Hashable { case recording, picture, ignored }

    /// A file as a listing shows it.
    struct Entry: Sendable, Hashable {
        var name: String
        var size: Int64
        /// Any unit, as long as it changes with the file.
        var modified: Int64
    }

    /// What is read in one go; paths from the folder's root.
    enum Work: Sendable, Hashable {
        case recording(String)
        /// All complete pictures of one folder.
        case pictures(folder: String, [String])
    }

    enum Outcome: Sendable, Hashable { case done, failed }

    fileprivate enum Stage: Sendable, Hashable {
        case settling(since: Int64)
        case ready, done, failed
    }

    fileprivate struct Item: Sendable {
        var size: Int64
        var modified: Int64
        var kind: Kind
        var stage: Stage
    }

    private static let recordings: Set<String> = [
        "mp4", "mov", "m4v", "mkv", "ts", "mts", "m2ts", "m2t", "tp", "mpg", "mpeg",
    ]
    private static let pictures: Set<String> = ["jpg", "jpeg"]

    /// An empty file has mostly only been opened by whoever will write it; one that stays so for this many times as long as
    /// others settle is read as it is, and fails, so that the pictures beside it do not wait for it for ever.
    static let emptyPatience: Int64 = 12

    /// Nanoseconds.
    let settle: Int64
    let limit: Int
    private var folders: [String: Folder] = [:]
    private(set) var count = 0
    private var over: [String: Int] = [:]

    init(settleSeconds: Double, limit: Int) {
        settle = Int64(min(max(settleSeconds, 0), 86_400) * 1e9)
        self.limit = max(limit, 1)
    }

    /// By the name alone. Hidden files and those still being written (`.part`, `.tmp`) are ignored.
    static func kind(of name: String) -> Kind {
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex, name.first != "." else { return .ignored }
        let ending = name[name.index(after: dot)...].lowercased()
        if recordings.contains(ending) { return .recording }
        return pictures.contains(ending) ? .picture : .ignored
    }

    /// Takes the listing of one folder at `now` (monotonic nanoseconds). What changed is watched anew, what is gone is
    /// forgotten.
    mutating func see(_ entries: [Entry], in folder: String, now: Int64) {
        let before = folders[folder]?.items ?? [:]
        var items: [String: Item] = [:]
        count -= before.count
        over[folder] = nil
        for entry in entries {
            let kind = Self.kind(of: entry.name)
            guard kind != .ignored else { continue }
            guard count + items.count < limit else {
                over[folder, default: 0] += 1
                continue
            }
            var item = Item(size: entry.size, modified: entry.modified, kind: kind, stage: .settling(since: now))
            if let known = before[entry.name], known.size == entry.size, known.modified == entry.modified {
                item.stage = known.stage
            }
            let patience = entry.size > 0 ? settle : settle &* Self.emptyPatience
            if case .settling(let since) = item.stage, now &- since >= patience { item.stage = .ready }
            items[entry.name] = item
        }
        count += items.count
        folders[folder] = items.isEmpty ? nil : Folder(items, at: folder)
    }

    /// Files that were not taken up, for there were too many.
    var overLimit: Int { over.values.reduce(0, +) }

    /// Folders for which `isThere` says no are forgotten with all that was in them.
    mutating func keep(where isThere: (String) -> Bool) {
        for folder in folders.keys where !isThere(folder) {
            count -= folders[folder]?.items.count ?? 0
            folders[folder] = nil
            over[folder] = nil
        }
    }

    /// True when something in the folder has to be looked at again although nothing came or went.
    func isUnsettled(_ folder: String) -> Bool { folders[folder].map { $0.growing > 0 } ?? false }

    /// The first by path. Pictures wait until every picture of their folder is complete: they are one flight.
    func next() -> Work? {
        var best: (path: String, folder: String, kind: Kind)?
        for (name, folder) in folders {
            if let path = folder.recordings.last, path < best?.path ?? "\u{10FFFF}" { best = (path, name, .recording) }
            guard folder.growingPictures == 0 else { continue }
            if let path = folder.pictures.last, path < best?.path ?? "\u{10FFFF}" { best = (path, name, .picture) }
        }
        guard let best else { return nil }
        if best.kind == .recording { return .recording(best.path) }
        return .pictures(folder: best.folder, folders[best.folder]?.readyPictures ?? [])
    }

    mutating func settle(_ paths: [String], as outcome: Outcome) {
        for path in paths { change(path, to: outcome == .done ? .done : .failed) }
    }

    /// The file changed while it was read: it has to become complete again.
    mutating func reopen(_ path: String, now: Int64) {
        change(path, to: .settling(since: now))
    }

    /// Size and time under which a file was last seen.
    func stamp(of path: String) -> (size: Int64, modified: Int64)? {
        let (folder, name) = Self.split(path)
        return folders[folder]?.items[name].map { ($0.size, $0.modified) }
    }

    /// Complete and not read, and still growing.
    var tally: (waiting: Int, growing: Int) {
        folders.values.reduce(into: (0, 0)) { tally, folder in
            tally.waiting += folder.waiting
            tally.growing += folder.growing
        }
    }

    static func path(_ folder: String, _ name: String) -> String { folder.isEmpty ? name : folder + "/" + name }

    fileprivate static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return ("", path) }
        return (String(path[..<slash]), String(path[path.index(after: slash)...]))
    }

    private mutating func change(_ path: String, to stage: Stage) {
        let (folder, name) = Self.split(path)
        folders[folder]?.change(name, to: stage)
    }
}

extension DropFolder {
    /// The files of one folder, and what is next of them without a look at each.
    fileprivate struct Folder: Sendable {
        private(set) var items: [String: Item]
        /// Paths, the first by name last. The last one is ready; of the others some may not be any more.
        private(set) var recordings: [String]
        private(set) var pictures: [String]
        private(set) var waiting = 0
        private(set) var growing = 0
        private(set) var growingPictures = 0

        init(_ items: [String: Item], at folder: String) {
            self.items = items
            let paths = { (kind: Kind) in
                items.filter { $0.value.kind == kind && $0.value.stage == .ready }
                    .map { DropFolder.path(folder, $0.key) }.sorted(by: >)
            }
            recordings = paths(.recording)
            pictures = paths(.picture)
            for item in items.values { count(item, 1) }
        }

        var readyPictures: [String] { pictures.reversed().filter(isReady) }

        mutating func change(_ name: String, to stage: Stage) {
            guard let item = items[name] else { return }
            count(item, -1)
            let changed = Item(size: item.size, modified: item.modified, kind: item.kind, stage: stage)
            items[name] = changed
            count(changed, 1)
            while let last = recordings.last, !isReady(last) { recordings.removeLast() }
            while let last = pictures.last, !isReady(last) { pictures.removeLast() }
        }

        private func isReady(_ path: String) -> Bool { items[DropFolder.split(path).name]?.stage == .ready }

        private mutating func count(_ item: Item, _ step: Int) {
            if item.stage == .ready { waiting += step }
            guard item.isSettling else { return }
            growing += step
            if item.kind == .picture { growingPictures += step }
        }
    }
}

extension DropFolder.Item {
    fileprivate var isSettling: Bool { if case .settling = stage { true } else { false } }
}
