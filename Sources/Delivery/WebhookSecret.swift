internal import Crypto

/// A shared secret of Standard Webhooks 1.0.0: `whsec_` and the base64 of 24 to 64 random bytes, which are the key.
/// Never prints itself.
public struct WebhookSecret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    /// A receiver takes no timestamp further from its own time than this.
    public static let toleranceSeconds: Int64 = 300

    private let key: [UInt8]
    /// Begun with the key, for each message to go on from.
    private let begun: HMAC<SHA256>

    public init(_ text: some StringProtocol) throws(DeliveryError) {
        guard text.hasPrefix("whsec_"), let key = Base64.decode(text.dropFirst(6)), (24...64).contains(key.count) else {
            throw DeliveryError(
                kind: .invalidOption, description: "a webhook secret is whsec_ and the base64 of 24 to 64 bytes")
        }
        self.key = key
        begun = HMAC(key: SymmetricKey(data: key))
    }

    public static func == (a: WebhookSecret, b: WebhookSecret) -> Bool { a.key == b.key }

    public func hash(into hasher: inout Hasher) { hasher.combine(key) }

    /// `v1,` and the base64 of the HMAC-SHA256 of `id.timestamp.body`. `timestamp` is Unix seconds of this attempt.
    public func signature(id: String, timestamp: Int64, body: [UInt8]) -> String {
        var code = begun
        code.update(data: Array("\(id).\(timestamp).".utf8))
        code.update(data: body)
        return "v1," + Base64.encode(Array(code.finalize()))
    }

    /// True when one of the space-separated signatures is this secret's. Compares in constant time.
    public func verifies(signatures: String, id: String, timestamp: String, body: [UInt8]) -> Bool {
        let signed = Self.signed(id, timestamp, body)
        var isValid = false
        for signature in signatures.split(separator: " ").prefix(16) where signature.hasPrefix("v1,") {
            guard let code = Base64.decode(signature.dropFirst(3)) else { continue }
            if HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: signed, using: SymmetricKey(data: key)) {
                isValid = true
            }
        }
        return isValid
    }

    private static func signed(_ id: String, _ timestamp: String, _ body: [UInt8]) -> [UInt8] {
        Array("\(id).\(timestamp).".utf8) + body
    }

    public var description: String { "whsec_…" }
    public var debugDescription: String { description }
}
