public import Curl
import Inspection

/// A signature in headers, over a text made of the request: `HMAC-SHA256`, `HMAC-SM3` or SM2.
public struct HeaderSigning: Sendable {
    public struct Options: Sendable {
        /// What the receiver knows this gateway by; nil where it knows no such thing.
        public var keyID: String?
        /// What is signed; see ``names``.
        public var text = "${method}\n${path}\n${query}\n${timestamp}\n${nonce}\n${body_sha256}"
        /// Headers by their names; `${signature}` may stand in them too.
        public var fields = [
            HTTPField("X-Key-Id", "${key_id}"), HTTPField("X-Timestamp", "${timestamp}"),
            HTTPField("X-Nonce", "${nonce}"), HTTPField("X-Signature", "${signature}"),
        ]
        public var time = SigningTime.seconds
        /// East of Greenwich, of ``SigningTime/compact``.
        public var zoneSeconds = 0

        public init() {}
    }

    /// What may stand in braces.
    public static let names: Set<String> = [
        "method", "path", "query", "host", "timestamp", "nonce", "key_id", "body", "body_sha256", "body_sm3",
        "content_type", "chain",
    ]

    private let algorithm: SigningAlgorithm
    private let options: Options
    private let text: SignedText
    private let fields: [(name: String, text: SignedText)]

    public init(_ algorithm: SigningAlgorithm, options: Options = Options()) throws(DeliveryError) {
        self.algorithm = algorithm
        self.options = options
        text = try SignedText(options.text, names: Self.names)
        var fields: [(name: String, text: SignedText)] = []
        for field in options.fields {
            fields.append((field.name, try SignedText(field.value, names: Self.names.union(["signature"]))))
        }
        guard fields.contains(where: { $0.text.names("signature") }) else {
            throw DeliveryError(kind: .invalidOption, description: "signing: no header carries ${signature}")
        }
        self.fields = fields
    }

    func signed(_ request: HTTPRequest, now: UTCTime, nonce: String) throws(DeliveryError) -> HTTPRequest {
        var values = RequestParts(request).values
        values["timestamp"] = options.time.text(now, zoneSeconds: options.zoneSeconds)
        values["nonce"] = nonce
        values["key_id"] = options.keyID ?? ""
        let needed = ["body", "body_sha256", "body_sm3"].filter { name in
            text.names(name) || fields.contains { $0.text.names(name) }
        }
        if !needed.isEmpty { try RequestParts.addBody(of: request, needed, to: &values) }
        values["signature"] = try algorithm.signature(of: Array(text.filled(values).utf8))
        var request = request
        for field in fields {
            let value = field.text.filled(values)
            if !value.isEmpty { request.fields.append(HTTPField(field.name, value)) }
        }
        return request
    }
}
