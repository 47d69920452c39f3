public import Inspection

/// Speaks one destination's language. An adapter keeps no state between attempts: an attempt may be repeated at any time,
/// by this process or the next, and must have the same effect.
public protocol DestinationAdapter: Sendable {
    var destination: Name { get }

    /// Makes one attempt within the adapter's own time limits.
    func deliver(_ owed: OwedDelivery, evidence: any EvidenceStore) async -> DeliveryAttempt
}

/// A destination that keeps cases and says how they go on.
public protocol CaseStageSource: Sendable {
    var destination: Name { get }

    /// Cases whose stage changed after `cursor`, oldest change first, each once with its present stage. A nil cursor
    /// begins at the first case.
    func stageChanges(after cursor: String?, limit: Int) async throws(DeliveryError) -> CaseStagePage
}

/// A bounded piece of the platform's changes.
public struct CaseStagePage: Sendable, Hashable {
    public struct Change: Sendable, Hashable {
        public var finding: FindingID
        public var record: CaseRecord

        public init(finding: FindingID, record: CaseRecord) {
            self.finding = finding
            self.record = record
        }
    }

    public var changes: [Change]
    /// Entries left out because they could not be read, or are not of this gateway's making.
    public var unusable: Int
    public var cursor: String
    /// True when the next page has something.
    public var more: Bool

    public init(changes: [Change], unusable: Int, cursor: String, more: Bool) {
        self.changes = changes
        self.unusable = unusable
        self.cursor = cursor
        self.more = more
    }
}
