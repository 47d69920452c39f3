import Crypto
import Foundation
import Inspection
import Synchronization

/// Where each hash has its file, and the order of writes that makes one durable. Blocks its thread.
final class Shelf: Sendable {
    private let path: String
    /// Directories whose own entry is known to be on disk; at most 256 + 65 536.
    private let durable = Mutex<Set<String>>([])
    private let serial = Mutex(0)

    init(path: String) { self.path = path }

    func keep(_ bytes: [UInt8], sha256: String, mediaType: String) throws(StoreError) {
        let outer = path + "/" + sha256.prefix(2)
        let inner = outer + "/" + sha256.dropFirst(2).prefix(2)
        if let file = file(of: sha256) {
            if (try? Self.hash(ofFile: file)) == sha256 {
                // A run that was killed between rename and sync may have left it.
                try DurableFile.sync(file)
                try DurableFile.sync(inner)
                return try enter(outer, inner)
            }
        }
        try DurableFile.makeDirectory(inner)
        let number = serial.withLock { value in
            value &+= 1
            return value
        }
        let incoming = path + "/incoming/\(number)-\(sha256)"
        try DurableFile.write(bytes, to: incoming)
        // A damaged file keeps its place until the whole one can take it.
        if let damaged = file(of: sha256) { try? FileManager.default.removeItem(atPath: damaged) }
        do {
            try DurableFile.move(incoming, to: inner + "/" + sha256 + "." + Self.fileExtension(mediaType))
        } catch {
            try? FileManager.default.removeItem(atPath: incoming)
            throw error
        }
        try DurableFile.sync(inner)
        try enter(outer, inner)
    }

    /// The file of `sha256` (64 lower-case digits), whatever its extension.
    func file(of sha256: String) -> String? {
        let folder = path + "/" + sha256.prefix(2) + "/" + sha256.dropFirst(2).prefix(2)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.first { $0.hasPrefix(sha256 + ".") }.map { folder + "/" + $0 }
    }

    /// Hashes a file a mebibyte at a time.
    static func hash(ofFile path: String) throws -> String {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? file.close() }
        var hash = SHA256()
        while let part = try file.read(upToCount: 1 << 20), !part.isEmpty { hash.update(data: part) }
        return Hexadecimal.text(hash.finalize())
    }

    /// Syncs the entries of both directories in their parents, once a life.
    private func enter(_ outer: String, _ inner: String) throws(StoreError) {
        if !durable.withLock({ $0.contains(inner) }) {
            try DurableFile.sync(outer)
            durable.withLock { _ = $0.insert(inner) }
        }
        if !durable.withLock({ $0.contains(outer) }) {
            try DurableFile.sync(path)
            durable.withLock { _ = $0.insert(outer) }
        }
    }

    static func fileExtension(_ mediaType: String) -> String {
        switch mediaType {
        case "image/jpeg": "jpg"
        case "image/png": "png"
        case "image/webp": "webp"
        case "video/mp4": "mp4"
        case "video/mp2t": "ts"
        case "video/x-matroska": "mkv"
        case "application/smpte336m": "klv"
        case "application/json": "json"
        case "application/x-ndjson": "ndjson"
        default: "bin"
        }
    }
}
