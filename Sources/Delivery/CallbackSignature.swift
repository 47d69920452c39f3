internal import Crypto
import Inspection

/// A platform's own way of signing what it posts, where that is not Standard Webhooks: a signature in a header over a text made of
/// the message.
public struct CallbackSignature: Sendable {
    public struct Options: Sendable {
        /// See ``names``.
        public var text = "${timestamp}\n${nonce}\n${body}"
        /// Lower case.
        public var signatureHeader = "x-signature"
        public var timestampHeader = "x-timestamp"
        /// What no two messages share; nil for the digest of the text that was signed.
        public var nonceHeader: String?
        public var time = SigningTime.seconds
        public var zoneSeconds = 0

        public init() {}
    }

    public static let names: Set<String> = [
        "timestamp", "nonce", "body", "body_sha256", "body_sm3", "method", "path",
    ]

    private let algorithm: SigningAlgorithm
    private let options: Options
    private let text: SignedText

    /// `algorithm` was made for verifying.
    public init(_ algorithm: SigningAlgorithm, options: Options) throws(DeliveryError) {
        self.algorithm = algorithm
        text = try SignedText(options.text, names: Self.names)
        guard text.names("timestamp"), ["body", "body_sha256", "body_sm3"].contains(where: text.names) else {
            throw DeliveryError(
                kind: .invalidOption, description: "callback: the signed text must hold ${timestamp} and the body")
        }
        var options = options
        options.signatureHeader = options.signatureHeader.lowercased()
        options.timestampHeader = options.timestampHeader.lowercased()
        options.nonceHeader = options.nonceHeader?.lowercased()
        self.options = options
    }

    /// The message's id and when it was signed; nil for one that is not this platform's.
    func read(_ body: [UInt8], header: (String) -> String?) -> (id: String, at: UTCTime)? {
        guard let signature = header(options.signatureHeader), let stamp = header(options.timestampHeader),
            let at = options.time.read(stamp, zoneSeconds: options.zoneSeconds)
        else { return nil }
        let nonce = options.nonceHeader.flatMap(header) ?? ""
        if options.nonceHeader != nil, !(1...128).contains(nonce.utf8.count) || !text.names("nonce") { return nil }
        var values = ["timestamp": stamp, "nonce": nonce, "method": "POST", "path": "/v1/cases/callback"]
        if text.names("body") {
            // What is not text would be replaced, and two bodies be one.
            guard let body = String(validating: body, as: UTF8.self) else { return nil }
            values["body"] = body
        }
        if text.names("body_sha256") { values["body_sha256"] = SigningAlgorithm.hexadecimal(SHA256.hash(data: body)) }
        if text.names("body_sm3"), let digest = RequestParts.sm3(body) { values["body_sm3"] = digest }
        let signed = Array(text.filled(values).utf8)
        guard algorithm.verifies(signature, of: signed) else { return nil }
        // One signature can be written in several ways, what it signs in one.
        let id = options.nonceHeader == nil ? SigningAlgorithm.hexadecimal(SHA256.hash(data: signed)) : nonce
        return (id, at)
    }
}
