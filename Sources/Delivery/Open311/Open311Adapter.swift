public import Curl
public import Inspection

/// Reports findings to a GeoReport v2 server: `docs/open311.md`.
///
/// The specification knows no idempotency key: before a report that an earlier attempt may have made, the server's own list
/// is searched for this finding's mark. A server that numbers later answers with a token, which is kept as the case's number
/// until the poll has the real one.
public struct Open311Adapter: DestinationAdapter, CaseStageSource {
    public struct Options: Sendable {
        /// The endpoint without a slash at the end, such as `https://city.example/open311/v2`.
        public var baseURL: String
        public var apiKey: String?
        public var jurisdiction: String?
        /// From scene types to service codes: an exact one, else a family (`waste.*`), else `*`.
        public var services: [String: String] = [:]
        /// Values of `attribute[CODE]`, the same for every report.
        public var attributes: [String: String] = [:]
        public var email: String?
        /// A picture's address for the server, by its SHA-256; nil where it may not fetch any.
        public var link: (@Sendable (_ sha256: String) -> String?)?
        public var page: String?
        public var entitledToOriginals = false
        /// Changes go as mySociety's extension says; otherwise GeoReport has no word for them.
        public var sendsUpdates = false
        /// Rows at which the server cuts a list. Source: GeoReport v2, GET Service Requests.
        public var listLimit = 1000
        /// How long it may take until the server lists a new request: so long a search waits first. A server that answers with
        /// tokens lists none before it has a number.
        public var settling: Duration = .zero
        /// Cases asked for in one poll.
        public var casesAPoll = 20
        var ended = CaseTurn.Ended()
        /// How long cases that were closed are asked for, and how often.
        public var endedWithin: Duration {
            get { ended.within }
            set { ended.within = newValue }
        }
        public var endedEvery: Duration {
            get { ended.every }
            set { ended.every = newValue }
        }
        public var tls = TLSOptions()
        public var timeouts = HTTPTimeouts()

        public init(baseURL: String) { self.baseURL = baseURL }
    }

    /// Lists asked for in one search; a search that would need more is given up until later.
    static let maximumLists = 64
    /// How far back a search looks. Source: GeoReport v2: a span is at most 90 days.
    static let searchDays: Int64 = 90

    public let destination: Name
    let options: Options
    let root: String
    private let services: TemplateTable
    private let transport: any HTTPTransport
    private let clock: any Clock
    private let cases: any CaseHistory

    public init(
        destination: Name, options: Options, transport: any HTTPTransport, clock: any Clock, cases: any CaseHistory
    ) throws(DeliveryError) {
        guard !options.services.isEmpty else {
            throw DeliveryError(kind: .invalidOption, description: "\(destination): Open311 needs a table of services")
        }
        self.destination = destination
        self.options = options
        root = options.baseURL.hasSuffix("/") ? String(options.baseURL.dropLast()) : options.baseURL
        services = TemplateTable(entries: options.services)
        self.transport = transport
        self.clock = clock
        self.cases = cases
    }

    public func deliver(_ owed: OwedDelivery, evidence: any EvidenceStore) async -> DeliveryAttempt {
        var attempt = DeliveryAttempt(.delivered(nil))
        do throws(DeliveryEnd) {
            attempt.answer = try await report(owed, &attempt)
        } catch {
            attempt.answer = error.answer
        }
        return attempt
    }

    private func report(_ owed: OwedDelivery, _ attempt: inout DeliveryAttempt) async throws(DeliveryEnd)
        -> DeliveryAnswer
    {
        guard let report = Open311Report(owed, options: options, services: services) else {
            return .refused(reason: "the stored feature cannot be read")
        }
        guard let service = report.service else {
            return .refused(reason: "no service for \(AnswerReading.printable(report.sceneType))")
        }
        let known: CaseRecord?
        do throws(StoreError) {
            known = try await cases.caseRecord(of: owed.finding, at: destination)
        } catch {
            throw DeliveryEnd(.postponed(reason: error.description))
        }
        if let known { return try await update(known, report, owed, &attempt) }
        guard let place = report.place else {
            // GeoReport demands a place, and no other is known than what was measured.
            return .refused(reason: "the finding has no position")
        }
        // A first revision that was never leased before cannot be there.
        if owed.revision > 1 || owed.attempts > 0 {
            if options.settling > .zero, (try? await Task.sleep(for: options.settling)) == nil {
                return .postponed(reason: "stopped before the search")
            }
            if let record = try await search(owed.finding, service: service) {
                try await cases.checkOwner(of: record.number, owed.finding, at: destination)
                return .delivered(record)
            }
        }
        let pairs = report.pairs(service: service, place: place)
        attempt.attachmentsWithheld = report.withheld
        let response = try await send(.post, "/requests.json", pairs: pairs, &attempt)
        let answer = try Open311Answer.created(response, platform: destination, now: clock.utc)
        if case .delivered(let record?) = answer {
            try await cases.checkOwner(of: record.number, owed.finding, at: destination)
        }
        return answer
    }

    /// A later revision of what the server has. GeoReport has no word for it; mySociety's extension has.
    private func update(
        _ known: CaseRecord, _ report: Open311Report, _ owed: OwedDelivery, _ attempt: inout DeliveryAttempt
    ) async throws(DeliveryEnd) -> DeliveryAnswer {
        guard options.sendsUpdates else { return .delivered(nil) }
        guard !known.number.hasPrefix(CaseRecord.tokenPrefix) else {
            return .postponed(reason: "the case has no number yet")
        }
        let pairs = report.update(of: known.number, key: "\(owed.finding)-\(owed.revision)")
        attempt.attachmentsWithheld = report.withheld
        let response = try await send(.post, "/servicerequestupdates.json", pairs: pairs, &attempt)
        switch response.status {
        case 200, 201: return .delivered(nil)
        case 400 where AnswerReading.isJSON(response):
            return .refused(reason: "HTTP 400: \(Open311Answer.said(response))")
        default: throw DeliveryEnd(Open311Answer.failure(response, now: clock.utc))
        }
    }

