public import Curl
public import Inspection

/// Reports findings to a gateway as a template says: `docs/templates.md`.
///
/// A gateway that keeps no idempotency key is asked first, where the template can ask, whenever an earlier attempt may have
/// acted: so that a lost answer costs a question and no second case.
public struct TemplateAdapter: DestinationAdapter, CaseStageSource {
    public struct Options: Sendable {
        /// `https://host[:port][/prefix]`
        public var baseURL: String
        public var tls = TLSOptions()
        public var timeouts = HTTPTimeouts()
        /// False sends only evidence with heads and number plates made unrecognisable.
        public var entitledToOriginals = false
        /// Values of the template's own settings.
        public var settings: [String: String] = [:]
        /// How phones reach the officers' page; nil where that is not known.
        public var page: String?
        /// Where the gateway may fetch a file, by its SHA-256; nil where it may not.
        public var link: (@Sendable (_ sha256: String) -> String?)?
        /// Cases asked for in one poll by number.
        public var casesAPoll = 20
        var ended = CaseTurn.Ended()
        /// How long cases that were closed are asked for, where each is asked for by its number, and how often.
        public var endedWithin: Duration {
            get { ended.within }
            set { ended.within = newValue }
        }
        public var endedEvery: Duration {
            get { ended.every }
            set { ended.every = newValue }
        }

        public init(baseURL: String) { self.baseURL = baseURL }
    }

    public let destination: Name
    let template: CaseTemplate
    let options: Options
    private let root: String
    private let transport: any HTTPTransport
    let clock: any Clock
    private let jurisdiction: (any JurisdictionInUse)?
    let cases: any CaseHistory

    public init(
        destination: Name, template: CaseTemplate, options: Options, transport: any HTTPTransport, clock: any Clock,
        jurisdiction: (any JurisdictionInUse)? = nil, cases: any CaseHistory
    ) throws(DeliveryError) {
        for name in template.settings where options.settings[name] == nil {
            throw DeliveryError(
                kind: .invalidOption, description: "\(destination): the template wants a setting \(name)")
        }
        self.destination = destination
        self.template = template
        self.options = options
        root = options.baseURL.hasSuffix("/") ? String(options.baseURL.dropLast()) : options.baseURL
        self.transport = transport
        self.clock = clock
        self.jurisdiction = jurisdiction
        self.cases = cases
    }

    public func deliver(_ owed: OwedDelivery, evidence: any EvidenceStore) async -> DeliveryAttempt {
        var attempt = DeliveryAttempt(.delivered(nil))
        do throws(DeliveryEnd) {
            attempt.answer = try await report(owed, evidence, &attempt)
        } catch {
            attempt.answer = error.answer
        }
        return attempt
    }

    private func report(
        _ owed: OwedDelivery, _ evidence: any EvidenceStore, _ attempt: inout DeliveryAttempt
    ) async throws(DeliveryEnd) -> DeliveryAnswer {
        var known: CaseRecord?
        do throws(StoreError) {
            known = try await cases.caseRecord(of: owed.finding, at: destination)
        } catch {
            throw DeliveryEnd(.postponed(reason: error.description))
        }
        let context = TemplateContext(
            owed: owed, template: template, settings: options.settings, page: options.page,
            competence: CaseReportText.competence(of: owed, by: jurisdiction), known: known)
        guard var data = context.data() else {
            throw DeliveryEnd(.refused(reason: "the stored feature cannot be read"))
        }
        if known == nil, template.find != nil, owed.revision > 1 || owed.attempts > 0 {
            if let record = try await find(data, owed) {
                known = record
                data.root["case"] = TemplateContext.value(of: record)
                data.root["delivery"] = context.delivery(isNew: false)
            }
        }
        let files = try await attachments(of: owed, evidence, &data, &attempt)
        let request = known == nil ? template.report : template.update ?? template.report
        let response = try await send(request, data, files: files, &attempt)
        let (reading, ended) = template.answer.read(response, now: clock.utc)
        guard let reading else { return ended }
        if let answer = AnswerMapping.answer(reading) { return answer }
        let entry = template.answer.record(
            reading.value.at(template.answer.entry.list) ?? reading.value, by: template.answer.entry,
            platform: destination, zoneSeconds: template.terms.zoneSeconds, number: known?.number, wantsStage: false)
        return try await taken(entry, reading, data, owed, known: known)
    }

