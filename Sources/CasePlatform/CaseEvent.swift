/// One thing that happened to the register; a line of the journal. Applying the events in order rebuilds the register.
enum CaseEvent: Codable, Sendable, Hashable {
    /// The register's life began. Cursors carry its name, so that one from another life is not taken for this one's.
    case began(life: String)
    case attachment(sha256: String, mediaType: String, bytes: Int)
    case report(Report)
    /// `at` is Unix seconds.
    case stage(number: String, stage: CaseStage, at: Double, flags: [CaseFlag]? = nil, message: String? = nil)

    struct Report: Codable, Sendable, Hashable {
        var key: String
        /// SHA-256 of the body, hexadecimal.
        var payload: String
        var externalID: String
        var revision: Int
        var sceneType: String
        var number: String
        /// True when this report opened the case.
        var opens: Bool
        /// The stage in the answer.
        var stage: CaseStage
        /// Unix seconds.
        var at: Double
        /// Nil in reports of a gateway that names no jurisdiction.
        var jurisdiction: ReportedCompetence?
        var finding: ReportedFinding
        var attachments: [CaseReport.Attachment]
        /// The end of the gateway's chain of evidence at that time, `NUMBER:HASH`.
        var chain: String?
    }
}
