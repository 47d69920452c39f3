public import Inspection

/// Reads the platform's signed word that a case has changed, for `POST /v1/cases/callback`.
///
/// Accepts a message once: a valid signature of a known secret, a timestamp within five minutes, an id not seen before. The
/// remembered ids are bounded; the oldest go first, long after their timestamp has become too old. A message from before
/// `since` is refused, because the ids taken then are forgotten; the platform stamps each attempt anew.
public struct CaseCallback: Sendable {
    static let remembered = 8192
    static let maximumBytes = 65_536

    public let platform: Name
    private let secrets: [WebhookSecret]
    private var known: Set<String> = []
    private var order: [String] = []
    private var oldest = 0
    private let since: UTCTime?

    public init(platform: Name, secrets: [WebhookSecret], since: UTCTime? = nil) {
        self.platform = platform
        self.secrets = secrets
        self.since = since
    }

    /// True when the message carries the signature of one of the secrets.
    public func isSigned(body: [UInt8], header: (String) -> String?) -> Bool {
        guard let id = header("webhook-id"), (1...128).contains(id.utf8.count), let stamp = header("webhook-timestamp"),
            let signatures = header("webhook-signature"), body.count <= Self.maximumBytes
        else { return false }
        return secrets.contains { $0.verifies(signatures: signatures, id: id, timestamp: stamp, body: body) }
    }

    /// The change to store; throws `notAuthentic`, `repeated` or `unusableAnswer`. `header` gives a request header by its name in lower
    /// case. Call ``forget(id:)`` when the change could not be stored, so that the platform's repetition is taken.
    public mutating func accept(
        body: [UInt8], now: UTCTime, header: (String) -> String?
    ) throws(DeliveryError) -> CaseStagePage.Change {
        guard isSigned(body: body, header: header), let id = header("webhook-id"),
            let seconds = header("webhook-timestamp").flatMap({ Int64($0) })
        else {
            throw DeliveryError(kind: .notAuthentic, description: "\(platform): the callback's signature is not valid")
        }
        let present = now.microseconds / 1_000_000
        let tolerance = WebhookSecret.toleranceSeconds
        let earliest = max(present - tolerance, (since?.microseconds ?? .min) / 1_000_000)
        guard seconds >= earliest, seconds <= present + tolerance else {
            throw DeliveryError(
                kind: .notAuthentic, description: "\(platform): the callback's timestamp is too far off")
        }
        guard !known.contains(id) else {
            throw DeliveryError(kind: .repeated, description: "\(platform): the callback was taken before")
        }
        guard let value = JSONValue(body), let change = CaseAnswer.change(value, platform: platform) else {
            throw DeliveryError(kind: .unusableAnswer, description: "\(platform): the callback breaks the contract")
        }
        remember(id)
        return change
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
