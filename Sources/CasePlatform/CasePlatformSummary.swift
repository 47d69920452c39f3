/// What the platform has seen: `GET /admin/summary`. Shows that every finding became one case. Counts of requests are since
/// the start; cases and their reports are of the whole journal.
public struct CasePlatformSummary: Sendable, Hashable, Codable {
    public struct ExternalID: Sendable, Hashable, Codable {
        public var cases: Int
        /// Reports taken; repetitions under one key count once.
        public var reports: Int
        public var revision: Int
        public var number: String
        public var stage: CaseStage
        /// Of the newest report, as the gateway's jurisdiction names them; empty where it says nothing.
        public var departments: [String]
        public var law: [String]
        /// The end of the gateway's chain of evidence, `NUMBER:HASH`, as the newest report said it.
        public var chain: String?
    }

    public var cases: Int
    /// `POST /v1/reports` that reached the register, repetitions included.
    public var reports: Int
    /// Answered with the stored answer of their key.
    public var duplicates: Int
    public var keysReused: Int
    public var missingAttachments: Int
    public var attachments: Int
    public var damagedJournalLines: Int
    public var externalIDs: [String: ExternalID]

    enum CodingKeys: String, CodingKey {
        case cases, reports, duplicates, attachments
        case keysReused = "keys_reused"
        case missingAttachments = "missing_attachments"
        case damagedJournalLines = "damaged_journal_lines"
        case externalIDs = "external_ids"
    }
}

extension CasePlatformSummary.ExternalID {
    init(_ entry: CaseRegister.Case) {
        let told = entry.jurisdiction
        self.init(
            cases: 1, reports: entry.reports, revision: entry.revision, number: entry.number, stage: entry.stage,
            departments: (told?.departments ?? []).compactMap { $0.zh ?? $0.en },
            law: (told?.law ?? []).compactMap { $0.zh ?? $0.en }, chain: entry.chain)
    }
}
