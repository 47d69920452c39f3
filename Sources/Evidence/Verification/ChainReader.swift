import Foundation
import Inspection

/// Lines of a file, one after another, in bounded memory.
enum ChainReader {
    /// Gives each line without its break, and answers what stands behind the last break; nil when the file cannot be read. A
    /// line longer than `limit` is given in pieces of that length, none of which is a line. Reads on `while` more is wanted.
    static func eachLine(
        of path: String, limit: Int = ChainLine.limit, while isWanted: () -> Bool = { true },
        _ body: (ArraySlice<UInt8>) -> Void
    ) -> [UInt8]? {
        guard ChainFiles.isFile(path), let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        var buffer: [UInt8] = []
        while isWanted() {
            let part: Data
            do {
                part = try file.read(upToCount: 1 << 20) ?? Data()
            } catch {
                return nil
            }
            if part.isEmpty { return buffer }
            var start = 0
            var searched = buffer.count
            buffer += part
            while let end = buffer[searched...].firstIndex(of: 10) {
                body(buffer[start..<end])
                start = end + 1
                searched = start
            }
            buffer.removeFirst(start)
            if buffer.count > limit {
                body(buffer[...])
                buffer = []
            }
        }
        return buffer
    }
}

/// A SHA-256 as a key of large tables: 32 bytes and no more.
struct ContentHash: Sendable, Hashable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    static func == (a: ContentHash, b: ContentHash) -> Bool { a.words == b.words }

    func hash(into hasher: inout Hasher) { hasher.combine(words.0) }

    /// Nil unless `text` is 64 hexadecimal digits.
    init?(_ text: String) {
        guard text.utf8.count == 64 else { return nil }
        var words: [UInt64] = [0, 0, 0, 0]
        for (index, byte) in text.utf8.enumerated() {
            let digit: UInt64
            switch byte {
            case 48...57: digit = UInt64(byte - 48)
            case 97...102: digit = UInt64(byte - 87)
            default: return nil
            }
            words[index / 16] = words[index / 16] << 4 | digit
        }
        self.words = (words[0], words[1], words[2], words[3])
    }

    init(_ digest: some Sequence<UInt8>) {
        var words: [UInt64] = [0, 0, 0, 0]
        for (index, byte) in digest.prefix(32).enumerated() { words[index / 8] = words[index / 8] << 8 | UInt64(byte) }
        self.words = (words[0], words[1], words[2], words[3])
    }

    var text: String {
        [words.0, words.1, words.2, words.3].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}

extension ContentHash: Comparable {
    static func < (a: ContentHash, b: ContentHash) -> Bool { a.words < b.words }
}
