import Inspection
import LocatedYAML

/// How requests to a destination are signed, or its callbacks verified: `docs/signing.md`.
public struct SigningSettings: Sendable, Hashable {
    public enum Scheme: String, Sendable, Hashable, CaseIterable {
        case bearer
        /// A signature in headers.
        case hmacSHA256 = "hmac-sha256"
        case hmacSM3 = "hmac-sm3"
        case sm2
        /// App key, time stamp, nonce and a signature as parameters.
        case appKey = "app-key"
        /// Client credentials.
        case oauth2
    }

    public enum Digest: String, Sendable, Hashable, CaseIterable {
        case sha256, sm3
        case hmacSHA256 = "hmac-sha256"
        case hmacSM3 = "hmac-sm3"
    }

    public enum Encoding: String, Sendable, Hashable, CaseIterable {
        case hex, base64, base64url
        case upperHex = "HEX"
    }

    public enum Form: String, Sendable, Hashable, CaseIterable { case der, raw }

    public enum Timestamp: String, Sendable, Hashable, CaseIterable { case seconds, milliseconds, compact }

    public enum Place: String, Sendable, Hashable, CaseIterable { case query, body, headers }

    public enum Credentials: String, Sendable, Hashable, CaseIterable { case basic, form }

    /// What parameters are called; an empty name leaves one out.
    public struct Names: Sendable, Hashable {
        public var key: String
        public var timestamp: String
        public var nonce: String
        public var signature: String
    }

    public var scheme: Scheme
    public var secret: SecretSource?
    public var keyID: String?
    /// What is signed; nil for the scheme's usual text.
    public var text: String?
    /// Headers that carry it, in the order of their names; empty for the usual ones.
    public var headers: [String: String]
    public var digest: Digest
    public var encoding: Encoding
    public var form: Form
    /// Under which SM2 signs; nil for the usual one.
    public var identity: String?
    public var timestamp: Timestamp?
    /// East of Greenwich.
    public var zoneSeconds: Int
    public var place: Place
    public var names: Names
    public var tokenURL: String?
    public var scope: String?
    public var credentials: Credentials

    /// False where requests only bear a token.
    var signsRequests: Bool { scheme != .bearer && scheme != .oauth2 }

    static func decode(_ mapping: YAMLMapping, folder: SettingsFolder) -> SigningSettings {
        let scheme: Scheme = mapping.enumeration("scheme", placeholder: .bearer)
        let secret = SecretSource.decode(mapping, "secret", folder: folder)
        if secret == nil {
            mapping.complain("a signature needs a secret", hint: "add secret_file: … or secret_credential: …")
        }
        let settings = SigningSettings(
            scheme: scheme, secret: secret, keyID: mapping.optionalString("key_id"),
            text: mapping.optionalString("text"),
            headers: texts(mapping, "headers"), digest: mapping.enumeration("digest", default: .sha256),
            encoding: mapping.enumeration("encoding", default: .hex), form: mapping.enumeration("form", default: .der),
            identity: mapping.optionalString("identity"), timestamp: mapping.optionalEnumeration("timestamp"),
            zoneSeconds: zone(mapping), place: mapping.enumeration("in", default: .query),
            names: mapping.mapping("names") { names in
                Names(
                    key: names.string("key", default: "app_key"),
                    timestamp: names.string("timestamp", default: "timestamp"),
                    nonce: names.string("nonce", default: "nonce"),
                    signature: names.string("signature", default: "sign"))
            },
            tokenURL: tokenURL(mapping), scope: mapping.optionalString("scope"),
            credentials: mapping.enumeration("credentials", default: .basic))
        if scheme == .appKey || scheme == .oauth2, settings.keyID == nil { mapping.missing("key_id") }
        if scheme == .oauth2, settings.tokenURL == nil { mapping.missing("token_url") }
        return settings
    }

    static func texts(_ mapping: YAMLMapping, _ key: String) -> [String: String] {
        Dictionary(mapping.namedTexts(key).map { ($0.name, $0.value.text) }, uniquingKeysWith: { first, _ in first })
    }

    private static func tokenURL(_ mapping: YAMLMapping) -> String? {
        guard let text = mapping.optionalString("token_url") else { return nil }
        guard let address = WebAddress(text), address.isEncrypted || address.isLoopback else {
            mapping.complain("token_url", "must be an https address without a user name or password")
            return text
        }
        return text
    }

    private static func zone(_ mapping: YAMLMapping) -> Int {
        guard let text = mapping.optionalString("zone") else { return 0 }
        if let seconds = UTCOffset.seconds(text) { return seconds }
        mapping.complain("zone", "must be an offset such as +08:00 or Z")
        return 0
    }
}

/// How a platform signs what it posts here, where that is not Standard Webhooks.
public struct CallbackSettings: Sendable, Hashable {
    public enum Scheme: String, Sendable, Hashable, CaseIterable {
        case hmacSHA256 = "hmac-sha256"
        case hmacSM3 = "hmac-sm3"
        case sm2
    }

    public var scheme: Scheme
    /// The shared secret, or the platform's public key of SM2.
    public var secret: SecretSource?
    public var text: String?
    public var signatureHeader: String
    public var timestampHeader: String
    /// What no two messages share; nil for what is signed itself.
    public var nonceHeader: String?
    public var encoding: SigningSettings.Encoding
    public var form: SigningSettings.Form
    public var identity: String?
    public var timestamp: SigningSettings.Timestamp

    static func decode(_ mapping: YAMLMapping, folder: SettingsFolder) -> CallbackSettings {
        let secret = SecretSource.decode(mapping, "secret", folder: folder)
        if secret == nil {
            mapping.complain("a callback needs a secret", hint: "add secret_file: … or secret_credential: …")
        }
        return CallbackSettings(
            scheme: mapping.enumeration("scheme", placeholder: .hmacSHA256), secret: secret,
            text: mapping.optionalString("text"),
            signatureHeader: mapping.string("signature_header", default: "X-Signature"),
            timestampHeader: mapping.string("timestamp_header", default: "X-Timestamp"),
            nonceHeader: mapping.optionalString("nonce_header"),
            encoding: mapping.enumeration("encoding", default: .hex), form: mapping.enumeration("form", default: .der),
            identity: mapping.optionalString("identity"), timestamp: mapping.enumeration("timestamp", default: .seconds)
        )
    }
}
