/// One file of evidence as it lies in its folder.
public struct StoredFile: Sendable, Hashable {
    /// 64 lower-case hexadecimal digits.
    public var sha256: String
    /// What its name says that it is; a thumbnail looks like a picture from here.
    public var kind: EvidenceItem.Kind
    public var bytes: Int64
    /// By the file system's clock.
    public var written: UTCTime

    public init(sha256: String, kind: EvidenceItem.Kind, bytes: Int64, written: UTCTime) {
        self.sha256 = sha256
        self.kind = kind
        self.bytes = bytes
        self.written = written
    }
}

/// One part of the folder as it was at one moment.
public struct StoredFiles: Sendable, Hashable {
    public var files: [StoredFile] = []
    /// What was written there since the start less what was taken away, by what names say, at that same moment.
    public var netBytes: [EvidenceItem.Kind: Int64] = [:]

    public init() {}
}

/// What retention wants of the files of evidence. Implemented by `Evidence`.
public protocol EvidenceRemoval: Sendable {
    /// The folder is looked through in so many parts.
    var parts: Int { get }

    /// The files of one part, 0 to ``parts`` − 1; empty for any other.
    func files(inPart part: Int) async -> StoredFiles

    /// Takes a file away for good, and answers how many bytes that freed; nil when there was none. Throws `locked` when the
    /// same bytes were kept a moment ago, for a row that is about to name them.
    func remove(_ sha256: String) async throws(StoreError) -> Int64?

    /// Bytes written since the start less those taken away, of all parts.
    var netBytes: [EvidenceItem.Kind: Int64] { get }

    /// Those of the hashes that some line of the chain names; nil when it cannot be read.
    func sealed(among hashes: Set<String>) async -> Set<String>?
}
