/// One change of a case, as it became known.
public struct CaseChange: Sendable, Hashable {
    public var finding: FindingID
    /// How the case stood from then on.
    public var record: CaseRecord
    /// When this gateway wrote it down, by its own clock.
    public var recordedAt: UTCTime
    /// Counts all changes of cases; 0 for one that is not kept.
    public var number: Int64 = 0
    /// It came after a change that its platform dates later: it tells how the case went, and nothing of how it stands.
    public var isLate = false

    public init(finding: FindingID, record: CaseRecord, recordedAt: UTCTime) {
        self.finding = finding
        self.record = record
        self.recordedAt = recordedAt
    }

    /// When the case came there: the platform's word where it gives one.
    public var at: UTCTime { record.at ?? recordedAt }

    /// Longest time that a change may be dated after it became known, in microseconds, for its date to be believed: a day, as
    /// clocks and zones err.
    public static let leeway: Int64 = 86_400_000_000

    /// When the platform says that the case came there; nil where it does not say, or names a time that had not come.
    public var statedAt: UTCTime? {
        record.at.flatMap { $0 <= recordedAt.advanced(byMicroseconds: Self.leeway) ? $0 : nil }
    }

    /// Whether a platform that gives these two times says that the first is the earlier. A time of whole seconds is any instant
    /// of its second.
    public static func isEarlier(_ one: UTCTime, than other: UTCTime) -> Bool {
        let second: Int64 = 1_000_000
        guard one.microseconds % second == 0 || other.microseconds % second == 0 else { return one < other }
        func floored(_ time: UTCTime) -> Int64 {
            let (whole, rest) = time.microseconds.quotientAndRemainder(dividingBy: second)
            return rest < 0 ? whole - 1 : whole
        }
        return floored(one) < floored(other)
    }

    /// `changes` in the order in which they became known, with those that came late before the first of their platform that is
    /// dated later.
    public static func placed(_ changes: [CaseChange]) -> [CaseChange] {
        var placed = changes.filter { !$0.isLate }
        // Their numbers go down.
        for late in changes.filter(\.isLate).sorted(by: { $0.number > $1.number }) {
            let index = placed.firstIndex { other in
                other.record.platform == late.record.platform
                    && (other.statedAt.map { isEarlier(late.at, than: $0) } ?? false)
            }
            placed.insert(late, at: index ?? placed.endIndex)
        }
        return placed
    }
}

/// What is known of cases, platform by platform. Implemented by `Store`; asked by `Delivery`, and by whatever counts the time
/// that a case takes. A finding may have a case at each of several platforms; its record shows the one that changed last.
public protocol CaseHistory: Sendable {
    /// How the finding's case stands at `platform`; nil where it has none there.
    func caseRecord(of finding: FindingID, at platform: Name) async throws(StoreError) -> CaseRecord?

    /// The finding of a case, by the number that its platform gives it. Throws `locked` while it may only be missing, because a
    /// damaged database is being taken over.
    func finding(ofCase number: String, at platform: Name) async throws(StoreError) -> FindingID?

    /// Every change of a finding's cases, oldest first, those that came late where they belong; of many the newest
    /// ``caseChangesKept``.
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