    /// The request that carries this finding's mark, among those of its service; nil where there is none. Spans of time are
    /// halved until the server gives them whole.
    private func search(_ finding: FindingID, service: String) async throws(DeliveryEnd) -> CaseRecord? {
        let now = clock.utc.advanced(byMicroseconds: 3_600_000_000).microseconds / 1_000_000
        var spans = [(from: now - Self.searchDays * 86_400 + 3600, to: now)]
        var lists = 0
        while let span = spans.popLast() {
            lists += 1
            guard lists <= Self.maximumLists else {
                throw DeliveryEnd(.postponed(reason: "the server's list is too long to be searched"))
            }
            let query = [
                ("service_code", service), ("start_date", Self.date(span.from)), ("end_date", Self.date(span.to)),
            ]
            var attempt = DeliveryAttempt(.delivered(nil))
            let response = try await send(.get, "/requests.json", pairs: query, &attempt)
            // A list that is not there, where none may be empty, says nothing of what is in it.
            guard response.status == 200 else {
                throw DeliveryEnd(Open311Answer.failure(response, now: clock.utc))
            }
            guard let rows = JSONValue(response.body)?.array else {
                throw DeliveryEnd(.unusable(reason: "a list of requests that is none"))
            }
            if let record = try Open311Answer.find(finding, in: rows, platform: destination) { return record }
            guard rows.count >= options.listLimit, span.to - span.from > 1 else { continue }
            let middle = span.from + (span.to - span.from) / 2
            // The newer half is looked at first.
            spans += [(span.from, middle), (middle, span.to)]
        }
        return nil
    }

    private static func date(_ seconds: Int64) -> String {
        String(UTCTime(microseconds: seconds * 1_000_000).rfc3339.prefix(19)) + "Z"
    }

    private func send(
        _ method: HTTPRequest.Method, _ path: String, pairs: [(String, String)], _ attempt: inout DeliveryAttempt
    ) async throws(DeliveryEnd) -> HTTPResponse {
        var pairs = pairs
        if let jurisdiction = options.jurisdiction { pairs.insert(("jurisdiction_id", jurisdiction), at: 0) }
        if method == .post, let key = options.apiKey { pairs.insert(("api_key", key), at: 0) }
        let text = FormText.encoded(pairs)
        var request = HTTPRequest(method, root + path, fields: [HTTPField("Accept", "application/json")])
        if method == .post {
            request.fields.append(HTTPField("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"))
            request.body = .bytes(Array(text.utf8))
            request.isNeverRepeated = true
        } else if !text.isEmpty {
            request.url += "?" + text
        }
        request.timeouts = options.timeouts
        request.tls = options.tls
        // A list of a thousand requests.
        request.maximumResponseBytes = 8 << 20
        do throws(CurlError) {
            let response = try await transport.send(request)
            if method == .post { attempt.bytesSent += text.utf8.count }
            return response
        } catch {
            if error.mayHaveActed, method == .post { attempt.bytesSent += text.utf8.count }
            throw DeliveryEnd(AnswerReading.answer(error))
        }
    }
}

// MARK: Stages

extension Open311Adapter {
    /// Some of the open cases, in turn: a round may take several polls. Of those that ended not long ago some besides, now and
    /// then: the server may have opened them again.
    public func stageChanges(after cursor: String?, limit: Int) async throws(DeliveryError) -> CaseStagePage {
        let number = min(max(limit, 1), max(options.casesAPoll, 1))
        let (turn, begun) = try await cases.turn(
            at: destination, after: cursor, limit: number, ended: options.ended, now: clock.utc)
        var page = begun
        for change in turn {
            switch try await asked(change.record) {
            case .record(let record): page.changes.append(CaseStagePage.Change(finding: change.finding, record: record))
            case .same: break
            case .unusable: page.unusable += 1
            }
        }
        return page
    }

    private func asked(_ known: CaseRecord) async throws(DeliveryError) -> Open311Answer.News {
        let isToken = known.number.hasPrefix(CaseRecord.tokenPrefix)
        let name = isToken ? String(known.number.dropFirst(CaseRecord.tokenPrefix.count)) : known.number
        let path = (isToken ? "/tokens/" : "/requests/") + FourPlatformAdapter.percentEncoded(name) + ".json"
        var attempt = DeliveryAttempt(.delivered(nil))
        let response: HTTPResponse
        do throws(DeliveryEnd) {
            response = try await send(.get, path, pairs: [], &attempt)
        } catch {
            throw DeliveryError(
                kind: error.answer.isMisconfigured ? .misconfigured : .unreachable,
                description: "\(destination): \(error.answer.reason ?? "no answer")")
        }
        switch response.status {
        case 200:
            return isToken ? Open311Answer.resolved(response, token: name, known) : Open311Answer.state(response, known)
        // What one case is answered says nothing of the others.
        case 400, 404, 410: return .unusable
        default:
            throw DeliveryError(
                kind: (500...599).contains(response.status) || response.status == 429 ? .unreachable : .misconfigured,
                description: "\(destination): HTTP \(response.status)")
        }
    }
}

extension DeliveryAnswer {
    var isMisconfigured: Bool {
        if case .misconfigured = self { true } else { false }
    }
}
