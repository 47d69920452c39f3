import Foundation
import GRDB
import Glibc
import Inspection

extension StoreError {
    static func full(_ path: String) -> StoreError {
        StoreError(
            kind: .full, description: "no space left for \(path)",
            hint: "make room on this file system; FlyOnce goes on by itself")
    }

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
        case .SQLITE_NOTADB, .SQLITE_CORRUPT:
            self.init(kind: .damaged, description: what, hint: Self.damagedHint)
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_AUTH:
            self.init(
                kind: .unreadable, description: what, hint: "the file must belong to the user that the daemon runs as")
        case .SQLITE_MISUSE: self = .closed()
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(kind: .locked, description: what, hint: "another program has the database open; close it")
        case .SQLITE_CONSTRAINT, .SQLITE_MISMATCH, .SQLITE_TOOBIG, .SQLITE_RANGE:
            self.init(kind: .invalid, description: what)
        default:
            self.init(kind: .io, description: what, hint: "check the disk (dmesg), then start again")
        }
    }

    static let damagedHint =
        "nothing was deleted: move the file away (and its -wal) to start empty, or restore a backup"

    /// What Cocoa's own codes mean where no errno lies below them.
    private static let posix: [Int: Int] = [
        CocoaError.fileNoSuchFile.rawValue: Int(ENOENT), CocoaError.fileReadNoSuchFile.rawValue: Int(ENOENT),
        CocoaError.fileWriteFileExists.rawValue: Int(EEXIST), CocoaError.fileWriteNoPermission.rawValue: Int(EACCES),
        CocoaError.fileReadNoPermission.rawValue: Int(EACCES), CocoaError.fileWriteVolumeReadOnly.rawValue: Int(EROFS),
    ]
    private static let reasons: [Int32: String] = [
        ENOSPC: "the disk is full", EDQUOT: "the quota is used up", EACCES: "permission denied",
        EPERM: "not permitted", EROFS: "the file system is read-only", ENOTDIR: "a part of the path is not a directory",
        EEXIST: "it exists and is not a directory", ENOENT: "there is no such directory", EIO: "the disk failed",
        EMFILE: "too many open files", ENFILE: "too many open files",
    ]

    /// What a Foundation file error means to the store.
    init(_ operation: String, _ path: String, _ error: any Error) {
        var code: Int?
        var next: NSError? = error as NSError
        while let current = next {
            if current.domain == NSPOSIXErrorDomain { code = current.code }
            if current.domain == NSCocoaErrorDomain, current.code == CocoaError.fileWriteOutOfSpace.rawValue {
                code = Int(ENOSPC)
            }
            if current.domain == NSCocoaErrorDomain, code == nil { code = Self.posix[current.code] }
            // On Linux the underlying error is any Error, not an NSError.
            next = (current.userInfo[NSUnderlyingErrorKey] as? any Error).map { $0 as NSError }
        }
        let reason =
            code.flatMap { Self.reasons[Int32(truncatingIfNeeded: $0)] } ?? (error as NSError).localizedDescription
        let what = "\(operation) \(path): \(reason)"
        switch code.map({ Int32(truncatingIfNeeded: $0) }) {
        case ENOSPC, EDQUOT: self = .full(path)
        case EACCES, EPERM, EROFS:
            self.init(
                kind: .unreadable, description: what,
                hint: "the directory must belong to the user that the daemon runs as")
        case ENOTDIR, EEXIST, ENOENT:
            self.init(kind: .invalid, description: what, hint: "give the path of a directory")
        default: self.init(kind: .io, description: what, hint: "check the disk (dmesg), then start again")
        }
    }
}
