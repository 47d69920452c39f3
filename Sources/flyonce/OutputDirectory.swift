import Foundation

/// A directory that a command is told to write to.
enum OutputDirectory {
    /// Makes it unless it is there, and tries a file in it, so that hours of work do not end at the last step.
    static func make(_ path: String, option: String = "--output") throws(Failure) {
        let manager = FileManager.default
        let type = (try? manager.attributesOfItem(atPath: path))?[.type] as? FileAttributeType
        if type == .typeRegular {
            throw Failure(.failed, "\(path) is a file: name a directory with \(option).")
        }
        let trial = URL(filePath: path).appending(path: ".flyonce-\(UUID().uuidString)")
        do {
            try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
            try Data().write(to: trial)
            try manager.removeItem(at: trial)
        } catch {
            throw Failure(
                .failed,
                "The directory \(path) cannot be written to: \(FileFault.reason(of: error)); name another with \(option)."
            )
        }
    }
}

/// What a file error of Foundation means, in words.
enum FileFault {
    private static let words: [Int32: String] = [
        ENOSPC: "the disk is full", EDQUOT: "the quota is used up", EACCES: "permission denied",
        EPERM: "not permitted", EROFS: "the file system is read-only", ENOTDIR: "a part of the path is not a directory",
        EEXIST: "something else of this name is there", ENOENT: "it cannot be made there", EIO: "the disk failed",
        ENAMETOOLONG: "the name is too long", ELOOP: "its symbolic links go round in a circle",
        EISDIR: "it is a directory",
    ]
    private static let codes: [CocoaError.Code: Int32] = [
        .fileNoSuchFile: ENOENT, .fileWriteNoPermission: EACCES, .fileWriteFileExists: EEXIST,
        .fileWriteOutOfSpace: ENOSPC, .fileWriteVolumeReadOnly: EROFS, .fileWriteInvalidFileName: ENAMETOOLONG,
    ]

    static func reason(of error: any Error) -> String {
        let code = code(of: error)
        return code.flatMap { words[$0] } ?? "the system refused it\(code.map { " (error \($0))" } ?? "")"
    }

    /// The `errno` beneath an error of Foundation's, or what its own code stands for.
    static func code(of error: any Error) -> Int32? {
        var code: Int32?
        var next: NSError? = error as NSError
        while let current = next {
            if current.domain == NSPOSIXErrorDomain { code = Int32(truncatingIfNeeded: current.code) }
            if current.domain == NSCocoaErrorDomain, code == nil {
                code = codes[CocoaError.Code(rawValue: current.code)]
            }
            // On Linux the underlying error is any Error, not an NSError.
            next = (current.userInfo[NSUnderlyingErrorKey] as? any Error).map { $0 as NSError }
        }
        return code
    }
}
