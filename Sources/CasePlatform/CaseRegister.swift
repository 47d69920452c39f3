/// The platform's cases, keys and attachments. Pure: it decides, and applies what was decided; time is handed in.
struct CaseRegister: Sendable {
    struct Limits: Sendable {
        var cases = 100_000
        var keys = 1_000_000
        var attachments = 500_000
    }

    struct Case: Sendable, Hashable {
        var number: String
        var externalID: String
        var sceneType: String
        var revision: Int
        var stage: CaseStage
        var flags: [CaseFlag] = []
        var message: String?
        /// Unix seconds.
        var reportedAt: Double
        var stageAt: Double
        var jurisdiction: ReportedCompetence?
        var finding: ReportedFinding
        var attachments: [CaseReport.Attachment]
        /// The end of the gateway's chain of evidence, as the newest report said it.
        var chain: String?
        /// Reports taken, the first included.
        var reports: Int
        /// Place in the feed of stage changes.
        var change: Int
    }

    /// The answer that a key keeps.
    struct Answer: Sendable, Hashable {
        var status: Int
        var number: String
        var externalID: String
        var stage: CaseStage
        var payload: String
    }

    enum Decision: Sendable, Hashable {
        case take(CaseEvent, Answer)
        case repeated(Answer)
        case keyReused
        case missing([String])
        case full
    }

    struct Counts: Sendable, Hashable {
        var reports = 0
        var duplicates = 0
        var keysReused = 0
        var missingAttachments = 0
    }

    let prefix: String
    let limits: Limits
    private(set) var life = ""
    private(set) var cases: [Case] = []
    private(set) var attachments: [String: (mediaType: String, bytes: Int)] = [:]
    private(set) var counts = Counts()
    private var byNumber: [String: Int] = [:]
    private var byExternalID: [String: Int] = [:]
    private var answers: [String: Answer] = [:]
    private var feed = ChangeFeed()

    init(prefix: String = "LX", limits: Limits = Limits()) {
        self.prefix = prefix
        self.limits = limits
    }

    /// What is to become of a report. `year` is that of `at`.
    mutating func decide(
        _ report: CaseReport, key: String, payload: String, at: Double, year: Int, chain: String? = nil
    )
        -> Decision
    {
        counts.reports += 1
        if let answer = answers[key] {
            guard answer.payload == payload else {
                counts.keysReused += 1
                return .keyReused
            }
            counts.duplicates += 1
            return .repeated(answer)
        }
        let missing = report.attachments.map(\.sha256).filter { attachments[$0] == nil }
        guard missing.isEmpty else {
            counts.missingAttachments += 1
            return .missing(missing)
        }
        let known = byExternalID[report.externalID].map { cases[$0] }
        guard answers.count < limits.keys, known != nil || cases.count < limits.cases else { return .full }
        let event = CaseEvent.Report(
            key: key, payload: payload, externalID: report.externalID, revision: report.revision,
            sceneType: report.sceneType, number: known?.number ?? number(cases.count + 1, year), opens: known == nil,
            stage: known?.stage ?? .reported, at: at, jurisdiction: report.jurisdiction,
            finding: report.finding, attachments: report.attachments, chain: chain)
        return .take(.report(event), Self.answer(event))
    }

    /// The event that moves a case to a stage; nil when there is no such case or it is there already.
    func decide(
        stage: CaseStage, of number: String, at: Double, flags: [CaseFlag] = [], message: String? = nil
    ) -> CaseEvent? {
        guard let index = byNumber[number] else { return nil }
        let flags = CaseFlag.allCases.filter(flags.contains)
        guard cases[index].stage != stage || cases[index].flags != flags || cases[index].message != message else {
            return nil
        }
        return .stage(number: number, stage: stage, at: at, flags: flags.isEmpty ? nil : flags, message: message)
    }

    /// Moves for the cases that have been at their stage since `latest` or longer, oldest first.
    func advances(stageSince latest: Double, at: Double, limit: Int) -> [CaseEvent] {
        var events: [CaseEvent] = []
        for entry in cases where entry.stageAt <= latest {
            guard let next = entry.stage.next else { continue }
            events.append(.stage(number: entry.number, stage: next, at: at))
            if events.count >= limit { break }
        }
        return events
    }

    func hasRoomForAttachment(_ sha256: String) -> Bool {
        attachments[sha256] != nil || attachments.count < limits.attachments
    }

    mutating func apply(_ event: CaseEvent) {
        switch event {
        case .began(let life): self.life = life
        case .attachment(let sha256, let mediaType, let bytes): attachments[sha256] = (mediaType, bytes)
        case .report(let report): apply(report)
        case .stage(let number, let stage, let at, let flags, let message):
            guard let index = byNumber[number] else { return }
            cases[index].stage = stage
            cases[index].flags = flags ?? []
            cases[index].message = message
            cases[index].stageAt = at
            changed(index)
        }
    }

    /// A report's effect. An older revision that arrives late counts, and changes nothing that is shown.
    private mutating func apply(_ report: CaseEvent.Report) {
        answers[report.key] = Self.answer(report)
        if let index = byExternalID[report.externalID] {
            cases[index].reports += 1
            guard report.revision >= cases[index].revision else { return }
            cases[index].revision = report.revision
            cases[index].sceneType = report.sceneType
            cases[index].jurisdiction = report.jurisdiction
            cases[index].finding = report.finding
            cases[index].attachments = report.attachments
            cases[index].chain = report.chain ?? cases[index].chain
        } else {
            byExternalID[report.externalID] = cases.count
            byNumber[report.number] = cases.count
            cases.append(
                Case(
                    number: report.number, externalID: report.externalID, sceneType: report.sceneType,
                    revision: report.revision, stage: report.stage, reportedAt: report.at, stageAt: report.at,
                    jurisdiction: report.jurisdiction, finding: report.finding, attachments: report.attachments,
                    chain: report.chain, reports: 1, change: 0))
            changed(cases.count - 1)
        }
    }

    private mutating func changed(_ index: Int) { cases[index].change = feed.append(index) }

    private static func answer(_ report: CaseEvent.Report) -> Answer {
        Answer(
            status: report.opens ? 201 : 200, number: report.number, externalID: report.externalID, stage: report.stage,
            payload: report.payload)
    }

    private func number(_ serial: Int, _ year: Int) -> String {
        let digits = String(serial)
        return "\(prefix)-\(year)-" + String(repeating: "0", count: max(6 - digits.count, 0)) + digits
    }
}

extension CaseRegister {
    func find(number: String) -> Case? { byNumber[number].map { cases[$0] } }

    func find(externalID: String) -> Case? { byExternalID[externalID].map { cases[$0] } }

    /// Cases changed after the cursor, oldest change first, each once; with the cursor after them, and whether there are
    /// more. A cursor of another life begins at the first case; one that is no cursor gives nil.
    func changes(after cursor: String?, limit: Int) -> (cases: [Case], cursor: String, more: Bool)? {
        var start = 0
        if let cursor, !cursor.isEmpty {
            let parts = cursor.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 2, let sequence = Int(parts[1]), sequence >= 0 else { return nil }
            if parts[0] == life { start = sequence }
        }
        let page = feed.page(after: start, limit: limit)
        return (page.items.map { cases[$0] }, "\(life).\(page.last)", page.more)
    }
}
