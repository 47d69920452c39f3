import Foundation
import Inspection

/// A recording on disk: its bytes in order, and an identity of its content that a rename does not change.
struct RecordedFile {
    enum Container { case transportStream, mp4, matroska }

    private static let sampleBytes = 1 << 20
    let handle: FileHandle
    let path: String
    let size: UInt64
    let container: Container
    /// `file:<size>:<hash>`: FNV-1a 64 over the first and the last MiB. Tells recordings apart; proves nothing.
    let identity: String

    init(path: String) throws(SourceError) {
        self.path = path
        let manager = FileManager.default
        guard manager.fileExists(atPath: path) else {
            throw SourceError(kind: .notFound, description: "no file at \(path)", hint: "check the path")
        }
        // Of what a link leads to: a pipe would hold up whoever opens it.
        let kind = (try? manager.attributesOfItem(atPath: Self.target(of: path)))?[.type] as? FileAttributeType
        guard kind == .typeRegular else {
            throw SourceError(
                kind: .notFound, description: "\(path) is no file but \(kind?.rawValue ?? "something else")")
        }
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw SourceError(
                kind: .noPermission, description: "\(path) cannot be opened for reading",
                hint: "let the service's user read it")
        }
        self.handle = handle
        do {
            size = try handle.seekToEnd()
            try handle.seek(toOffset: 0)
            let head = [UInt8](try handle.read(upToCount: Self.sampleBytes) ?? Data())
            try handle.seek(toOffset: size > UInt64(Self.sampleBytes) ? size - UInt64(Self.sampleBytes) : 0)
            let tail = [UInt8](try handle.read(upToCount: Self.sampleBytes) ?? Data())
            try handle.seek(toOffset: 0)
            container = Self.container(of: head)
            var hash = FNV1a()
            hash.add(head)
            hash.add(tail)
            identity = "file:\(size):\(hash.hex)"
        } catch {
            throw Self.unreadable(path)
        }
    }

    /// Files of telemetry or objects beside a recording or picture: its own name with another ending.
    static func sidecars(of path: String) -> [String] {
        guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return [] }
        let stem = path[..<dot]
        let endings = ["srt", "klv", "json", "ndjson", "tlog"]
        return endings.flatMap { [$0, $0.uppercased()] }.map { "\(stem).\($0)" }
            .filter { FileManager.default.fileExists(atPath: $0) }
    }

    /// The next bytes, at most `count`; empty at the end.
    func read(_ count: Int) throws(SourceError) -> [UInt8] {
        do {
            return [UInt8](try handle.read(upToCount: count) ?? Data())
        } catch {
            throw Self.unreadable(path)
        }
    }

    private static func unreadable(_ path: String) -> SourceError {
        SourceError(kind: .failed, description: "reading \(path) failed", hint: "check the disk")
    }

    /// By the first bytes; what is neither MP4 nor Matroska is read as a transport stream, which resynchronises.
    static func container(of head: [UInt8]) -> Container {
        if head.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) { return .matroska }
        let boxes = ["ftyp", "moov", "mdat", "free", "skip", "wide", "pnot"].map { Array($0.utf8) }
        if head.count >= 8, boxes.contains(Array(head[4..<8])) { return .mp4 }
        return .transportStream
    }
}

/// The 64-bit FNV-1a hash. Source: Fowler, Noll, Vo, offset basis and prime of the 64-bit variant.
struct FNV1a: Sendable {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ bytes: [UInt8]) {
        var hash = value
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        value = hash
    }

    /// Sixteen digits.
    var hex: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
