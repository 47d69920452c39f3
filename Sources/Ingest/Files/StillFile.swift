import Foundation
import Inspection

/// A JPEG picture on disk: its size, its time, and an identity of its content that a rename does not change.
struct StillFile: Sendable, Hashable {
    /// Bytes of a header read at most.
    static let headerLimit = 4 << 20
    /// Bytes of a picture read at most.
    static let byteLimit = 256 << 20
    private static let chunkBytes = 64 << 10
    private static let sampleBytes = 16 << 10

    let path: String
    let bytes: Int
    /// Pixels.
    let width: Int
    let height: Int
    let orientation: PictureOrientation
    /// `still:<size>:<hash>`: FNV-1a 64 over the first and the last 16 KiB, which hold time and place, and coded picture.
    let identity: String
    let time: FileFacts.PictureTime?
    /// By the file system.
    let modified: UTCTime?

    init(path: String, facts: FileFacts) throws(SourceError) {
        self.path = path
        guard let handle = FileHandle(forReadingAtPath: path) else { throw Self.unopened(path) }
        let header: [UInt8]
        let size: (Int, Int)?
        do {
            bytes = Int(clamping: try handle.seekToEnd())
            try handle.seek(toOffset: 0)
            (header, size) = try Self.header(handle)
            var hash = FNV1a()
            hash.add(Array(header.prefix(Self.sampleBytes)))
            try handle.seek(toOffset: UInt64(max(0, bytes - Self.sampleBytes)))
            hash.add([UInt8](try handle.read(upToCount: Self.sampleBytes) ?? Data()))
            identity = "still:\(bytes):\(hash.hex)"
        } catch {
            throw SourceError(kind: .failed, description: "reading \(path) failed", hint: "check the disk")
        }
        guard bytes > 0 else {
            throw SourceError(kind: .damaged, description: "\(path) is empty", hint: "check that it was copied whole")
        }
        guard header.starts(with: [0xFF, 0xD8, 0xFF]) else {
            throw SourceError(kind: .damaged, description: "\(path) is no JPEG", hint: "check that it was copied whole")
        }
        guard let size else {
            throw SourceError(
                kind: .damaged, description: "\(path) is a JPEG whose header is not whole",
                hint: "check that it was copied whole")
        }
        (width, height) = size
        orientation = EXIFOrientation.read(header)
        time = facts.pictureTime(header)
        modified = UTCTime(lastWriteOf: path)
    }

    /// By the ending of its name.
    static func isNamed(_ path: String) -> Bool {
        DropFolder.kind(of: path.split(separator: "/").last.map { String($0) } ?? "") == .picture
    }

    /// SOI to before the first scan.
    func header() throws(SourceError) -> [UInt8] {
        guard let handle = FileHandle(forReadingAtPath: path) else { throw Self.unopened(path) }
        do {
            return try Self.header(handle).bytes
        } catch {
            throw SourceError(kind: .failed, description: "reading \(path) failed", hint: "check the disk")
        }
    }

    /// The whole file, untouched.
    func content() throws(SourceError) -> [UInt8] {
        guard bytes <= Self.byteLimit else {
            throw SourceError(kind: .notHeld, description: "\(path) is larger than \(Self.byteLimit >> 20) MiB")
        }
        guard let handle = FileHandle(forReadingAtPath: path),
            let data = try? handle.read(upToCount: Self.byteLimit), data.count == bytes
        else {
            throw SourceError(
                kind: .notHeld, description: "\(path) is no longer what it was", hint: "leave it there until it is done"
            )
        }
        return [UInt8](data)
    }

    /// Without a size when the header does not end, or states none.
    private static func header(_ handle: FileHandle) throws -> (bytes: [UInt8], size: (Int, Int)?) {
        var bytes: [UInt8] = []
        while bytes.count < headerLimit {
            let more = [UInt8](try handle.read(upToCount: chunkBytes) ?? Data())
            bytes += more
            switch JPEGHeader.scan(bytes) {
            case .complete(let end, let size): return (Array(bytes[..<end]), size)
            case .incomplete where more.isEmpty: return (bytes, nil)
            case .incomplete: continue
            case .foreign: return (bytes, nil)
            }
        }
        return (bytes, nil)
    }

    private static func unopened(_ path: String) -> SourceError {
        FileManager.default.fileExists(atPath: path)
            ? SourceError(
                kind: .noPermission, description: "\(path) cannot be opened for reading",
                hint: "let the service's user read it")
            : SourceError(kind: .notFound, description: "no file at \(path)", hint: "check the path")
    }
}

/// Where the header of a JPEG ends, and the size that it states. Source: ITU-T T.81, B.1.1 and B.2.2.
enum JPEGHeader {
    enum Scan {
        /// Up to the first scan; without a size when there was no frame header.
        case complete(end: Int, size: (Int, Int)?)
        case incomplete
        /// What stands where a marker should is none.
        case foreign
    }

    static func scan(_ bytes: [UInt8]) -> Scan {
        guard bytes.count >= 4 else { return .incomplete }
        guard bytes.starts(with: [0xFF, 0xD8, 0xFF]) else { return .foreign }
        var at = 2
        var size: (Int, Int)?
        while at + 4 <= bytes.count {
            guard bytes[at] == 0xFF else { return .foreign }
            let marker = bytes[at + 1]
            switch marker {
            case 0xFF: at += 1
            case 0x01, 0xD0...0xD8: at += 2
            case 0xDA, 0xD9: return .complete(end: at, size: size)
            default:
                let length = Int(bytes[at + 2]) << 8 | Int(bytes[at + 3])
                guard length >= 2 else { return .foreign }
                if (0xC0...0xCF).contains(marker), ![0xC4, 0xC8, 0xCC].contains(marker), at + 9 <= bytes.count {
                    let height = Int(bytes[at + 5]) << 8 | Int(bytes[at + 6])
                    let width = Int(bytes[at + 7]) << 8 | Int(bytes[at + 8])
                    if width > 0, height > 0 { size = (width, height) }
                }
                at += 2 + length
            }
        }
        return .incomplete
    }
}
