public import Inspection

/// How much a file of evidence is still needed, by the findings that name it: the greatest of theirs.
public enum Standing: Int, Sendable, Hashable, CaseIterable, Comparable {
    /// Every destination has what it is owed, and no case of theirs is open.
    case settled
    /// The same, and a case is open.
    case inCase
    /// Something of them is owed: waiting, on its way, held for a person, or refused for good and re-sendable.
    case owed
    /// Under a legal hold, or nobody knows: the finding's row is not there.
    case held

    public static func < (one: Standing, other: Standing) -> Bool { one.rawValue < other.rawValue }
}

/// A file of evidence with what decides whether it may go.
public struct KeptFile: Sendable, Hashable {
    public var sha256: String
    public var kind: EvidenceItem.Kind
    public var bytes: Int64
    public var capturedAt: UTCTime
    public var standing: Standing

    public init(sha256: String, kind: EvidenceItem.Kind, bytes: Int64, capturedAt: UTCTime, standing: Standing) {
        self.sha256 = sha256
        self.kind = kind
        self.bytes = bytes
        self.capturedAt = capturedAt
        self.standing = standing
    }

    /// Where a walk through the files of a kind, oldest first, goes on.
    public struct Cursor: Sendable, Hashable {
        public var capturedAt: UTCTime
        public var sha256: String

        public init(capturedAt: UTCTime, sha256: String) {
            self.capturedAt = capturedAt
            self.sha256 = sha256
        }
    }
}

/// A file that is to go, and why: the word that its line in the chain says.
public struct Removal: Sendable, Hashable {
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// Older than its class may become.
        case age
        /// Its class holds more than it may.
        case quota
        /// The file system has too little room.
        case space
        /// No finding names it: a run ended between the file and its row.
        case orphan
        /// What it was made of goes.
        case original
    }

    public var file: KeptFile
    public var reason: Reason

    public init(_ file: KeptFile, _ reason: Reason) {
        self.file = file
        self.reason = reason
    }
}
