import Foundation
public import Inspection
import Synchronization

/// What retention sees of the folder. None of it holds up what is being kept, or who looks at evidence.
extension EvidenceFolder: EvidenceRemoval {
    public var parts: Int { 256 }

    public func files(inPart part: Int) async -> StoredFiles {
        guard (0..<parts).contains(part) else { return StoredFiles() }
        let found = await on(aside) { shelf in shelf.files(inPart: part) }
        return (try? found.get()) ?? StoredFiles()
    }

    public func remove(_ sha256: String) async throws(StoreError) -> Int64? {
        try await remove(sha256, sparesRecent: true)
    }

    public var netBytes: [EvidenceItem.Kind: Int64] {
        shelf.net.withLock { $0.values.reduce(into: [:]) { all, part in all.merge(part, uniquingKeysWith: +) } }
    }

    public func sealed(among hashes: Set<String>) async -> Set<String>? {
        let found = await on(aside) { [stateDirectory] _ in
            SealedChain.names(among: hashes, in: stateDirectory)
        }
        return (try? found.get()) ?? nil
    }
}

extension SealedChain {
    private static let member = Array(#""sha256":""#.utf8)

    /// Those of the hashes that some line names; nil when a segment cannot be read. Lines are not verified: whatever stands in
    /// the chain's files counts.
    static func names(among hashes: Set<String>, in stateDirectory: String) -> Set<String>? {
        let files = ChainFiles(folder: stateDirectory)
        var found: Set<String> = []
        func look(_ line: ArraySlice<UInt8>) {
            var rest = line
            while let place = rest.firstRange(of: member) {
                rest = rest[place.upperBound...]
                let hash = String(decoding: rest.prefix(64), as: UTF8.self)
                if hashes.contains(hash) { found.insert(hash) }
            }
        }
        for segment in files.segments {
            guard let end = ChainReader.eachLine(of: files.segment(segment), look) else { return nil }
            look(end[...])
        }
        return found
    }
}
