/// What the evidence's chain follows: every revision of every finding, every mission, in the order they were kept. Implemented
/// by `Store`.
public protocol SealingFeed: MissionStore {
    var epoch: String { get }

    /// Stored revisions after `sequence`, oldest first, those that a newer one followed among them.
    func revisions(after sequence: Int64, limit: Int) async throws(StoreError) -> RevisionPage

    /// The newest revision of each finding that the flight saw, after `sequence`, oldest first.
    func newestRevisions(of flight: FlightID, after sequence: Int64, limit: Int) async throws(StoreError)
        -> RevisionPage

    /// The greatest sequence given so far; 0 where none was.
    func newestSequence() async throws(StoreError) -> Int64

    func flight(_ id: FlightID) async throws(StoreError) -> Flight?

    /// Missions changed after `change`, oldest change first.
    func missions(after change: Int64, limit: Int) async throws(StoreError) -> [StoredMission]
}

/// A stretch of the revisions; damaged ones are left out.
public struct RevisionPage: Sendable, Hashable {
    public var features: [StoredFeature]
    /// The last sequence looked at; nil when there was nothing more.
    public var through: Int64?

    public init(features: [StoredFeature], through: Int64?) {
        self.features = features
        self.through = through
    }
}

/// A file of evidence that was taken away on purpose, to be said in the chain before it goes.
public struct RemovedEvidence: Sendable, Hashable {
    /// 64 lower-case hexadecimal digits.
    public var sha256: String
    public var kind: EvidenceItem.Kind
    public var bytes: Int64
    /// One word of a–z and underscore: `quota`, `age`, …
    public var reason: String

    public init(sha256: String, kind: EvidenceItem.Kind, bytes: Int64, reason: String) {
        self.sha256 = sha256
        self.kind = kind
        self.bytes = bytes
        self.reason = reason
    }
}

/// Says in the chain what is taken away. Implemented by `Evidence`; asked by retention before it removes a file.
public protocol RemovalRecord: Sendable {
    /// Answers when the lines are on disk.
    func record(removed files: [RemovedEvidence]) async throws(StoreError)
}
