import Foundation
import Glibc
import Inspection
import Synchronization

/// Databases that were set aside because SQLite could not read them any more: `quarantine/NNNN-TIME/` in the state directory, each
/// with its write-ahead log and a file that says why, until what is sound in them is taken over, and for people after that.
///
/// Bounded: of those that were taken over, the oldest go while there are more than ``limit`` folders or more than ``byteLimit``
/// bytes. Of those that still hold what was not taken over the oldest are given up while there are more than ``limit``, or more
/// than ``waitingByteLimit`` bytes of them: on a disk that damages one database after another they would fill it. The newest
/// never goes, nor the one that is being taken over.
struct QuarantineFolder: Sendable {
    static let limit = 8
    static let byteLimit: Int64 = 4 << 30
    static let waitingByteLimit: Int64 = 16 << 30
    /// Lies in a folder until everything sound in it is taken over.
    static let mark = "not-taken-over"

    /// Of the state directory.
    let state: String
    private let byteLimit: Int64
    private let waitingByteLimit: Int64
    /// Told of each that is given up: its name and its bytes.
    private let gaveUp: @Sendable (String, Int64) -> Void
    private let inHand = InHand()

    /// The name of the folder that is being taken over.
    private final class InHand: Sendable {
        let name = Mutex<String?>(nil)
    }

    init(
        state: String, byteLimit: Int64 = Self.byteLimit, waitingByteLimit: Int64 = Self.waitingByteLimit,
        gaveUp: @escaping @Sendable (String, Int64) -> Void = { _, _ in }
    ) {
        self.state = state
        self.byteLimit = byteLimit
        self.waitingByteLimit = waitingByteLimit
        self.gaveUp = gaveUp
    }

    /// From now on this one is being taken over; nil: none.
    func take(inHand name: String?) { inHand.name.withLock { $0 = name } }

    var path: String { state + "/quarantine" }

    /// Moves the database at `database` and its log into a folder of their own, whose name is answered. Throws `full` with
    /// everything where it was.
    @discardableResult
    func setAside(_ database: String, because reason: String, at time: UTCTime) throws(StoreError) -> String {
        let stamp = time.rfc3339.prefix(19).filter { $0 != "-" && $0 != ":" }
        let number = (names.compactMap { Int($0.prefix(4)) }.max() ?? 0) % 9999 + 1
        let digits = String(number)
        let name = String(repeating: "0", count: 4 - digits.count) + digits + "-" + stamp + "Z"
        let folder = path + "/" + name
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try Self.write(reason + "\n", to: folder + "/reason")
            // A log without its database is set aside too; its folder shall not wait for one.
            if !Self.exists(database) { try Self.write("", to: folder + "/flyonce.db") }
            try Self.write("", to: folder + "/" + Self.mark)
            try sync(folder)
            try sync(path)
            try sync(state)
        } catch {
            try? FileManager.default.removeItem(atPath: folder)
            throw StoreError("set aside", folder, error)
        }
        try move(database, to: folder)
        prune()
        return name
    }

    /// The log goes first: without its database it is never taken for another's.
    private func move(_ database: String, to folder: String) throws(StoreError) {
        for suffix in ["-wal", ""] where Self.exists(database + suffix) {
            do {
                try FileManager.default.moveItem(atPath: database + suffix, toPath: folder + "/flyonce.db" + suffix)
            } catch { throw StoreError("move \(database)\(suffix) to", folder, error) }
        }
        try? FileManager.default.removeItem(atPath: database + "-shm")
        try sync(folder)
        try sync(state)
    }

    /// Ends a move that a crash interrupted.
    func finishMoves(of database: String) throws(StoreError) {
        for name in waiting where !Self.exists(file(name)) {
            if Self.exists(database) {
                try move(database, to: path + "/" + name)
            } else {
                finish(name)
            }
        }
    }

    /// Folders that hold what was not taken over, newest first: what was set aside later holds the newer rows.
    var waiting: [String] { names.filter { Self.exists(path + "/" + $0 + "/" + Self.mark) }.reversed() }

    func file(_ name: String) -> String { path + "/" + name + "/flyonce.db" }

    /// Everything sound in the folder is in the database now.
    func finish(_ name: String) {
        try? FileManager.default.removeItem(atPath: path + "/" + name + "/" + Self.mark)
        try? sync(path + "/" + name)
        prune()
    }

    /// In the order in which they were set aside.
    private var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [])
            .filter { $0.utf8.count > 5 && Int($0.prefix(4)) != nil && $0.dropFirst(4).first == "-" }.sorted()
    }

    private func prune() {
        var kept = names.map { (name: $0, bytes: Self.bytes(path + "/" + $0)) }
        for (name, _) in kept.dropLast() where !Self.exists(path + "/" + name + "/" + Self.mark) {
            let total = kept.reduce(Int64(0)) { $0 &+ $1.bytes }
            guard kept.count > Self.limit || total > byteLimit else { break }
            try? FileManager.default.removeItem(atPath: path + "/" + name)
            kept.removeAll { $0.name == name }
        }
        giveUp(kept.filter { Self.exists(path + "/" + $0.name + "/" + Self.mark) })
    }

    /// Of those that wait the oldest, beyond what may wait.
    private func giveUp(_ waiting: [(name: String, bytes: Int64)]) {
        let held = inHand.name.withLock { $0 }
        var count = waiting.count
        var total = waiting.reduce(Int64(0)) { $0 &+ $1.bytes }
        for (name, bytes) in waiting.dropLast() where name != held {
            guard count > Self.limit || total > waitingByteLimit else { return }
            // The mark goes first: of a folder with a mark and without its database a move would be taken to be unfinished.
            do { try FileManager.default.removeItem(atPath: path + "/" + name + "/" + Self.mark) } catch { continue }
            try? sync(path + "/" + name)
            try? FileManager.default.removeItem(atPath: path + "/" + name)
            count -= 1
            total = total &- bytes
            gaveUp(name, bytes)
        }
    }

    private static func bytes(_ folder: String) -> Int64 {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).reduce(0) { sum, name in
            let facts = try? FileManager.default.attributesOfItem(atPath: folder + "/" + name)
            return sum &+ ((facts?[.size] as? NSNumber)?.int64Value ?? 0)
        }
    }

    private static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    static func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        guard let file = FileHandle(forUpdatingAtPath: path) else { throw CocoaError(.fileWriteUnknown) }
        defer { try? file.close() }
        try file.synchronize()
    }

    func sync(_ path: String) throws(StoreError) {
        guard let handle = FileHandle(forReadingAtPath: path) else { return }
        defer { try? handle.close() }
        guard fsync(handle.fileDescriptor) == 0 || errno == EINVAL || errno == EROFS else {
            throw StoreError(kind: .io, description: "fsync \(path): error \(errno)", hint: "check the disk (dmesg)")
        }
    }
}
