public import Curl
public import Inspection

/// Sends each revision as a CloudEvents 1.0 event over HTTP: `docs/cloudevents.md`. `source` and `id` are the same on every
/// attempt, so that a receiver knows a repetition.
public struct CloudEventsAdapter: DestinationAdapter, GatewayAlertChannel {
    public enum Mode: String, Sendable, Hashable, CaseIterable {
        /// The whole event is the body.
        case structured
        /// Attributes in headers, the feature as the body.
        case binary
    }

    public struct Options: Sendable {
        public var url: String
        public var mode = Mode.structured
        /// Events in one request at most; 1 sends each alone. More than one are structured.
        public var batch = 1
        /// How long the first of a batch waits for others.
        public var batchWait: Duration = .milliseconds(50)
        /// What features are described by; nil leaves the attribute out.
        public var dataSchema: String?
        /// Under which the receiver fetches what is too long, `…/v1/findings/ID` after it; nil for a relative address.
        public var page: String?
        public var token: String?
        /// The end of the evidence's chain, said in each event; nil where it is not.
        public var chain: (@Sendable () -> String?)?
        public var tls = TLSOptions()
        public var timeouts = HTTPTimeouts()

        public init(url: String) { self.url = url }
    }

    /// Bytes of an event at most. Source: CloudEvents 1.0.2, Size Limits.
    public static let maximumEventBytes = 65_536

    public let destination: Name
    private let options: Options
    private let transport: any HTTPTransport
    private let clock: any Clock
    private let batches: EventBatches?

    public init(
        destination: Name, options: Options, transport: any HTTPTransport, clock: any Clock
    ) throws(DeliveryError) {
        guard (1...1000).contains(options.batch) else {
            throw DeliveryError(kind: .invalidOption, description: "\(destination): a batch has 1 to 1000 events")
        }
        guard options.batch == 1 || options.mode == .structured else {
            throw DeliveryError(
                kind: .invalidOption, description: "\(destination): a batch is structured, never binary")
        }
        self.destination = destination
        self.options = options
        self.transport = transport
        self.clock = clock
        batches = options.batch > 1 ? EventBatches(limit: options.batch, wait: options.batchWait) : nil
    }

    public func deliver(_ owed: OwedDelivery, evidence: any EvidenceStore) async -> DeliveryAttempt {
        guard
            let event = CloudEvent(
                owed, page: options.page, dataSchema: options.dataSchema, chain: options.chain?())
        else {
            return DeliveryAttempt(.refused(reason: "the stored feature cannot be read"))
        }
        if let batches {
            let answer = await batches.answer(to: event) { await sendBatch($0) }
            // Which of several was refused is not said: each is asked for by itself.
            if case .refused = answer.answer, answer.events > 1 { return await send(structured(event)) }
            return DeliveryAttempt(answer.answer, bytesSent: answer.bytes / max(answer.events, 1))
        }
        return await send(options.mode == .binary ? binary(event) : structured(event))
    }

    /// Structured and alone, whatever findings are.
    public func tell(_ alert: GatewayAlert) async -> DeliveryAnswer {
        var json = JSONText(capacity: 1024)
        json.object { json in
            json.member("specversion", "1.0")
            json.member("id", alert.id)
            json.member("source", "urn:flyonce:gateway:\(alert.gateway)")
            json.member("type", "org.flyonce.\(alert.kind.rawValue)")
            json.member("time", alert.at.rfc3339)
            json.member("datacontenttype", "application/json")
            json.member("data") { alert.write(to: &$0) }
        }
        return await send(request("application/cloudevents+json; charset=utf-8", json.bytes)).answer
    }

    private func structured(_ event: CloudEvent) -> HTTPRequest {
        var json = JSONText(capacity: event.data.count + 1024)
        event.write(to: &json)
        return request("application/cloudevents+json; charset=utf-8", json.bytes)
    }

    private func binary(_ event: CloudEvent) -> HTTPRequest {
        // Without data there is nothing whose type could be named.
        var request = request(event.isWhole ? CloudEvent.contentType : "", event.isWhole ? event.data : [])
        for (name, value) in event.attributes where name != "datacontenttype" {
            request.fields.append(HTTPField("ce-" + name, CloudEvent.header(value)))
        }
        return request
    }

    private func sendBatch(_ events: [CloudEvent]) async -> EventBatches.Answer {
        var json = JSONText(capacity: events.reduce(64) { $0 + $1.data.count + 1024 })
        json.array { json in for event in events { event.write(to: &json) } }
        let attempt = await send(request("application/cloudevents-batch+json; charset=utf-8", json.bytes))
        return EventBatches.Answer(answer: attempt.answer, bytes: attempt.bytesSent, events: events.count)
    }

    private func request(_ type: String, _ body: [UInt8]) -> HTTPRequest {
        var request = HTTPRequest(.post, options.url, body: .bytes(body))
        if !type.isEmpty { request.fields.append(HTTPField("Content-Type", type)) }
        if let token = options.token { request.fields.append(HTTPField("Authorization", "Bearer \(token)")) }
        request.timeouts = options.timeouts
        request.tls = options.tls
        request.maximumResponseBytes = 65_536
        return request
    }

    private func send(_ request: HTTPRequest) async -> DeliveryAttempt {
        let bytes = if case .bytes(let body) = request.body { body.count } else { 0 }
        do throws(CurlError) {
            let response = try await transport.send(request)
            return DeliveryAttempt(answer(response), bytesSent: bytes)
        } catch {
            return DeliveryAttempt(AnswerReading.answer(error), bytesSent: error.mayHaveActed ? bytes : 0)
        }
    }

    private func answer(_ response: HTTPResponse) -> DeliveryAnswer {
        switch response.status {
        case 200...299: .delivered(nil)
        case 400, 410, 413, 415, 422: .refused(reason: "HTTP \(response.status)")
        default: AnswerReading.answer(status: response.status, response, now: clock.utc)
        }
    }
}
