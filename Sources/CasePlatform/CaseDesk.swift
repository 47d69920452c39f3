import Crypto
import Foundation

/// The register with its journal and attachments: the one place where cases change. What it answers is on disk first, when
/// there is a journal.
actor CaseDesk {
    /// Attachments in memory, when there is no journal, take at most this.
    static let maximumAttachmentBytesInMemory = 512 << 20

    enum Reported: Sendable {
        case answer(CaseRegister.Answer)
        case keyReused, inProgress, full
        case missing([String])
    }

    enum Attached: Sendable { case new, known, wrongHash, full }

    private var register: CaseRegister
    private let journal: CaseJournal?
    private var attachments: [String: Data] = [:]
    private var attachmentBytes = 0
    private var parts = PartialAttachments()
    private var inProgress: Set<String> = []
    private var random: SeededRandom
    private let callback: CaseCallbackSender?
    private(set) var cruelty: Cruelty
    private(set) var damagedLines = 0

    init(options: CasePlatformOptions) throws(CasePlatformError) {
        var register = CaseRegister(
            prefix: options.numberPrefix,
            limits: CaseRegister.Limits(cases: options.maximumCases, keys: max(options.maximumCases, 1) * 10))
        var journal: CaseJournal?
        if let path = options.journal {
            let opened = try CaseJournal.open(path)
            journal = opened.journal
            damagedLines = opened.damaged
            for event in opened.events { register.apply(event) }
        }
        if register.life.isEmpty {
            let event = CaseEvent.began(life: UUID().uuidString.prefix(8).lowercased())
            try journal?.append(event)
            register.apply(event)
        }
        self.register = register
        self.journal = journal
        random = SeededRandom(seed: options.seed)
        cruelty = options.cruelty
        callback = try options.callback.map { (callback) throws(CasePlatformError) in try CaseCallbackSender(callback) }
    }

    func fate() -> (fate: Cruelty.Fate, delayMilliseconds: Int) {
        (cruelty.fate(using: &random), cruelty.delayMilliseconds)
    }

    func setCruelty(_ cruelty: Cruelty) { self.cruelty = cruelty }

    /// Marks the key as being worked on; false when it is already.
    func begin(_ key: String) -> Bool { inProgress.insert(key).inserted }

    func end(_ key: String) { inProgress.remove(key) }

    func take(
        _ report: CaseReport, key: String, body: [UInt8], now: Date, chain: String? = nil
    ) throws(CasePlatformError) -> Reported {
        let payload = Self.hash(body)
        let decision = register.decide(
            report, key: key, payload: payload, at: now.timeIntervalSince1970, year: Self.year(now),
            chain: chain)
        switch decision {
        case .take(let event, let answer):
            try commit(event)
            return .answer(answer)
        case .repeated(let answer): return .answer(answer)
        case .keyReused: return .keyReused
        case .missing(let hashes): return .missing(hashes)
        case .full: return .full
        }
    }

    func attach(_ bytes: [UInt8], sha256: String, mediaType: String) throws(CasePlatformError) -> Attached {
        guard Self.hash(bytes) == sha256 else { return .wrongHash }
        if register.attachments[sha256] != nil { return .known }
        guard register.hasRoomForAttachment(sha256) else { return .full }
        if let journal {
            try journal.keep(Data(bytes), sha256: sha256)
        } else {
            guard attachmentBytes + bytes.count <= Self.maximumAttachmentBytesInMemory else { return .full }
            attachments[sha256] = Data(bytes)
            attachmentBytes += bytes.count
        }
        try commit(.attachment(sha256: sha256, mediaType: mediaType, bytes: bytes.count))
        return .new
    }

    /// Bytes of an attachment that are there, and whether that is all of it.
    func standing(_ sha256: String) -> (offset: Int, isComplete: Bool) {
        if let known = register.attachments[sha256] { return (known.bytes, true) }
        return (parts.offset(sha256), false)
    }

    /// False when the piece does not follow what is there.
    func append(_ bytes: [UInt8], to sha256: String, at offset: Int, of total: Int) -> Bool {
        parts.append(bytes, to: sha256, at: offset, of: total)
    }

    /// Keeps an attachment whose last piece has come.
    func finish(_ sha256: String, mediaType: String) throws(CasePlatformError) -> Attached {
        guard let bytes = parts.takeWhole(sha256) else { return .known }
        return try attach(bytes, sha256: sha256, mediaType: mediaType)
    }

    func attachment(_ sha256: String) -> (mediaType: String, bytes: Data)? {
        guard let known = register.attachments[sha256],
            let bytes = attachments[sha256] ?? journal?.attachment(sha256)
        else { return nil }
        return (known.mediaType, bytes)
    }

    /// False when there is no such case.
    func move(
        _ number: String, to stage: CaseStage, now: Date, flags: [CaseFlag] = [], message: String? = nil
    ) throws(CasePlatformError) -> CaseRegister.Case? {
        let at = now.timeIntervalSince1970
        if let event = register.decide(stage: stage, of: number, at: at, flags: flags, message: message) {
            try commit(event)
        }
        return register.find(number: number)
    }

    /// Moves cases that have been at their stage for `interval` seconds.
    func advance(interval: Double, now: Date) throws(CasePlatformError) {
        let at = now.timeIntervalSince1970
        for event in register.advances(stageSince: at - interval, at: at, limit: 200) { try commit(event) }
    }

    func find(number: String) -> CaseRegister.Case? { register.find(number: number) }

    func find(externalID: String) -> CaseRegister.Case? { register.find(externalID: externalID) }

    func changes(after cursor: String?, limit: Int) -> (cases: [CaseRegister.Case], cursor: String, more: Bool)? {
        register.changes(after: cursor, limit: limit)
    }

    func newest(_ limit: Int) -> [CaseRegister.Case] { register.cases.suffix(limit).reversed() }

    var summary: CasePlatformSummary {
        CasePlatformSummary(
            cases: register.cases.count, reports: register.counts.reports, duplicates: register.counts.duplicates,
            keysReused: register.counts.keysReused, missingAttachments: register.counts.missingAttachments,
            attachments: register.attachments.count, damagedJournalLines: damagedLines,
            externalIDs: Dictionary(
                register.cases.map { ($0.externalID, CasePlatformSummary.ExternalID($0)) },
                uniquingKeysWith: { first, second in
                    .init(
                        cases: first.cases + second.cases, reports: first.reports + second.reports,
                        revision: max(first.revision, second.revision), number: first.number, stage: first.stage,
                        departments: first.departments, law: first.law, chain: first.chain)
                }))
    }

    /// Announces stage changes until cancelled; returns at once without a callback.
    func runCallbacks() async { await callback?.run() }

    private func commit(_ event: CaseEvent) throws(CasePlatformError) {
        try journal?.append(event)
        register.apply(event)
        guard case .stage(let number, _, let at, _, _) = event, let entry = register.find(number: number) else {
            return
        }
        callback?.announce(CaseText.callback(entry, at: at), id: "\(entry.number)-\(entry.change)")
    }

    static func hash(_ bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }

    static func year(_ date: Date) -> Int {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar.component(.year, from: date)
    }
}
