public import Curl
public import Inspection

/// Sends each revision to one address as a Standard Webhooks message.
///
/// `webhook-id` is `<finding>-<revision>`, the same on every attempt; the receiver remembers it. The body is
/// `{"type","timestamp","url","data"}` with the stored feature, byte for byte, as `data`, and stays under 20 kB: a longer
/// feature is replaced by its id and revision, to be fetched. `url` leads to the finding on the officers' page.
public struct WebhookAdapter: DestinationAdapter, GatewayAlertChannel {
    public struct Options: Sendable {
        public var url: String
        /// The first is current; the others are still valid while the receiver changes over.
        public var secrets: [WebhookSecret]
        public var timeouts = HTTPTimeouts()
        public var tls = TLSOptions()
        /// How phones reach the officers' page, without a slash at the end; nil leaves `url` out.
        public var page: String?

        public init(url: String, secrets: [WebhookSecret]) {
            self.url = url
            self.secrets = secrets
        }
    }

    public static let maximumBodyBytes = 20_000

    public let destination: Name
    private let options: Options
    private let transport: any HTTPTransport
    private let clock: any Clock

    public init(
        destination: Name, options: Options, transport: any HTTPTransport, clock: any Clock
    ) throws(DeliveryError) {
        guard !options.secrets.isEmpty else {
            throw DeliveryError(kind: .invalidOption, description: "\(destination): a webhook needs a secret")
        }
        self.destination = destination
        self.options = options
        self.transport = transport
        self.clock = clock
    }

    public func deliver(_ owed: OwedDelivery, evidence: any EvidenceStore) async -> DeliveryAttempt {
        await post(Self.body(of: owed, page: options.page), id: "\(owed.finding)-\(owed.revision)")
    }

    private func post(_ body: [UInt8], id: String) async -> DeliveryAttempt {
        let now = clock.utc
        let seconds = now.microseconds / 1_000_000
        let signatures = options.secrets.map { $0.signature(id: id, timestamp: seconds, body: body) }
        var request = HTTPRequest(
            .post, options.url,
            fields: [
                HTTPField("Content-Type", "application/json"), HTTPField("webhook-id", id),
                HTTPField("webhook-timestamp", String(seconds)),
                HTTPField("webhook-signature", signatures.joined(separator: " ")),
            ], body: .bytes(body))
        request.timeouts = options.timeouts
        request.tls = options.tls
        request.maximumResponseBytes = 65_536
        do throws(CurlError) {
            let response = try await transport.send(request)
            return DeliveryAttempt(answer(response, now: now), bytesSent: body.count)
        } catch {
            return DeliveryAttempt(AnswerReading.answer(error), bytesSent: error.mayHaveActed ? body.count : 0)
        }
    }

    private func answer(_ response: HTTPResponse, now: UTCTime) -> DeliveryAnswer {
        switch response.status {
        case 200...299: .delivered(nil)
        case 400, 410, 413, 422: .refused(reason: "HTTP \(response.status)")
        default: AnswerReading.answer(status: response.status, response, now: now)
        }
    }

    static func body(of owed: OwedDelivery, page: String? = nil) -> [UInt8] {
        let whole = message(owed, page) { $0.raw(owed.feature) }
        guard whole.count >= maximumBodyBytes else { return whole }
        return message(owed, page) { json in
            json.object { json in
                json.member("id", owed.finding.description)
                json.member("revision", owed.revision)
                json.member("too_long", true)
            }
        }
    }

    /// The event's time is when the matter was last seen, so that every attempt has the same body.
    private static func message(
        _ owed: OwedDelivery, _ page: String?, _ data: (inout JSONText) -> Void
    ) -> [UInt8] {
        let timestamp =
            lastSeen(in: owed.feature) ?? UTCTime(microseconds: Int64(owed.finding.milliseconds) * 1000).rfc3339
        var json = JSONText(capacity: owed.feature.count + 128)
        json.object { json in
            let type =
                switch RevisionKind(owed) {
                case .opened: "finding.opened"
                case .updated: "finding.updated"
                case .overdue: "case.overdue"
                case .dueSoon: "case.due_soon"
                }
            json.member("type", type)
            json.member("timestamp", timestamp)
            if let page { json.member("url", "\(page)/#finding=\(owed.finding)") }
            json.member("data", data)
        }
        return json.bytes
    }

    // MARK: News of the gateway

    public func tell(_ alert: GatewayAlert) async -> DeliveryAnswer {
        var json = JSONText(capacity: 512)
        json.object { json in
            json.member("type", alert.kind.rawValue)
            json.member("timestamp", alert.at.rfc3339)
            if let page = options.page { json.member("url", "\(page)/") }
            json.member("data") { alert.write(to: &$0) }
        }
        return await post(json.bytes, id: alert.id).answer
    }

    private static let lastSeenMember = Array("\"last_seen\":\"".utf8)

    /// RFC 3339 in UTC with six decimals; nil when there is none.
    ///
    /// By the Feature's bytes: quotes inside of its strings are escaped, so that this stands in one place only.
    private static func lastSeen(in feature: [UInt8]) -> String? {
        guard let member = feature.firstPlace(of: lastSeenMember) else { return nil }
        let bytes = feature[member.upperBound...].prefix { $0 != UInt8(ascii: "\"") }
        guard let text = String(validating: bytes, as: UTF8.self), let time = UTCTime(rfc3339: text) else { return nil }
        // As this gateway writes it itself; a leap second is written as another.
        let isCanonical =
            bytes.count == 27 && bytes.last == UInt8(ascii: "Z") && bytes.dropFirst(10).first == UInt8(ascii: "T")
            && bytes.dropFirst(19).first == UInt8(ascii: ".") && bytes.dropFirst(17).first != UInt8(ascii: "6")
        return isCanonical ? text : time.rfc3339
    }
}
