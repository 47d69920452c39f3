import GRDB
import Inspection

extension StoreError {
    static func closed() -> StoreError {
        StoreError(kind: .io, description: "the database is closed", hint: "start the daemon again")
    }

    /// What an error of SQLite means to the store. Codes: https://www.sqlite.org/rescode.html
    init(_ operation: String, database path: String, _ error: any Error) {
        if let error = error as? StoreError {
            self = error
            return
        }
        guard let error = error as? DatabaseError else {
            self.init(operation, path, error)
            return
        }
        let what = "\(operation) \(path): \(error.message ?? "SQLite error") (\(error.extendedResultCode.rawValue))"
        switch error.resultCode {
        case .SQLITE_FULL: self = .full(path)
        // Growing the shared-memory file is the one write whose lack of space SQLite does not call FULL.
        case .SQLITE_IOERR where error.extendedResultCode == .SQLITE_IOERR_SHMSIZE: self = .full(path)
        case .SQLITE_NOTADB, .SQLITE_CORRUPT, .SQLITE_FORMAT:
            self.init(kind: .damaged, description: what, hint: Self.damagedHint)
        case .SQLITE_INTERRUPT, .SQLITE_ABORT:
            self.init(
                kind: .locked, description: what, hint: "it was broken off so that others can go on; ask again")
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_AUTH:
            self.init(
                kind: .unreadable, description: what, hint: "the file must belong to the user that the daemon runs as")
        case .SQLITE_MISUSE: self = .closed()
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(kind: .locked, description: what, hint: "another program has the database open; close it")
        case .SQLITE_CONSTRAINT, .SQLITE_MISMATCH, .SQLITE_TOOBIG, .SQLITE_RANGE, .SQLITE_ERROR, .SQLITE_SCHEMA:
            self.init(kind: .invalid, description: what)
        default:
            self.init(kind: .io, description: what, hint: "check the disk (dmesg), then start again")
        }
    }

    static let damagedHint =
        "nothing was deleted: a daemon that starts here sets the file aside in quarantine/ and takes over what is sound"
}