    /// What a report that was taken came to.
    private func taken(
        _ entry: AnswerMapping.Entry, _ reading: AnswerMapping.Reading, _ data: TemplateData, _ owed: OwedDelivery,
        known: CaseRecord?
    ) async throws(DeliveryEnd) -> DeliveryAnswer {
        switch entry {
        case .unusable(let reason): return .unusable(reason: reason)
        case .record(var record, let external):
            guard external == nil || external == owed.finding.description else {
                return .unusable(reason: "the answer is about another finding")
            }
            try await cases.checkOwner(of: record.number, owed.finding, at: destination)
            // An answer that says no stage leaves the case where it was, and so does one that may be an old one repeated.
            let value = reading.value.at(template.answer.entry.list) ?? reading.value
            let word = template.answer.entry.stage.flatMap { value.at($0)?.scalarText } ?? ""
            if word.isEmpty || owed.attempts > 0, let known, known.number == record.number {
                (record.stage, record.flags, record.at) = (known.stage, known.flags, known.at)
            }
            return .delivered(record)
        case .absent(let reason):
            if let known { return .delivered(known) }
            if reading.meaning == .known, template.find != nil, let record = try await find(data, owed) {
                return .delivered(record)
            }
            // Where an answer may tell no number, the poll or a callback does.
            let isLater = template.answer.entry.number == nil || reading.meaning == .known
            return isLater ? .delivered(nil) : .unusable(reason: reason)
        }
    }

    func send(
        _ template: RequestTemplate, _ data: TemplateData, files: [RequestTemplate.File],
        _ attempt: inout DeliveryAttempt
    ) async throws(DeliveryEnd) -> HTTPResponse {
        var request: HTTPRequest
        do throws(TemplateRefusal) {
            request = try template.request(base: root, data, files: files)
        } catch {
            throw DeliveryEnd(.refused(reason: "template \(self.template.name): \(error.reason)"))
        }
        request.timeouts = options.timeouts
        request.tls = options.tls
        request.isNeverRepeated = request.method != .get
        let bytes = if case .bytes(let body) = request.body { body.count } else { 0 }
        do throws(CurlError) {
            let response = try await transport.send(request)
            attempt.bytesSent += bytes
            return response
        } catch {
            if error.mayHaveActed { attempt.bytesSent += bytes }
            throw DeliveryEnd(AnswerReading.answer(error))
        }
    }
}

/// An attempt that is over before its last step.
struct DeliveryEnd: Error {
    var answer: DeliveryAnswer

    init(_ answer: DeliveryAnswer) { self.answer = answer }
}

// MARK: Files

extension TemplateAdapter {
    /// Puts the files that go along into `data`, as the template sends them; gives those of a multipart body.
    private func attachments(
        of owed: OwedDelivery, _ evidence: any EvidenceStore, _ data: inout TemplateData,
        _ attempt: inout DeliveryAttempt
    ) async throws(DeliveryEnd) -> [RequestTemplate.File] {
        let terms = template.attachments
        data.root["attachments"] = .array([])
        guard terms.sending != .none else { return [] }
        var files: [RequestTemplate.File] = []
        var values: [JSONValue] = []
        let outgoing = OutgoingEvidence(
            owed.evidence, kinds: terms.kinds, entitledToOriginals: options.entitledToOriginals)
        attempt.attachmentsWithheld = outgoing.withheld
        for item in outgoing.items.suffix(terms.limit) {
            var value = TemplateContext.value(of: item)
            if terms.sending == .link {
                guard let link = options.link?(item.sha256) else {
                    attempt.attachmentsOmitted += 1
                    continue
                }
                value["link"] = .string(link)
            } else {
                guard item.bytes <= terms.maximumBytes, let path = await evidence.path(of: item.sha256),
                    let bytes = TemplateContext.bytes(of: path, upTo: terms.maximumBytes)
                else {
                    attempt.attachmentsOmitted += 1
                    continue
                }
                let file = RequestTemplate.File(
                    name: TemplateContext.fileName(of: item), mediaType: item.mediaType, bytes: bytes)
                switch terms.sending {
                case .inline: value["base64"] = .string(Base64.encode(bytes))
                case .upload: value["id"] = try await uploaded(file, value, data, &attempt)
                default: files.append(file)
                }
                attempt.attachmentsSent += 1
            }
            values.append(.object(value))
        }
        data.root["attachments"] = .array(values)
        return files
    }

    private func uploaded(
        _ file: RequestTemplate.File, _ value: [String: JSONValue], _ data: TemplateData,
        _ attempt: inout DeliveryAttempt
    ) async throws(DeliveryEnd) -> JSONValue {
        guard let upload = template.upload else { return .null }
        let response = try await send(upload, data.with("attachment", .object(value)), files: [file], &attempt)
        // A number of the case stands in no answer to a file.
        var mapping = template.answer
        mapping.entry = CaseEntryMapping()
        let (reading, ended) = mapping.read(response, now: clock.utc)
        guard let reading else { throw DeliveryEnd(ended) }
        if let answer = AnswerMapping.answer(reading) { throw DeliveryEnd(answer) }
        guard !template.attachments.idPath.isEmpty else { return .null }
        guard let id = reading.value.at(template.attachments.idPath)?.scalarText, (1...1024).contains(id.utf8.count)
        else {
            throw DeliveryEnd(.unusable(reason: "the answer to a file has no id"))
        }
        return .string(id)
    }
}

