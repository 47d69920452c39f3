import HTTPTypes
import Hummingbird
import Inspection
import NIOCore

/// A message as Standard Webhooks 1.0.0 sends it; what its signature means is for the receiver to say.
public struct SignedMessage: Sendable {
    public var id: String
    /// Unix seconds, as sent.
    public var timestamp: String
    public var signature: String
    public var body: [UInt8]
    /// Every header by its name in lower case, for a platform with a scheme of its own.
    public var fields: [String: String] = [:]

    public init(id: String, timestamp: String, signature: String, body: [UInt8]) {
        self.id = id
        self.timestamp = timestamp
        self.signature = signature
        self.body = body
    }
}

/// What became of a platform's word that a case has changed.
public enum CallbackAnswer: Sendable, Hashable {
    /// It is on disk, now or from an earlier attempt.
    case stored
    /// The same message is being stored at this moment.
    case underWay
    case unknownFinding
    /// The reasons are sentences for the platform's people.
    case notAuthentic(reason: String)
    case unusable(reason: String)
    /// No destination has a callback secret.
    case notConfigured
}

extension GatewayAPI {
    /// Bytes of a callback at most.
    static let callbackLimit = 65_536

    /// `POST /v1/cases/callback`: wants no token, the platform's signature opens it.
    func addCaseCallbacks(to router: Router<RequestPrincipalContext>) {
        router.post("/v1/cases/callback") { request, _ -> Response in
            let (id, timestamp) = (request.headers[.webhookID], request.headers[.webhookTimestamp])
            let signature = request.headers[.webhookSignature]
            let isSigned = id != nil && timestamp != nil && signature != nil
            guard isSigned || request.headers.contains(where: { callbackHeaders.contains($0.name.canonicalName) })
            else {
                throw Problem(
                    .unauthorized, "not_signed",
                    "A callback carries webhook-id, webhook-timestamp and webhook-signature, or the signature that was agreed.",
                    headers: Self.challenge)
            }
            var request = request
            let body = try await request.collectBody(upTo: Self.callbackLimit)
            var message = SignedMessage(
                id: id ?? "", timestamp: timestamp ?? "", signature: signature ?? "",
                body: Array(body.readableBytesView))
            for field in request.headers { message.fields[field.name.canonicalName] = field.value }
            switch try await takeCallback(message) {
            case .stored: return Response(status: .noContent)
            case .underWay:
                throw Problem(
                    .serviceUnavailable, "under_way", "This message is being stored: send it again.",
                    headers: [.retryAfter: "1"])
            case .unknownFinding:
                throw Problem(.notFound, "no_finding", "There is no finding with this external_id.")
            case .notAuthentic(let reason):
                throw Problem(.unauthorized, "not_authentic", reason, headers: Self.challenge)
            case .unusable(let reason): throw Problem(.badRequest, "bad_callback", reason)
            case .notConfigured:
                throw Problem(
                    .notFound, "no_callback", "No destination of this gateway has a callback secret.")
            }
        }
    }

    /// RFC 9110 section 15.5.2 wants one with every 401.
    private static let challenge: HTTPFields = [.wwwAuthenticate: "Webhook-Signature realm=\"flyonce\""]
}

extension HTTPField.Name {
    static let webhookID = HTTPField.Name("webhook-id")!
    static let webhookTimestamp = HTTPField.Name("webhook-timestamp")!
    static let webhookSignature = HTTPField.Name("webhook-signature")!
}
