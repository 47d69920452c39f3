import Foundation
import Inspection
import TransportStream

extension RecordedFile {
    private static let edgeBytes = 1 << 20

    /// UTC of the recording's first picture by the file itself; nil where nothing believable is known. `utcOffset`: what the
    /// camera's clock is ahead of UTC, seconds, where that was stated.
    func start(utcOffset: Int?) -> UTCTime? {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        let read = { (offset: UInt64, count: Int) -> [UInt8] in
            guard (try? handle.seek(toOffset: offset)) != nil else { return [] }
            return [UInt8]((try? handle.read(upToCount: count)) ?? Data())
        }
        var known: ContainerTime?
        switch container {
        case .mp4: known = ContainerTime(mp4: size, read)
        case .matroska: known = ContainerTime(matroska: size, read)
        case .transportStream: break
        }
        let seconds = container == .transportStream ? seconds(read) : known?.seconds
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let written = UTCTime(lastWriteOf: path)
        let time = FileTime(
            created: known?.created, name: name, written: written, seconds: seconds, utcOffset: utcOffset)
        return time.start
    }

    /// Of a transport stream: from its first video time to its last, as far as both ends tell; nil past a day.
    private func seconds(_ read: ContainerTime.Read) -> Double? {
        let bytes = UInt64(Self.edgeBytes)
        let head = videoTimes(read(0, Self.edgeBytes))
        let tail = size > bytes ? videoTimes(read(size - bytes, Self.edgeBytes)) : head
        guard let first = head.first, let last = tail.max() else { return nil }
        // The times are of 33 bits, and may have wrapped between.
        let ticks = (last &- first) & ((1 << 33) - 1)
        return ticks < 86_400 * 90_000 ? Double(ticks) / 90_000 : nil
    }

    /// Video times in a stretch of the stream, for which it must repeat its tables.
    private func videoTimes(_ bytes: [UInt8]) -> [Int64] {
        var reader = TransportStreamReader()
        var times: [Int64] = []
        let take = { (event: TransportEvent) in
            if case .unit(let unit) = event, unit.kind.isVideo, let pts = unit.pts { times.append(pts) }
        }
        reader.read(bytes, take)
        reader.finish(take)
        return times
    }

    /// What a symbolic link leads to, since the file system, asked of a link, tells of the link itself; any other path as
    /// it is.
    static func target(of path: String) -> String {
        guard FolderScan.facts(path)?.kind == .typeSymbolicLink else { return path }
        return URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }
}

extension UTCTime {
    /// When the file was last written, by the file system; of what a link leads to.
    init?(lastWriteOf path: String) {
        let attributes = try? FileManager.default.attributesOfItem(atPath: RecordedFile.target(of: path))
        guard let date = attributes?[.modificationDate] as? Date,
            let microseconds = Int64(exactly: (date.timeIntervalSince1970 * 1e6).rounded())
        else { return nil }
        self.init(microseconds: microseconds)
    }
}
