import Foundation
import Inspection
import Synchronization

/// The pages of a database file that SQLite no longer opens or reads, with those of its write-ahead log laid over them.
///
/// Only reads, and believes nothing: numbers from the file are bounded before they are used.
/// Source: https://www.sqlite.org/fileformat.html
final class DatabasePages: Sendable {
    /// Bytes a page: SQLite's default, which no FlyOnce ever changed.
    static let pageSize = 4096

    /// Pages of the file and its log.
    let count: Int
    let log: WriteAheadLog
    private let file: FileHandle
    private let logFile: FileHandle?
    private struct Chunk {
        var first = 0
        var bytes: [UInt8] = []
    }

    /// Held while a page is read, for the files' places are shared too.
    private let held = Mutex(Chunk())
    private static let chunkPages = 64

    /// Throws `unreadable`, `io`; a missing log is an empty one.
    init(_ path: String) throws(StoreError) {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw StoreError(kind: .unreadable, description: "open \(path): not permitted")
        }
        self.file = file
        log = try WriteAheadLog(path + "-wal")
        logFile = FileHandle(forReadingAtPath: path + "-wal")
        let size: UInt64
        do { size = try file.seekToEnd() } catch { throw StoreError("read", path, error) }
        let pages = Int(clamping: size) / Self.pageSize + (size % UInt64(Self.pageSize) == 0 ? 0 : 1)
        // A file grows by pages that lie in its log: what a frame says beyond that is not believed.
        count = max(pages, min(Int(log.pages.keys.max() ?? 0), pages + log.pages.count))
    }

    deinit {
        try? file.close()
        try? logFile?.close()
    }

    /// Page `number`, from 1 on; what lies behind the end of the file is zero. Nil for one that cannot be read.
    func page(_ number: Int) -> [UInt8]? {
        guard number >= 1, number <= count else { return nil }
        return held.withLock { page(number, &$0) }
    }

    private func page(_ number: Int, _ chunk: inout Chunk) -> [UInt8]? {
        if let offset = log.pages[UInt32(clamping: number)], let logFile {
            return Self.read(logFile, at: offset, Self.pageSize)
        }
        let first = (number - 1) / Self.chunkPages * Self.chunkPages
        if chunk.bytes.isEmpty || chunk.first != first {
            let size = Self.pageSize * Self.chunkPages
            // A sector that the disk cannot read costs its page and not its neighbours.
            guard let bytes = Self.read(file, at: first * Self.pageSize, size) else {
                return Self.read(file, at: (number - 1) * Self.pageSize, Self.pageSize)
            }
            chunk = Chunk(first: first, bytes: bytes)
        }
        let start = (number - 1 - first) * Self.pageSize
        guard start + Self.pageSize <= chunk.bytes.count else { return nil }
        return Array(chunk.bytes[start..<(start + Self.pageSize)])
    }

    private static func read(_ file: FileHandle, at offset: Int, _ size: Int) -> [UInt8]? {
        do {
            try file.seek(toOffset: UInt64(max(offset, 0)))
            var bytes = Array(try file.read(upToCount: size) ?? Data())
            bytes += [UInt8](repeating: 0, count: size - bytes.count)
            return bytes
        } catch { return nil }
    }
}
