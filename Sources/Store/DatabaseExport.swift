import Foundation
import GRDB
import Glibc
public import Inspection

/// Copies the database of a gateway, running or not, into one new file: a snapshot of one moment, looked through, on disk when it
/// returns. A daemon that is started on it begins a new epoch, so that nothing is taken for what came after the copy.
public struct DatabaseExport: Sendable {
    /// Pages copied between two words on the progress.
    static let pagesPerStep: CInt = 4096
    /// Bytes of the write-ahead log beyond which the copy gives up: it stands in the way of folding it in.
    static let logLimit: Int64 = 1 << 30
    /// Row of `meta` that marks a copy.
    static let mark = "copied"

    public struct Summary: Sendable, Hashable {
        public var bytes: Int64
        public var findings: Int64
        /// The place in the change feed at which it was made.
        public var sequence: Int64
    }

    public let source: String
    public let target: String

    public init(of source: String, to target: String) {
        self.source = source
        self.target = target
    }

    /// Refuses to write over anything. `progress` gets shares, 0…1. Blocks its thread.
    public func write(progress: (Double) -> Void = { _ in }) throws(StoreError) -> Summary {
        guard FileManager.default.fileExists(atPath: source) else {
            throw StoreError(kind: .notFound, description: "\(source): no database there yet")
        }
        guard (try? FileManager.default.attributesOfItem(atPath: target)) == nil else {
            throw StoreError(kind: .invalid, description: "\(target) is there already", hint: "name a new file")
        }
        let beside = target + ".part"
        func clear() {
            for suffix in ["", "-journal", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: beside + suffix)
            }
        }
        clear()
        guard FileManager.default.createFile(atPath: beside, contents: nil, attributes: [.posixPermissions: 0o600])
        else {
            throw StoreError(
                kind: .unreadable, description: "make \(beside): not possible",
                hint: "the folder must be there, with room, and belong to you")
        }
        do {
            let summary = try copy(to: beside, progress)
            try Self.sync(beside)
            // Not over a file that came meanwhile.
            try FileManager.default.moveItem(atPath: beside, toPath: target)
            try Self.sync((target as NSString).deletingLastPathComponent)
            return summary
        } catch {
            clear()
            throw StoreError("export", database: source, error)
        }
    }

    private func copy(to path: String, _ progress: (Double) -> Void) throws -> Summary {
        var reading = Configuration()
        reading.readonly = true
        reading.busyMode = .timeout(10)
        let from = try DatabaseQueue(path: source, configuration: reading)
        defer { try? from.close() }
        let into = try DatabaseQueue(path: path)
        defer { try? into.close() }
        // One read transaction around all steps: none of them begins anew when somebody writes.
        try from.read { db in
            // Asked of the snapshot: a running daemon folds its log into the file's first page at any moment.
            guard try Int64.fetchOne(db, sql: "PRAGMA application_id") == Schema.application else {
                throw StoreError(kind: .invalid, description: "\(source) is another program's database")
            }
            let version = try Int64.fetchOne(db, sql: "PRAGMA user_version") ?? 0
            guard version <= Schema.format else { throw StoreError.newerFormat(version, path: source) }
            guard version == Schema.format else {
                throw StoreError(
                    kind: .invalid, description: "\(source) has the older format \(version)",
                    hint: "start this FlyOnce on it once, or copy it with the one that wrote it")
            }
            _ = try Row.fetchOne(db, sql: "SELECT 1 FROM meta LIMIT 1")
            try into.writeWithoutTransaction { copy in
                try copy.execute(sql: "PRAGMA synchronous = OFF")
                try withoutActuallyEscaping(progress) { tell in
                    try db.backup(to: copy, pagesPerStep: Self.pagesPerStep) { step in
                        tell(Double(step.completedPageCount) / Double(max(step.totalPageCount, 1)) * 0.7)
                        try refuseLongLog()
                    }
                }
            }
        }
        return try into.writeWithoutTransaction { db in
            // One file, without a log beside it.
            try db.execute(sql: "PRAGMA journal_mode = DELETE")
            for (index, table) in IntegrityCheck.tables.enumerated() {
                if let complaint = try IntegrityCheck.complaint(db, of: table) {
                    throw StoreError.damaged("\(source): \(table): \(complaint)")
                }
                progress(0.7 + 0.3 * Double(index + 1) / Double(IntegrityCheck.tables.count))
            }
            try db.execute(sql: "INSERT OR REPLACE INTO meta VALUES (?, '1')", arguments: [Self.mark])
            return Summary(
                bytes: try Int64.fetchOne(
                    db, sql: "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
                    ?? 0,
                findings: try Int64.fetchOne(db, sql: "SELECT COUNT(*) FROM findings") ?? 0,
                sequence: try SequenceRow.newest(db))
        }
    }

    private func refuseLongLog() throws {
        let log = try? FileManager.default.attributesOfItem(atPath: source + "-wal")[.size] as? NSNumber
        guard let log, log.int64Value > Self.logLimit else { return }
        throw StoreError(
            kind: .locked, description: "the write-ahead log of \(source) grew to \(log.int64Value) bytes meanwhile",
            hint: "copy to a faster disk, or when less is found")
    }

    private static func sync(_ path: String) throws {
        guard let file = FileHandle(forReadingAtPath: path.isEmpty ? "." : path) else {
            throw StoreError(kind: .io, description: "open \(path) to sync it: failed")
        }
        defer { try? file.close() }
        guard fsync(file.fileDescriptor) == 0 else {
            throw StoreError(kind: .io, description: "fsync \(path): error \(errno)", hint: "check the disk (dmesg)")
        }
    }

    /// In the database that a daemon opens: a copy begins a new epoch, and what was waiting in it may have arrived since.
    /// Nil for one that is no copy.
    static func begin(_ db: Database, epoch: () -> String, tell: (StoreNotice) -> Void) throws -> String? {
        guard try Row.fetchOne(db, sql: "SELECT 1 FROM meta WHERE key = ?", arguments: [mark]) != nil else {
            return nil
        }
        let fresh = epoch()
        try db.inTransaction(.immediate) {
            try db.execute(sql: "UPDATE meta SET value = ? WHERE key = 'epoch'", arguments: [fresh])
            try db.execute(
                sql: """
                    UPDATE outbox SET unanswered = 1, attempts = MAX(attempts, 1) WHERE state IN ('pending', 'leased')
                    """)
            try db.execute(sql: "DELETE FROM meta WHERE key = ?", arguments: [mark])
            return .commit
        }
        tell(StoreNotice(.notice, "the database is a copy that was exported: the epoch \(fresh) begins"))
        return fresh
    }
}
