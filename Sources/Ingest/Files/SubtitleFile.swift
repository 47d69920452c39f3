import Foundation
import Inspection

/// A subtitle file beside a recording, read as far as the frames have come.
struct SubtitleFile {
    private static let chunkBytes = 64 << 10

    let path: String
    private let handle: FileHandle
    private var reader = SubtitleReader()
    /// Read and not due yet; those from `next` on.
    private var held: [Subtitle] = []
    private var next = 0
    private var isAtEnd = false
    /// Subtitles that say no time, which have no place among the frames.
    private(set) var untimed: Int64 = 0
    /// Reads that failed; what follows in the file is lost.
    private(set) var failedReads: Int64 = 0

    /// Nil when it cannot be read or holds no subtitles.
    init?(path: String) {
        guard let handle = FileHandle(forReadingAtPath: path),
            let header = try? handle.read(upToCount: SubtitleReader.headerLimit),
            SubtitleReader.recognises([UInt8](header)), (try? handle.seek(toOffset: 0)) != nil
        else { return nil }
        self.path = path
        self.handle = handle
    }

    /// Of several files the first that holds subtitles.
    static func first(of paths: [String]) -> SubtitleFile? {
        for path in paths where path.lowercased().hasSuffix(".srt") {
            if let file = SubtitleFile(path: path) { return file }
        }
        return nil
    }

    /// Those shown from `time` or before, nanoseconds of the video's own, that were not given yet.
    mutating func due(at time: Int64) -> [Subtitle] {
        var due: [Subtitle] = []
        while fill(), held[next].start.map({ $0.nanoseconds <= time }) ?? true {
            if held[next].start == nil { untimed += 1 } else { due.append(held[next]) }
            next += 1
        }
        return due
    }

    /// False when no more are to come.
    private mutating func fill() -> Bool {
        while next >= held.count, !isAtEnd {
            held.removeAll(keepingCapacity: true)
            next = 0
            var found: [Subtitle] = []
            let bytes = chunk()
            if bytes.isEmpty {
                isAtEnd = true
                reader.finish { found.append($0) }
            } else {
                reader.read(bytes) { found.append($0) }
            }
            held = found
        }
        return next < held.count
    }

    /// Empty at the end, and where the file cannot be read on.
    private mutating func chunk() -> [UInt8] {
        do {
            return [UInt8](try handle.read(upToCount: Self.chunkBytes) ?? Data())
        } catch {
            failedReads += 1
            return []
        }
    }
}
