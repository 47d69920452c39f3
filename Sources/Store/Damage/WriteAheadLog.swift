import Foundation
import Inspection

/// What a write-ahead log holds, read without SQLite, which takes a log only up to its first damaged frame and says nothing of
/// what lies behind.
///
/// Each frame's checksum goes on from the one before it, and that one is stored: so a frame behind a damaged one can still be
/// checked. Source: https://www.sqlite.org/fileformat.html section 4.
struct WriteAheadLog: Sendable {
    static let headerSize = 32
    static let frameHeaderSize = 24

    /// Where in the log the newest sound copy of a page lies, up to the last sound commit.
    private(set) var pages: [UInt32: Int] = [:]
    /// Frames of this log's life, sound or not.
    private(set) var frames = 0
    /// Frames that SQLite will not read.
    private(set) var unread = 0
    /// True when a transaction that was on disk will not be read. Every commit is synced before the next transaction begins: only
    /// the last one can be torn by a power cut. Damage there looks the same, and is seen by what was sealed.
    private(set) var hasLostCommits = false

    private struct Sum: Equatable {
        var a: UInt32 = 0
        var b: UInt32 = 0
    }

    private struct Frame {
        var page: UInt32
        var isCommit: Bool
        /// Whether it is of this log's life, by its salts.
        var isCurrent: Bool
        var isSound: Bool
        var offset: Int
    }

    /// A missing or empty file is a log without frames.
    init(_ path: String) throws(StoreError) {
        guard let file = FileHandle(forReadingAtPath: path) else { return }
        defer { try? file.close() }
        do { try read(file) } catch { throw StoreError("read", path, error) }
    }

    private mutating func read(_ file: FileHandle) throws {
        let size = Self.frameHeaderSize + DatabasePages.pageSize
        let header = Array(try file.read(upToCount: Self.headerSize) ?? Data())
        guard header.count == Self.headerSize else { return }
        let magic = Self.word(header, 0)
        let isBigEndian = magic == 0x377F_0683
        var sum = Sum(a: Self.word(header, 24), b: Self.word(header, 28))
        let computed = Self.sum(header[0..<24], Sum(), isBigEndian)
        var salts = (Self.word(header, 16), Self.word(header, 20))
        let isHeaderSound = magic & ~1 == 0x377F_0682 && computed == sum
        var list: [Frame] = []
        var offset = Self.headerSize
        while let data = try file.read(upToCount: size * 64), !data.isEmpty {
            let bytes = Array(data)
            for start in stride(from: 0, through: bytes.count - size, by: size) {
                if list.isEmpty, !isHeaderSound {
                    salts = (Self.word(bytes, start + 8), Self.word(bytes, start + 12))
                }
                let stored = Sum(a: Self.word(bytes, start + 16), b: Self.word(bytes, start + 20))
                let isCurrent = Self.word(bytes, start + 8) == salts.0 && Self.word(bytes, start + 12) == salts.1
                var isSound = false
                if isCurrent {
                    var seeds = [sum]
                    if list.isEmpty, !isHeaderSound { seeds.append(computed) }
                    isSound = seeds.contains { seed in
                        let head = Self.sum(bytes[start..<(start + 8)], seed, isBigEndian)
                        return Self.sum(bytes[(start + 24)..<(start + size)], head, isBigEndian) == stored
                    }
                }
                let page = Self.word(bytes, start)
                list.append(
                    Frame(
                        page: page, isCommit: Self.word(bytes, start + 4) > 0, isCurrent: isCurrent,
                        isSound: isSound && page > 0, offset: offset + start + Self.frameHeaderSize))
                sum = stored
            }
            offset += bytes.count
            if bytes.count < size * 64 { break }
        }
        take(list, isHeaderSound: isHeaderSound)
    }

    private mutating func take(_ list: [Frame], isHeaderSound: Bool) {
        guard let last = list.lastIndex(where: \.isSound) else { return }
        frames = last + 1
        let broken = isHeaderSound ? list.firstIndex { !$0.isSound } ?? list.count : 0
        if broken <= last {
            unread = last + 1 - broken
            hasLostCommits =
                list[broken..<last].contains { $0.isCommit && $0.isCurrent } || (broken == 0 && !isHeaderSound)
        }
        guard let commit = list.lastIndex(where: { $0.isSound && $0.isCommit }) else { return }
        for frame in list[...commit] where frame.isSound { pages[frame.page] = frame.offset }
    }

    private static func word(_ bytes: [UInt8], _ at: Int) -> UInt32 {
        UInt32(bytes[at]) << 24 | UInt32(bytes[at + 1]) << 16 | UInt32(bytes[at + 2]) << 8 | UInt32(bytes[at + 3])
    }

    private static func sum(_ bytes: ArraySlice<UInt8>, _ seed: Sum, _ isBigEndian: Bool) -> Sum {
        var sum = seed
        var index = bytes.startIndex
        func word(_ at: Int) -> UInt32 {
            let (a, b, c, d) = (
                UInt32(bytes[at]), UInt32(bytes[at + 1]), UInt32(bytes[at + 2]), UInt32(bytes[at + 3])
            )
            return isBigEndian ? a << 24 | b << 16 | c << 8 | d : d << 24 | c << 16 | b << 8 | a
        }
        while index + 8 <= bytes.endIndex {
            sum.a = sum.a &+ word(index) &+ sum.b
            sum.b = sum.b &+ word(index + 4) &+ sum.a
            index += 8
        }
        return sum
    }
}
