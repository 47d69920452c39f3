import Foundation
import Inspection

/// What the first 100 bytes of a database file say, read without SQLite, so that a file that is not ours stays exactly as
/// it is. Source: https://www.sqlite.org/fileformat.html section 1.3.
struct DatabaseHeader: Sendable {
    var userVersion: Int64
    var application: Int64

    /// Nil unless `bytes` begin like an SQLite database.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 72, bytes.starts(with: Array("SQLite format 3".utf8) + [0]) else { return nil }
        func word(_ at: Int) -> Int64 { bytes[at..<(at + 4)].reduce(0) { $0 << 8 | Int64($1) } }
        userVersion = word(60)
        application = word(68)
    }

    /// Refuses a file that this version must not open. A missing or empty file is a new database.
    static func check(_ path: String) throws(StoreError) {
        guard FileManager.default.fileExists(atPath: path) else { return }
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw StoreError(
                kind: .unreadable, description: "open \(path): not permitted",
                hint: "the file must belong to the user that the daemon runs as")
        }
        defer { try? file.close() }
        let bytes: [UInt8]
        do { bytes = Array(try file.read(upToCount: 100) ?? Data()) } catch { throw StoreError("read", path, error) }
        if bytes.isEmpty { return }
        guard let header = DatabaseHeader(bytes) else {
            throw StoreError(
                kind: .damaged, description: "\(path) is not a database", hint: StoreError.damagedHint)
        }
        // A version of 0 is a database whose first transaction is still in its write-ahead log.
        guard header.application == Schema.application || (header.application == 0 && header.userVersion == 0) else {
            throw StoreError(
                kind: .invalid, description: "\(path) is another program's database",
                hint: "give FlyOnce a state directory of its own")
        }
        guard header.userVersion <= Schema.format else { throw .newerFormat(header.userVersion, path: path) }
    }
}
