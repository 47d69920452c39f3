/// 封存: a person wants everything of a finding kept, whatever retention says, until a person releases it.
public struct LegalHold: Sendable, Hashable {
    /// Unicode scalars of the reason.
    public static let whyLimit = 2000

    /// Who set it, and when by this gateway's clock.
    public var by: String
    public var at: UTCTime
    public var why: String
    /// Who released it, and when; nil while it is in force.
    public var released: Release?

    public struct Release: Sendable, Hashable {
        public var by: String
        public var at: UTCTime

        public init(by: String, at: UTCTime) {
            self.by = by
            self.at = at
        }
    }

    public init(by: String, at: UTCTime, why: String, released: Release? = nil) {
        self.by = by
        self.at = at
        self.why = why
        self.released = released
    }

    public var isInForce: Bool { released == nil }

    /// The members of one JSON object, as a Feature shows them.
    func write(to json: inout JSONText) {
        json.member("by", by)
        json.member("at", at.rfc3339)
        json.member("why", why)
        guard let released else { return }
        json.member("released_by", released.by)
        json.member("released_at", released.at.rfc3339)
    }
}

/// Where legal holds are kept: with the finding, as a revision of it. Implemented by `Store`.
public protocol LegalHolds: Sendable {
    /// Nil where one is in force already, which stays as it is. Throws `notFound` for a finding that is not there.
    func set(_ hold: LegalHold, on finding: FindingID) async throws(StoreError) -> FindingRecord?
    /// Nil where none is in force.
    func release(_ finding: FindingID, _ release: LegalHold.Release) async throws(StoreError) -> FindingRecord?
    /// Findings under a hold that is in force, in the order of their ids; `limit` is at most 1000.
    func held(after finding: FindingID?, limit: Int) async throws(StoreError) -> [FindingRecord]
}
