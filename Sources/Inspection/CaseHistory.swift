/// One change of a case, as it became known.
public struct CaseChange: Sendable, Hashable {
    public var finding: FindingID
    /// How the case stood from then on.
    public var record: CaseRecord
    /// When this gateway wrote it down, by its own clock.
    public var recordedAt: UTCTime
    /// Counts all changes of cases; 0 for one that is not kept.
    public var number: Int64 = 0

    public init(finding: FindingID, record: CaseRecord, recordedAt: UTCTime) {
        self.finding = finding
        self.record = record
        self.recordedAt = recordedAt
    }

    /// When the case came there: the platform's word where it gives one.
    public var at: UTCTime { record.at ?? recordedAt }
}

/// What is known of cases, platform by platform. Implemented by `Store`; asked by `Delivery`, and by whatever counts the time
/// that a case takes. A finding may have a case at each of several platforms; its record shows the one that changed last.
public protocol CaseHistory: Sendable {
    /// How the finding's case stands at `platform`; nil where it has none there.
    func caseRecord(of finding: FindingID, at platform: Name) async throws(StoreError) -> CaseRecord?

    /// The finding of a case, by the number that its platform gives it.
    func finding(ofCase number: String, at platform: Name) async throws(StoreError) -> FindingID?

    /// Every change of a finding's cases, oldest first; of many the newest ``caseChangesKept``.
    func caseChanges(of finding: FindingID) async throws(StoreError) -> [CaseChange]

    /// Newest changes of cases that are neither closed nor rejected, in the order of their numbers, from behind `number` on.
    /// `limit` is at most 1000. Fewer than `limit` are the last.
    func openCases(at platform: Name, after number: String?, limit: Int) async throws(StoreError) -> [CaseChange]

    /// The same of cases that are closed or rejected, and have been since `since` or later.
    func endedCases(
        at platform: Name, since: UTCTime, after number: String?, limit: Int
    ) async throws(StoreError) -> [CaseChange]
}

/// Changes kept of one finding's cases.
public let caseChangesKept = 200
