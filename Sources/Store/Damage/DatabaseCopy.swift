import Foundation
import GRDB
import Inspection

/// Makes a database anew from tables that can all be read by their own trees, where SQLite cannot even clear a damaged index.
/// Everything stays what it was: the rows with their numbers, the books, the epoch.
enum DatabaseCopy {
    /// Writes the copy beside the database, whose connections are closed, and puts it in its place; the old one goes into the
    /// quarantine, and is salvaged after all when the power goes in between. Throws what SQLite cannot read.
    static func replace(
        _ path: String, epoch: String, now: UTCTime, _ quarantine: QuarantineFolder
    ) throws {
        let fresh = path + "-anew"
        func remove() {
            for suffix in ["", "-wal", "-shm", "-journal"] {
                try? FileManager.default.removeItem(atPath: fresh + suffix)
            }
        }
        remove()
        do {
            try fill(fresh, from: path, epoch: epoch, now: now)
            let name = try quarantine.setAside(path, because: "an index is damaged; every row was kept", at: now)
            try FileManager.default.moveItem(atPath: fresh, toPath: path)
            try quarantine.sync(quarantine.state)
            quarantine.finish(name)
        } catch {
            remove()
            throw error
        }
    }

    private static func fill(_ fresh: String, from path: String, epoch: String, now: UTCTime) throws {
        let queue = try DatabaseQueue(path: fresh)
        defer { try? queue.close() }
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            try Schema.migrate(db, now: now) { epoch }
            try db.execute(sql: "ATTACH ? AS damaged", arguments: [path])
            try db.inTransaction {
                for table in IntegrityCheck.tables where table != "books" { try copy(table, in: db) }
                // The triggers have counted what was copied; the lines of the books say more.
                try db.execute(
                    sql: """
                        DELETE FROM books; INSERT INTO books SELECT * FROM damaged.books NOT INDEXED;
                        DELETE FROM sqlite_sequence; INSERT INTO sqlite_sequence SELECT * FROM damaged.sqlite_sequence
                        """)
                // The text of tables that grew with their formats is another than that of tables made at once.
                try Schema.forgetText(db)
                return .commit
            }
            try db.execute(sql: "DETACH damaged")
        }
    }

    private static func copy(_ table: String, in db: Database) throws {
        var columns = try String.fetchAll(db, sql: "SELECT name FROM pragma_table_info('\(table)')")
        let text = try String.fetchOne(db, sql: "SELECT sql FROM main.sqlite_master WHERE name = ?", arguments: [table])
        let hasAlias = text?.contains("INTEGER PRIMARY KEY") ?? false
        if !hasAlias, text?.contains("WITHOUT ROWID") == false { columns.append("rowid") }
        let names = columns.joined(separator: ", ")
        try db.execute(
            sql: """
                DELETE FROM main.\(table);
                INSERT INTO main.\(table) (\(names)) SELECT \(names) FROM damaged.\(table) NOT INDEXED
                """)
    }
}
