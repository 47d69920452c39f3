import Foundation
import GRDB
import Inspection

/// What the first 100 bytes of a database file say, read without SQLite, so that a file that is not ours stays exactly as
/// it is. Source: https://www.sqlite.org/fileformat.html section 1.3.
struct DatabaseHeader: Sendable {
    var userVersion: Int64
    var application: Int64

    enum Presence: Sendable { case absent, present }

    /// No FlyOnce will have as many formats: a greater number was never written, it is damage.
    private static let lastFormat: Int64 = 999

    /// The tables and their description lie among these, for they were made first.
    private static let firstPages = 256

    /// Nil unless `bytes` begin like an SQLite database.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 72, bytes.starts(with: Array("SQLite format 3".utf8) + [0]) else { return nil }
        func word(_ at: Int) -> Int64 { bytes[at..<(at + 4)].reduce(0) { $0 << 8 | Int64($1) } }
        userVersion = word(60)
        application = word(68)
    }

    /// Refuses a file that this version must not open. A missing file, and an empty one without a log, is a new database.
    ///
    /// Of a new database whose owner just moves the log into it the first page may be there and the others not yet: what seems
    /// to be another program's is looked at again for a second.
    @discardableResult
    static func check(_ path: String) throws(StoreError) -> Presence {
        for _ in 0..<20 {
            do {
                return try look(at: path)
            } catch {
                guard error.kind == .invalid, FileManager.default.fileExists(atPath: path + "-wal") else { throw error }
                Thread.sleep(forTimeInterval: 0.05)
            }
        }
        return try look(at: path)
    }

    private static func look(at path: String) throws(StoreError) -> Presence {
        let logSize = (try? FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? NSNumber)?.intValue
        let hasLog = (logSize ?? 0) > WriteAheadLog.headerSize
        guard FileManager.default.fileExists(atPath: path) else {
            if hasLog { throw .damaged("\(path) is gone, and its write-ahead log is not") }
            return .absent
        }
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw StoreError(
                kind: .unreadable, description: "open \(path): not permitted",
                hint: "the file must belong to the user that the daemon runs as")
        }
        defer { try? file.close() }
        let bytes: [UInt8]
        do { bytes = Array(try file.read(upToCount: 100) ?? Data()) } catch { throw StoreError("read", path, error) }
        if bytes.isEmpty {
            if hasLog { throw .damaged("\(path) is empty, and its write-ahead log is not") }
            return .absent
        }
        guard let header = DatabaseHeader(bytes) else { throw .damaged("\(path) is not a database") }
        // A version of 0 is a database whose first transaction is still in its write-ahead log.
        guard header.application == Schema.application || (header.application == 0 && header.userVersion == 0) else {
            if try holdsOurTables(path) { throw .damaged("\(path) has a damaged header") }
            throw foreign(path)
        }
        if header.application == 0, try holdsTables(path), try !holdsOurTables(path) { throw foreign(path) }
        if header.userVersion > Schema.format {
            // A bit that flipped is no newer format: the file says its format in a row too.
            if header.userVersion > lastFormat { throw .damaged("\(path) has a damaged header") }
            if let stated = try statedFormat(path), (stated ^ header.userVersion).nonzeroBitCount == 1 {
                throw .damaged("\(path) has a damaged header: format \(header.userVersion), and \(stated) in its rows")
            }
            throw .newerFormat(header.userVersion, path: path)
        }
        return .present
    }

    private static func foreign(_ path: String) -> StoreError {
        StoreError(
            kind: .invalid, description: "\(path) is another program's database",
            hint: "give FlyOnce a state directory of its own")
    }

    /// True when the first page, which describes the tables, describes any.
    private static func holdsTables(_ path: String) throws(StoreError) -> Bool {
        guard let page = try DatabasePages(path).page(1) else { return false }
        return page[100] == 5 || (page[100] == 13 && (page[103] > 0 || page[104] > 0))
    }

    /// True when the text of our schema lies at the beginning of the file.
    private static func holdsOurTables(_ path: String) throws(StoreError) -> Bool {
        let pages = try DatabasePages(path)
        return (1...firstPages).contains { number in
            let page = Data(pages.page(number) ?? [])
            return page.range(of: Data("CREATE TABLE outbox".utf8)) != nil
                || page.range(of: Data("CREATE TABLE revisions".utf8)) != nil
        }
    }

    /// The format that a row of `meta` states; nil for a database that was last written by a FlyOnce without that row.
    private static func statedFormat(_ path: String) throws(StoreError) -> Int64? {
        let pages = try DatabasePages(path)
        for number in 1...firstPages {
            guard let bytes = pages.page(number) else { continue }
            let page = StoredPage(bytes, number: number, of: pages) { columns, hasRowid in columns == 2 && !hasRowid }
            for record in page.records where String.fromDatabaseValue(record.columns[0]) == Schema.formatKey {
                if let format = String.fromDatabaseValue(record.columns[1]).flatMap({ Int64($0) }) { return format }
            }
        }
        return nil
    }
}

extension StoreError {
    static func damaged(_ description: String) -> StoreError {
        StoreError(kind: .damaged, description: description, hint: damagedHint)
    }
}
