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
    let sound: SoundFiles
    /// Bytes written since the start less those taken away, by the first two digits of the hash. Files come and go under it, so
    /// that whoever looks sees each with its bytes counted, or neither.
    let net = Mutex<[String: [EvidenceItem.Kind: Int64]]>([:])
    /// What was kept again a moment ago: another row that names it may be on its way. What was kept for the first time is named
    /// by no row before, and nothing takes it away.
    private let recent = Mutex<[String: ContinuousClock.Instant]>([:])
    /// For so long.
    static let moment = Duration.seconds(3600)
    private static let recentLimit = 8192

    init(path: String, tell: @escaping @Sendable (EvidenceFault) -> Void = { _ in }) {
        self.path = path
        sound = SoundFiles(tell: tell)
    }

    func keep(_ bytes: [UInt8], sha256: String, mediaType: String) throws(StoreError) {
        let outer = path + "/" + sha256.prefix(2)
        let inner = outer + "/" + sha256.dropFirst(2).prefix(2)
        if let file = file(of: sha256) {
            note(sha256)
            if (try? Self.hash(ofFile: file)) == sha256 {
                // A run that was killed between rename and sync may have left it.
                do {
                    try DurableFile.sync(file)
                    try DurableFile.sync(inner)
                    return try enter(outer, inner)
                } catch {
                    durable.withLock { $0 = [] }
                    throw error
                }
            }
        }
        try DurableFile.makeDirectory(inner)
        let number = serial.withLock { value in
            value &+= 1
            return value
        }
        let incoming = path + "/incoming/\(number)-\(sha256)"
        try DurableFile.write(bytes, to: incoming)
        let name = inner + "/" + sha256 + "." + Self.fileExtension(mediaType)
        // A damaged file keeps its place until the whole one takes it.
        let damaged = file(of: sha256)
        do {
            try counted { net throws(StoreError) in
                let before = damaged.map { ($0, Self.size(of: $0)) }
                try DurableFile.move(incoming, to: name)
                Self.add(Int64(bytes.count), name, to: &net)
                guard let (damaged, size) = before else { return }
                if damaged != name { try? FileManager.default.removeItem(atPath: damaged) }
                Self.add(-size, damaged, to: &net)
            }
            try DurableFile.sync(inner)
            try enter(outer, inner)
        } catch {
            // After a failed sync nothing that is in memory can be believed: the next call writes all of it anew.
            try? FileManager.default.removeItem(atPath: incoming)
            net.withLock { net in
                guard (try? FileManager.default.removeItem(atPath: name)) != nil else { return }
                Self.add(-Int64(bytes.count), name, to: &net)
            }
            durable.withLock { $0 = [] }
            throw error
        }
    }

    /// Removes the file of `sha256`, and answers how many bytes it had; nil when there is none. Throws `locked` for one that was
    /// kept a moment ago where `sparesRecent`.
    func remove(_ sha256: String, sparesRecent: Bool = false) throws(StoreError) -> Int64? {
        guard let file = file(of: sha256) else { return nil }
        if sparesRecent, wasKeptJustNow(sha256) {
            throw StoreError(kind: .locked, description: "\(sha256) was kept again a moment ago")
        }
        let bytes = Self.size(of: file)
        try counted { net throws(StoreError) in
            try DurableFile.remove(file)
            Self.add(-bytes, file, to: &net)
        }
        try DurableFile.sync((file as NSString).deletingLastPathComponent)
        return bytes
    }

    private typealias Net = [String: [EvidenceItem.Kind: Int64]]

    private func counted(_ body: (inout Net) throws(StoreError) -> Void) throws(StoreError) {
        let failure = net.withLock { net -> StoreError? in
            do throws(StoreError) {
                try body(&net)
                return nil
            } catch { return error }
        }
        if let failure { throw failure }
    }

    private static func add(_ bytes: Int64, _ file: String, to net: inout Net) {
        let name = file.split(separator: "/").last ?? ""
        let kind = kind(ofExtension: String(name.split(separator: ".", maxSplits: 1).dropFirst().first ?? ""))
        net[String(name.prefix(2)), default: [:]][kind, default: 0] += bytes
    }

    private func note(_ sha256: String) {
        let now = ContinuousClock.now
        recent.withLock { recent in
            if recent.count >= Self.recentLimit {
                recent = recent.filter { now - $0.value < Self.moment }
                // More than any gateway finds in an hour.
                if recent.count >= Self.recentLimit { recent = [:] }
            }
            recent[sha256] = now
        }
    }

    private func wasKeptJustNow(_ sha256: String) -> Bool {
        recent.withLock { recent in recent[sha256].map { ContinuousClock.now - $0 < Self.moment } ?? false }
    }

    /// The files under one of the 256 outer directories.
    func files(inPart part: Int) -> StoredFiles {
        let digits = String(part, radix: 16)
        let prefix = digits.count < 2 ? "0" + digits : digits
        return net.withLock { net in
            var found = StoredFiles()
            found.files = files(under: prefix)
            found.netBytes = net[prefix] ?? [:]
            return found
        }
    }

    private func files(under prefix: String) -> [StoredFile] {
        let outer = path + "/" + prefix
        let manager = FileManager.default
        var found: [StoredFile] = []
        for inner in (try? manager.contentsOfDirectory(atPath: outer)) ?? [] where inner.utf8.count == 2 {
            let folder = outer + "/" + inner
            for name in (try? manager.contentsOfDirectory(atPath: folder)) ?? [] {
                let parts = name.split(separator: ".", maxSplits: 1)
                guard parts.count == 2, Hexadecimal.sha256(String(parts[0])) == String(parts[0]),
                    let facts = try? manager.attributesOfItem(atPath: folder + "/" + name)
                else { continue }
                let written = (facts[.modificationDate] as? Date ?? Date()).timeIntervalSince1970 * 1e6
                found.append(
                    StoredFile(
                        sha256: String(parts[0]), kind: Self.kind(ofExtension: String(parts[1])),
                        bytes: (facts[.size] as? NSNumber)?.int64Value ?? 0,
                        written: UTCTime(microseconds: Int64(exactly: written.rounded()) ?? 0)))
            }
        }
        return found
    }

    private static func size(of path: String) -> Int64 {
        (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber)?.int64Value ?? 0
    }

    /// The file of `sha256` (64 lower-case digits), whatever its extension.
    func file(of sha256: String) -> String? {
        let folder = path + "/" + sha256.prefix(2) + "/" + sha256.dropFirst(2).prefix(2)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.first { $0.hasPrefix(sha256 + ".") }.map { folder + "/" + $0 }
    }

    /// The same, if its bytes are what was captured: a damaged file is as good as none.
    func soundFile(of sha256: String) -> String? {
        file(of: sha256).flatMap { sound.fault($0, sha256: sha256) == nil ? $0 : nil }
    }

    /// What is wrong with the file that is there; nil for one that is well, and where there is none.
    func fault(of sha256: String) -> EvidenceFault? {
        guard let file = file(of: sha256), let kind = sound.fault(file, sha256: sha256) else { return nil }
        return EvidenceFault(sha256: sha256, path: file, kind: kind)
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

    static func kind(ofExtension name: String) -> EvidenceItem.Kind {
        switch name {
        case "jpg", "png", "webp": .picture
        case "mp4", "ts", "mkv": .clip
        default: .metadata
        }
    }
}
