public import Inspection

/// Reads the platform's signed word that a case has changed, for `POST /v1/cases/callback`.
///
/// Accepts a message once: a valid signature of a known secret, a timestamp within five minutes, an id not seen before. The
/// remembered ids are bounded; the oldest go first, long after their timestamp has become too old. A message from before
/// `since` is refused, because the ids taken then are forgotten; the platform stamps each attempt anew.
public struct CaseCallback: Sendable {
    static let remembered = 8192
    static let maximumBytes = 65_536

    /// What a message says of a case; the finding is nil where the platform names only its own number.
    struct News: Sendable, Hashable {
        var finding: FindingID?
        var record: CaseRecord
    }

    public let platform: Name
    private let secrets: [WebhookSecret]
    private let signature: CallbackSignature?
    private let template: CaseTemplate?
    private var known: Set<String> = []
    private var order: [String] = []
    private var oldest = 0
    private let since: UTCTime?

    /// Messages of the contract, signed with one of `secrets` as Standard Webhooks says.
    public init(platform: Name, secrets: [WebhookSecret], since: UTCTime? = nil) {
        self.init(platform: platform, secrets: secrets, signature: nil, template: nil, since: since)
    }

    /// Messages as `template` reads them, those of the contract where it is nil; signed by `signature` where that is given.
    public init(
        platform: Name, secrets: [WebhookSecret], signature: CallbackSignature?, template: CaseTemplate?,
        since: UTCTime? = nil
    ) {
        self.platform = platform
        self.secrets = secrets
        self.signature = signature
        self.template = template
        self.since = since
    }

    /// True when the message carries the signature of one of the secrets.
    public func isSigned(body: [UInt8], header: (String) -> String?) -> Bool { signed(body, header) != nil }

    private func signed(_ body: [UInt8], _ header: (String) -> String?) -> (id: String, at: UTCTime)? {
        guard body.count <= Self.maximumBytes else { return nil }
        if let signature { return signature.read(body, header: header) }
        guard let id = header("webhook-id"), (1...128).contains(id.utf8.count), let stamp = header("webhook-timestamp"),
            let signatures = header("webhook-signature"),
            secrets.contains(where: { $0.verifies(signatures: signatures, id: id, timestamp: stamp, body: body) }),
            let at = SigningTime.seconds.read(stamp, zoneSeconds: 0)
        else { return nil }
        return (id, at)
    }

    /// The message's id, which ``forget(id:)`` takes; nil where it is not this platform's.
    func id(of body: [UInt8], header: (String) -> String?) -> String? { signed(body, header)?.id }

    /// The change to store; throws `notAuthentic`, `repeated` or `unusableAnswer`. `header` gives a request header by its name in lower
    /// case. Call ``forget(id:)`` when the change could not be stored, so that the platform's repetition is taken.
    public mutating func accept(
        body: [UInt8], now: UTCTime, header: (String) -> String?
    ) throws(DeliveryError) -> CaseStagePage.Change {
        let news = try news(body: body, now: now, header: header)
        guard let finding = news.finding else {
            throw DeliveryError(kind: .unusableAnswer, description: "\(platform): the callback names no finding")
        }
        return CaseStagePage.Change(finding: finding, record: news.record)
    }

    mutating func news(body: [UInt8], now: UTCTime, header: (String) -> String?) throws(DeliveryError) -> News {
        guard let message = signed(body, header) else {
            throw DeliveryError(kind: .notAuthentic, description: "\(platform): the callback's signature is not valid")
        }
        let present = now.microseconds / 1_000_000
        let seconds = message.at.microseconds / 1_000_000
        let tolerance = WebhookSecret.toleranceSeconds
        let earliest = max(present - tolerance, (since?.microseconds ?? .min) / 1_000_000)
        guard seconds >= earliest, seconds <= present + tolerance else {
            throw DeliveryError(
                kind: .notAuthentic, description: "\(platform): the callback's timestamp is too far off")
        }
        guard !known.contains(message.id) else {
            throw DeliveryError(kind: .repeated, description: "\(platform): the callback was taken before")
        }
        guard let value = JSONValue(body), let news = news(of: value) else {
            throw DeliveryError(kind: .unusableAnswer, description: "\(platform): the callback breaks the contract")
        }
        remember(message.id)
        return news
    }

    private func news(of value: JSONValue) -> News? {
        guard let template, let mapping = template.callback else {
            return CaseAnswer.change(value, platform: platform).map { News(finding: $0.finding, record: $0.record) }
        }
        let entry = template.answer.record(
            value.at(mapping.list) ?? value, by: mapping, platform: platform, zoneSeconds: template.terms.zoneSeconds,
            wantsStage: true)
        guard case .record(let record, let external) = entry else { return nil }
        guard let external else { return News(finding: nil, record: record) }
        return FindingID(external).map { News(finding: $0, record: record) }
    }

    public mutating func forget(id: String) { known.remove(id) }

    private mutating func remember(_ id: String) {
        known.insert(id)
        if order.count < Self.remembered {
            order.append(id)
        } else {
            known.remove(order[oldest])
            order[oldest] = id
            oldest = (oldest + 1) % Self.remembered
        }
    }
}