// MARK: Stages

extension TemplateAdapter {
    public func stageChanges(after cursor: String?, limit: Int) async throws(DeliveryError) -> CaseStagePage {
        guard let poll = template.poll else {
            return CaseStagePage(changes: [], unusable: 0, cursor: cursor ?? "-", more: false)
        }
        switch poll.way {
        case .cursor: return try await page(poll, after: cursor, limit: limit)
        case .number: return try await askEach(poll, after: cursor, limit: limit)
        }
    }

    private func page(
        _ poll: PollMapping, after cursor: String?, limit: Int
    ) async throws(DeliveryError) -> CaseStagePage {
        let value = try await asked(
            poll, ["poll": .object(["cursor": .string(cursor ?? ""), "limit": .number(Double(limit))])])
        guard case .array(let entries)? = value.at(poll.entry.list), entries.count <= 10_000,
            let next = value.at(poll.cursor)?.scalarText ?? (entries.isEmpty ? cursor ?? "" : nil),
            next.utf8.count <= CaseAnswer.maximumCursorBytes
        else {
            throw DeliveryError(
                kind: .unusableAnswer, description: "\(destination): a page of cases that breaks the template")
        }
        var changes: [CaseStagePage.Change] = []
        for entry in entries {
            if let change = try await change(entry, poll.entry) { changes.append(change) }
        }
        let more = poll.more.flatMap { value.at($0)?.bool } ?? false
        return CaseStagePage(
            changes: changes, unusable: entries.count - changes.count, cursor: next, more: more && next != cursor)
    }

    /// Some of the open cases, in turn: a round may take several polls.
    private func askEach(
        _ poll: PollMapping, after cursor: String?, limit: Int
    ) async throws(DeliveryError) -> CaseStagePage {
        let number = min(max(limit, 1), max(options.casesAPoll, 1))
        let (turn, begun) = try await cases.turn(
            at: destination, after: cursor, limit: number, ended: options.ended, now: clock.utc)
        var page = begun
        for change in turn {
            let known = change.record
            let value: JSONValue
            do throws(DeliveryError) {
                value = try await asked(poll, ["case": .object(["number": .string(known.number)])])
            } catch {
                // A platform may forget cases that are over.
                guard error.kind != .unreachable, CaseClock.Step(known.stage) == nil else { throw error }
                page.unusable += 1
                continue
            }
            let entry = template.answer.record(
                value.at(poll.entry.list) ?? value, by: poll.entry, platform: destination,
                zoneSeconds: template.terms.zoneSeconds, number: known.number, wantsStage: true)
            guard case .record(let record, let external) = entry, record.number == known.number,
                external == nil || external == change.finding.description
            else {
                page.unusable += 1
                continue
            }
            page.changes.append(CaseStagePage.Change(finding: change.finding, record: record))
        }
        return page
    }

    private func asked(_ poll: PollMapping, _ root: [String: JSONValue]) async throws(DeliveryError) -> JSONValue {
        let settings = options.settings.mapValues { JSONValue.string($0) }
        let data = TemplateData(
            feature: [], root: root.merging(["setting": .object(settings)]) { first, _ in first }, terms: template.terms
        )
        var attempt = DeliveryAttempt(.delivered(nil))
        let response: HTTPResponse
        do throws(DeliveryEnd) {
            response = try await send(poll.request, data, files: [], &attempt)
        } catch {
            throw Self.failure(error.answer, destination)
        }
        var mapping = template.answer
        mapping.entry = poll.entry
        let (reading, ended) = mapping.read(response, now: clock.utc)
        guard let reading else { throw Self.failure(ended, destination) }
        if let answer = AnswerMapping.answer(reading) { throw Self.failure(answer, destination) }
        return reading.value
    }

    private static func failure(_ answer: DeliveryAnswer, _ destination: Name) -> DeliveryError {
        let kind: DeliveryError.Kind =
            switch answer {
            case .misconfigured, .refused: .misconfigured
            case .unusable: .unusableAnswer
            default: .unreachable
            }
        return DeliveryError(kind: kind, description: "\(destination): \(answer.reason ?? "no answer")")
    }

    /// One entry, with the finding it is about; nil for one that cannot be read or is not of this gateway's making.
    func change(_ value: JSONValue, _ mapping: CaseEntryMapping) async throws(DeliveryError) -> CaseStagePage.Change? {
        let entry = template.answer.record(
            value, by: mapping, platform: destination, zoneSeconds: template.terms.zoneSeconds, wantsStage: true)
        guard case .record(let record, let external) = entry else { return nil }
        if let external { return FindingID(external).map { CaseStagePage.Change(finding: $0, record: record) } }
        do throws(StoreError) {
            return try await cases.finding(ofCase: record.number, at: destination)
                .map { CaseStagePage.Change(finding: $0, record: record) }
        } catch {
            throw DeliveryError(kind: .unreachable, description: error.description)
        }
    }
}
