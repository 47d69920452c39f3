public import Curl
public import Inspection

/// Reports findings to a four-platform case flow over the contract of `docs/case-flow.md`.
///
/// The report goes first; the platform names the attachments it lacks, only those are sent, and the report is repeated
/// under the same key. A revision that the platform already knows costs one small request.
public struct FourPlatformAdapter: DestinationAdapter, CaseStageSource {
    public struct Options: Sendable {
        /// `https://host[:port][/prefix]`, without `/v1`.
        public var baseURL: String
        public var token: String?
        public var tls = TLSOptions()
        public var timeouts = HTTPTimeouts()
        /// For one attachment, from start to last byte.
        public var attachmentTimeoutMilliseconds = 300_000
        /// False sends only evidence with heads and number plates made unrecognisable.
        public var entitledToOriginals = false
        /// What is attached; the rest stays at the gateway, listed in the finding with its hash.
        public var kinds: Set<EvidenceItem.Kind> = [.picture, .clip]

        public init(baseURL: String, token: String? = nil) {
            self.baseURL = baseURL
            self.token = token
        }
    }

    /// A report is repeated this often for attachments the platform lacks.
    static let maximumRounds = 3
    static let maximumAttachments = 64

    public let destination: Name
    let options: Options
    private let root: String
    private let transport: any HTTPTransport
    private let clock: any Clock
    private let jurisdiction: (any JurisdictionInUse)?
    private let cases: (any CaseHistory)?

    /// Reports say what `jurisdiction` says of their findings; a number that `cases` knows as another finding's is not believed.
    public init(
        destination: Name, options: Options, transport: any HTTPTransport, clock: any Clock,
        jurisdiction: (any JurisdictionInUse)? = nil, cases: (any CaseHistory)? = nil
    ) {
        self.cases = cases
        self.destination = destination
        self.options = options
        self.jurisdiction = jurisdiction
        root = options.baseURL.hasSuffix("/") ? String(options.baseURL.dropLast()) : options.baseURL
        self.transport = transport
        self.clock = clock
    }

    public func deliver(_ owed: OwedDelivery, evidence: any EvidenceStore) async -> DeliveryAttempt {
        var attempt = DeliveryAttempt(.postponed(reason: "attachments are still missing"))
        let outgoing = OutgoingEvidence(
            owed.evidence, kinds: options.kinds, entitledToOriginals: options.entitledToOriginals)
        var items = Array(outgoing.items.prefix(Self.maximumAttachments))
        attempt.attachmentsWithheld = outgoing.withheld
        // Asked once: another may come into use between two rounds, and both go under one key.
        let competence = CaseReportText.competence(of: owed, by: jurisdiction)
        for _ in 0..<Self.maximumRounds {
            guard let body = CaseReportText.body(of: owed, attachments: items, competence: competence) else {
                attempt.answer = .refused(reason: "the stored feature cannot be read")
                return attempt
            }
            switch await report(body, of: owed, &attempt) {
            case .final(let answer):
                attempt.answer = await owned(answer, by: owed)
                return attempt
            case .missing(let hashes):
                for item in items where hashes.contains(item.sha256) {
                    switch await upload(item, evidence, &attempt) {
                    case .sent: attempt.attachmentsSent += 1
                    case .omitted:
                        attempt.attachmentsOmitted += 1
                        items.removeAll { $0.sha256 == item.sha256 }
                    case .failed(let answer):
                        attempt.answer = answer
                        return attempt
                    }
                }
            }
        }
        return attempt
    }

    public func stageChanges(after cursor: String?, limit: Int) async throws(DeliveryError) -> CaseStagePage {
        var address = root + "/v1/cases?limit=\(min(max(limit, 1), 500))"
        if let cursor { address += "&changed_after=" + Self.percentEncoded(cursor) }
        let response: HTTPResponse
        do throws(CurlError) {
            response = try await transport.send(request(.get, address))
        } catch {
            throw DeliveryError(kind: error.isTransient ? .unreachable : .misconfigured, description: error.description)
        }
        return try CaseAnswer.page(response, platform: destination)
    }
}

extension FourPlatformAdapter {
    private enum Reported {
        case final(DeliveryAnswer)
        case missing(Set<String>)
    }

