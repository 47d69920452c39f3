/// Files of evidence by their hash. Implemented by `Evidence`.
public protocol EvidenceStore: Sendable {
    /// Hashes, writes, fsyncs the file and its directory, and only then answers. Bytes that are already there are not
    /// written again.
    func keep(
        _ bytes: [UInt8], kind: EvidenceItem.Kind, mediaType: String, capturedAt: UTCTime
    ) async throws(StoreError) -> EvidenceItem

    /// Path of the file with this hash; nil when there is none. `sha256` is refused unless it is 64 hexadecimal digits.
    func path(of sha256: String) async -> String?
}
