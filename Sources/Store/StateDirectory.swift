import Foundation
import Glibc
public import Inspection

/// The daemon's own directory, held by a lock for the process's life: a second daemon, or a command beside a running
/// daemon, is refused.
public final class StateDirectory: Sendable {
    /// Absolute, without symbolic links.
    public let path: String
    private let lock: FileHandle

    /// Makes the directory when it is missing, for the owner alone (0700), and locks it.
    ///
    /// Throws `locked` naming the holder, `full`, `unreadable` for a missing permission, `invalid` for a network file
    /// system, where neither locks nor syncs can be trusted.
    public init(path: String) throws(StoreError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        } catch {
            throw StoreError("make the state directory", path, error)
        }
        let real = URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
        try Self.refuseNetwork(real)
        self.path = real
        lock = try Self.take(real)
        try Self.sync((real as NSString).deletingLastPathComponent)
        guard
            FileManager.default.createFile(
                atPath: real + "/lock", contents: Data("\(getpid())\n".utf8), attributes: [.posixPermissions: 0o600])
        else { throw Self.refusal(to: "write", real + "/lock", in: real) }
    }

    public var databasePath: String { path + "/flyonce.db" }

    /// The process that holds the directory at `path` (0 when it has not said who it is); nil when none does. Takes the lock
    /// for a moment to find out.
    public static func holder(of path: String) -> Int32? {
        guard let directory = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? directory.close() }
        if flock(directory.fileDescriptor, LOCK_EX | LOCK_NB) == 0 { return nil }
        return pid(of: path) ?? 0
    }

    /// Gives the directory back before the process ends.
    public func release() { try? lock.close() }

    private static func refuseNetwork(_ path: String) throws(StoreError) {
        // Read to its end: a file of /proc states no size, and readers that go by the size stop after one page.
        let mounts = try? FileHandle(forReadingAtPath: "/proc/self/mountinfo")?.readToEnd()
        let table = String(decoding: mounts ?? Data(), as: UTF8.self)
        guard let type = MountTable(mountinfo: table).fileSystem(of: path), MountTable.isNetwork(type) else { return }
        throw StoreError(
            kind: .invalid, description: "state directory \(path) lies on a network file system (\(type))",
            hint: "use a directory on a local disk: locks and syncs over a network lose data")
    }

    /// The lock is on the directory itself: a lock file could be replaced while it is held.
    private static func take(_ path: String) throws(StoreError) -> FileHandle {
        guard let handle = FileHandle(forReadingAtPath: path) else { throw refusal(to: "open", path, in: path) }
        // A child process must not inherit the lock.
        _ = fcntl(handle.fileDescriptor, F_SETFD, FD_CLOEXEC)
        guard flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = pid(of: path).map { "process \($0)" } ?? "another process"
            throw StoreError(
                kind: .locked, description: "state directory \(path) is in use by \(holder)",
                hint: "stop that daemon first, or give this one a state directory of its own")
        }
        return handle
    }

    /// A parent that may not be read cannot be synced; the directory was there before, then.
    private static func sync(_ path: String) throws(StoreError) {
        guard let handle = FileHandle(forReadingAtPath: path) else { return }
        defer { try? handle.close() }
        guard fsync(handle.fileDescriptor) == 0 || errno == EINVAL || errno == EROFS else {
            throw StoreError(kind: .io, description: "fsync \(path): error \(errno)", hint: "check the disk (dmesg)")
        }
    }

    /// The file beside the lock that says who holds it.
    private static func pid(of path: String) -> Int32? {
        guard let file = FileHandle(forReadingAtPath: path + "/lock") else { return nil }
        defer { try? file.close() }
        guard let text = try? file.read(upToCount: 16) else { return nil }
        return Int32(String(decoding: text, as: UTF8.self).filter(\.isNumber))
    }

    /// Foundation does not say why it could not open: the free space tells a full disk from a missing permission.
    private static func refusal(to operation: String, _ file: String, in directory: String) -> StoreError {
        let facts = try? FileManager.default.attributesOfFileSystem(forPath: directory)
        let free = (facts?[.systemFreeSize] as? NSNumber)?.int64Value ?? .max
        let nodes = (facts?[.systemFreeNodes] as? NSNumber)?.int64Value ?? .max
        guard free >= 4096, nodes > 0 else { return StoreError.full(file) }
        return StoreError(
            kind: .unreadable, description: "\(operation) \(file): not permitted",
            hint: "the directory must belong to the user that the daemon runs as")
    }
}