    private enum Uploaded {
        case sent, omitted
        case failed(DeliveryAnswer)
    }

    /// A number that is another finding's is never taken. A repetition is answered as the first time: where the case is known
    /// already, that stage may long be over. An answer that says no more than the stage that is known takes nothing back of what
    /// was told besides: that it was suspended or sent back, and why.
    private func owned(_ answer: DeliveryAnswer, by owed: OwedDelivery) async -> DeliveryAnswer {
        guard case .delivered(let record?) = answer, let cases else { return answer }
        do throws(StoreError) {
            if let owner = try await cases.finding(ofCase: record.number, at: destination), owner != owed.finding {
                return .unusable(reason: "the case number is another finding's")
            }
            guard let known = try await cases.caseRecord(of: owed.finding, at: destination),
                known.number == record.number
            else { return answer }
            let isBare = record.flags.isEmpty && record.at == nil && record.message == nil
            return owed.attempts > 0 || isBare && record.stage == known.stage ? .delivered(known) : answer
        } catch {
            return .postponed(reason: error.description)
        }
    }

    private func report(_ body: [UInt8], of owed: OwedDelivery, _ attempt: inout DeliveryAttempt) async -> Reported {
        var request = request(.post, root + "/v1/reports")
        request.fields.append(HTTPField("Content-Type", "application/json"))
        request.fields.append(HTTPField("Idempotency-Key", "\(owed.finding)-\(owed.revision)"))
        request.body = .bytes(body)
        do throws(CurlError) {
            let response = try await transport.send(request)
            attempt.bytesSent += body.count
            switch response.status {
            case 424:
                guard let missing = CaseAnswer.missing(response) else {
                    return .final(.unusable(reason: "HTTP 424 without the missing hashes"))
                }
                return .missing(missing)
            case 422 where CaseAnswer.isKeyReused(response): return .final(await known(owed))
            default: return .final(CaseAnswer.answer(response, to: owed.finding, platform: destination, now: clock.utc))
            }
        } catch {
            if error.mayHaveActed { attempt.bytesSent += body.count }
            return .final(AnswerReading.answer(error))
        }
    }

    /// The platform has this revision with other attachments: an earlier answer was lost, and evidence has gone since. The
    /// case it made is the answer.
    private func known(_ owed: OwedDelivery) async -> DeliveryAnswer {
        do throws(CurlError) {
            let response = try await transport.send(request(.get, root + "/v1/cases?external_id=\(owed.finding)"))
            return CaseAnswer.known(response, finding: owed.finding, platform: destination)
        } catch {
            return AnswerReading.answer(error)
        }
    }

    private func upload(
        _ item: EvidenceItem, _ evidence: any EvidenceStore, _ attempt: inout DeliveryAttempt
    ) async -> Uploaded {
        guard let path = await evidence.path(of: item.sha256) else { return .omitted }
        var sending = AttachmentUpload(
            url: root + "/v1/attachments/\(item.sha256)", item: item, path: path, transport: transport, clock: clock,
            isThere: { await evidence.path(of: item.sha256) != nil }
        ) { [timeout = options.attachmentTimeoutMilliseconds] method, url in
            var request = request(method, url)
            if method == .put { request.timeouts.totalMilliseconds = timeout }
            return request
        }
        let outcome = await sending.run()
        attempt.bytesSent += sending.bytesSent
        return switch outcome {
        case .sent: .sent
        case .omitted: .omitted
        case .failed(let answer): .failed(answer)
        }
    }

    private func request(_ method: HTTPRequest.Method, _ url: String) -> HTTPRequest {
        var request = HTTPRequest(method, url, fields: [HTTPField("Accept", "application/json")])
        if let token = options.token { request.fields.append(HTTPField("Authorization", "Bearer \(token)")) }
        request.timeouts = options.timeouts
        request.tls = options.tls
        return request
    }

    /// Source: RFC 3986 section 2.3, unreserved characters.
    static func percentEncoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95, 126: bytes.append(byte)
            default: bytes.append(contentsOf: [37, digits[Int(byte >> 4)], digits[Int(byte & 15)]])
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
