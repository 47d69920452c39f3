import Foundation
import Glibc
import Inspection

/// Files and directories whose presence survives a power cut. Every call blocks its thread.
enum DurableFile {
    /// Makes `path` with these bytes and syncs it. A half-written file is removed before the error is thrown.
    ///
    /// A failed sync is final: the kernel marks the pages clean, so a second sync on the descriptor would claim success.
    static func write(_ bytes: [UInt8], to path: String) throws(StoreError) {
        do {
            guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
                let file = FileHandle(forWritingAtPath: path)
            else { throw CocoaError(spaceLeft(path) ? .fileWriteUnknown : .fileWriteOutOfSpace) }
            defer { try? file.close() }
            try file.write(contentsOf: Data(bytes))
            guard fsync(file.fileDescriptor) == 0 else { throw syncFailure(path, errno) }
        } catch {
            try? FileManager.default.removeItem(atPath: path)
            throw StoreError("write", path, error)
        }
    }

    /// Syncs a file or directory that is already there.
    static func sync(_ path: String) throws(StoreError) {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw StoreError(kind: .io, description: "open \(path) to sync it: failed", hint: StoreError.diskHint)
        }
        defer { try? file.close() }
        guard fsync(file.fileDescriptor) == 0 else { throw syncFailure(path, errno) }
    }

    /// Makes a directory for the owner alone, unless it is there.
    static func makeDirectory(_ path: String) throws(StoreError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw StoreError("write", path, error)
        }
    }

    /// In the place of whatever bears that name, in one step.
    static func move(_ path: String, to destination: String) throws(StoreError) {
        guard unsafe rename(path, destination) == 0 else {
            let code = errno
            throw StoreError("write", destination, NSError(domain: NSPOSIXErrorDomain, code: Int(code)))
        }
    }

    /// Puts a small file in the place of another, whole or not at all: written beside it, synced, renamed, and the directory
    /// synced.
    static func replace(_ bytes: [UInt8], at path: String, in folder: String) throws(StoreError) {
        let beside = path + ".new"
        try write(bytes, to: beside)
        try move(beside, to: path)
        try sync(folder)
    }

    static func remove(_ path: String) throws(StoreError) {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw StoreError("remove", path, error)
        }
    }

    static func syncFailure(_ path: String, _ code: Int32) -> StoreError {
        StoreError(
            kind: .io, description: "fsync \(path): error \(code)",
            hint: "the disk refused to keep the bytes; " + StoreError.diskHint)
    }

    /// `FileManager.createFile` says only yes or no; whether the disk is full is asked of the file system.
    private static func spaceLeft(_ path: String) -> Bool {
        let folder = (path as NSString).deletingLastPathComponent
        let facts = try? FileManager.default.attributesOfFileSystem(forPath: folder)
        guard let free = facts?[.systemFreeSize] as? NSNumber else { return true }
        return free.int64Value > 64 * 1024
    }
}

extension StoreError {
    static let diskHint = "check the disk and its cable (dmesg), then start again"
}
