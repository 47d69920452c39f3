import Crypto
import Dispatch
import Foundation
public import Inspection

/// Evidence as files named by their SHA-256: `evidence/ab/cd/<sha256>.<extension>` in the state directory.
///
/// A file appears under its name only when its bytes are on disk: it is written beside, synced, renamed, and its
/// directories are synced before ``keep(_:kind:mediaType:capturedAt:)`` answers. What a crash leaves half-written lies in
/// `evidence/incoming` and is removed at the next start.
public final class EvidenceFolder: EvidenceStore {
    /// Absolute path of the folder.
    public let path: String
    /// Half-written files of an earlier life, removed by this one.
    public let leftoversRemoved: Int
    let shelf: Shelf
    /// Blocking file work is kept off the cooperative threads, one call after another.
    private let queue = DispatchQueue(label: "evidence")
    /// Where a file lies is asked by people, who wait for no disk.
    private let lookups = DispatchQueue(label: "evidence.lookups")
    /// Retention's: it takes long, and nobody waits for it.
    let aside = DispatchQueue(label: "evidence.retention", qos: .background)
    let stateDirectory: String

    /// Opens or makes the folder inside a state directory that this process holds. `tell` is called once for each file that was
    /// asked for and is damaged or cannot be read; it must not wait.
    public init(
        in stateDirectory: String, tell: @escaping @Sendable (EvidenceFault) -> Void = { _ in }
    ) throws(StoreError) {
        self.stateDirectory = stateDirectory
        path = stateDirectory + "/evidence"
        let incoming = path + "/incoming"
        try DurableFile.makeDirectory(incoming)
        try DurableFile.sync(stateDirectory)
        try DurableFile.sync(path)
        var removed = 0
        for name in (try? FileManager.default.contentsOfDirectory(atPath: incoming)) ?? [] {
            do {
                try FileManager.default.removeItem(atPath: incoming + "/" + name)
                removed += 1
            } catch { continue }
        }
        leftoversRemoved = removed
        shelf = Shelf(path: path, tell: tell)
    }

    public func keep(
        _ bytes: [UInt8], kind: EvidenceItem.Kind, mediaType: String, capturedAt: UTCTime
    ) async throws(StoreError) -> EvidenceItem {
        try await on(queue) { shelf in
            let sha256 = Hexadecimal.text(SHA256.hash(data: bytes))
            try shelf.keep(bytes, sha256: sha256, mediaType: mediaType)
            return EvidenceItem(
                sha256: sha256, kind: kind, mediaType: mediaType, bytes: bytes.count, capturedAt: capturedAt,
                redacted: false)
        }.get()
    }

    /// Files that were asked for and did not hold what was captured: they are not handed out.
    public var damagedFiles: Int { shelf.sound.damagedCount }

    /// Where the file lies, its bytes hashed before it is first handed out; nil for one that is not there or is damaged.
    public func path(of sha256: String) async -> String? {
        guard let sha256 = Hexadecimal.sha256(sha256) else { return nil }
        let found = await on(lookups) { shelf in shelf.soundFile(of: sha256) }
        return (try? found.get()) ?? nil
    }

    /// What is wrong with the file that is there; nil for one that is well, and where there is none.
    public func fault(of sha256: String) async -> EvidenceFault? {
        guard let sha256 = Hexadecimal.sha256(sha256) else { return nil }
        let found = await on(lookups) { shelf in shelf.fault(of: sha256) }
        return (try? found.get()) ?? nil
    }

    /// Reads the file with this hash and hashes it again: false when its bytes are no longer what was captured.
    public func verify(_ sha256: String) async throws(StoreError) -> Bool {
        guard let sha256 = Hexadecimal.sha256(sha256) else {
            throw StoreError(
                kind: .invalid, description: "verify evidence: not a SHA-256", hint: "64 hexadecimal digits")
        }
        return try await on(queue) { shelf in
            guard let file = shelf.file(of: sha256) else {
                throw StoreError(kind: .notFound, description: "verify evidence \(sha256): no such file")
            }
            return try Shelf.hash(ofFile: file) == sha256
        }.get()
    }

    /// Takes a file away for good, and answers how many bytes that freed; nil when there was none. What was removed stays
    /// removed over a power cut. Whoever removes says so in the chain first (``RemovalRecord``). Throws `locked` for one that was
    /// kept a moment ago where `sparesRecent`.
    public func remove(_ sha256: String, sparesRecent: Bool) async throws(StoreError) -> Int64? {
        guard let sha256 = Hexadecimal.sha256(sha256) else {
            throw StoreError(
                kind: .invalid, description: "remove evidence: not a SHA-256", hint: "64 hexadecimal digits")
        }
        return try await on(aside) { shelf in try shelf.remove(sha256, sparesRecent: sparesRecent) }.get()
    }

    func on<T: Sendable>(
        _ queue: DispatchQueue, _ work: @escaping @Sendable (Shelf) throws -> T
    ) async -> Result<T, StoreError> {
        await withCheckedContinuation { continuation in
            queue.async { [shelf, path] in
                continuation.resume(
                    returning: Result { try work(shelf) }.mapError { StoreError("write", path, $0) })
            }
        }
    }
}
