import Foundation

/// What an error of the file system means, whoever writes: the evidence or the database.
extension StoreError {
    public static func full(_ path: String) -> StoreError {
        StoreError(
            kind: .full, description: "no space left for \(path)",
            hint: "make room on this file system; FlyOnce goes on by itself")
    }

    /// `error` is Foundation's; a ``StoreError`` stays what it is.
    public init(_ operation: String, _ path: String, _ error: any Error) {
        if let error = error as? StoreError {
            self = error
            return
        }
        let code = Self.code(error)
        let what =
            "\(operation) \(path): \(code.flatMap { Self.reasons[$0] } ?? (error as NSError).localizedDescription)"
        switch code {
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

    /// The `errno` beneath an error of Foundation's, or what its own code stands for.
    private static func code(_ error: any Error) -> Int32? {
        var code: Int32?
        var next: NSError? = error as NSError
        while let current = next {
            if current.domain == NSPOSIXErrorDomain { code = Int32(truncatingIfNeeded: current.code) }
            if current.domain == NSCocoaErrorDomain, current.code == CocoaError.fileWriteOutOfSpace.rawValue {
                code = ENOSPC
            }
            if current.domain == NSCocoaErrorDomain, code == nil { code = cocoa[current.code] }
            // On Linux the underlying error is any Error, not an NSError.
            next = (current.userInfo[NSUnderlyingErrorKey] as? any Error).map { $0 as NSError }
        }
        return code
    }

    private static let cocoa: [Int: Int32] = [
        CocoaError.fileNoSuchFile.rawValue: ENOENT, CocoaError.fileReadNoSuchFile.rawValue: ENOENT,
        CocoaError.fileWriteFileExists.rawValue: EEXIST, CocoaError.fileWriteNoPermission.rawValue: EACCES,
        CocoaError.fileReadNoPermission.rawValue: EACCES, CocoaError.fileWriteVolumeReadOnly.rawValue: EROFS,
    ]
    private static let reasons: [Int32: String] = [
        ENOSPC: "the disk is full", EDQUOT: "the quota is used up", EACCES: "permission denied",
        EPERM: "not permitted", EROFS: "the file system is read-only", ENOTDIR: "a part of the path is not a directory",
        EEXIST: "it exists and is not a directory", ENOENT: "there is no such directory", EIO: "the disk failed",
        EMFILE: "too many open files", ENFILE: "too many open files",
    ]
}
