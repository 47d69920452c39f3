internal import Crypto
internal import OpenSSL

/// What makes a signature of bytes. Holds its key, and never prints it.
public struct SigningAlgorithm: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Digests without a key: the text that is signed holds the secret itself.
        case sha256, sm3
        case hmacSHA256 = "hmac-sha256"
        case hmacSM3 = "hmac-sm3"
        case sm2
    }

    /// How a signature of SM2 is written: DER, or r and s of 32 bytes each.
    public enum Form: String, Sendable, Hashable, CaseIterable { case der, raw }

    public enum Encoding: String, Sendable, Hashable, CaseIterable {
        case hex, base64, base64url
        case upperHex = "HEX"
    }

    /// A class only to be shared: the key itself cannot be copied.
    private final class PrivateKey: Sendable {
        let key: SM2PrivateKey
        init(_ text: String) throws(OpenSSLError) { key = try SM2PrivateKey(text) }
    }

    private final class PublicKey: Sendable {
        let key: SM2PublicKey
        init(_ text: String) throws(OpenSSLError) { key = try SM2PublicKey(text) }
    }

    public let kind: Kind
    public let form: Form
    public let encoding: Encoding
    private let key: [UInt8]
    private let identity: [UInt8]
    private let privateKey: PrivateKey?
    private let publicKey: PublicKey?

    /// `secret` is the key of a keyed digest, or a key of SM2: PEM or hexadecimal digits, the private one for signing, the public
    /// one for ``verifies(_:of:)``. `identity` is that under which SM2 signs; nil for the usual one.
    public init(
        _ kind: Kind, secret: String, form: Form = .der, encoding: Encoding = .hex, identity: String? = nil,
        isForVerifying: Bool = false
    ) throws(DeliveryError) {
        self.kind = kind
        self.form = form
        self.encoding = encoding
        self.identity = identity.map { Array($0.utf8) } ?? sm2DefaultIdentity
        guard self.identity.count <= 1024 else {
            throw DeliveryError(kind: .invalidOption, description: "signing: the identity is too long")
        }
        var keys: (PrivateKey?, PublicKey?) = (nil, nil)
        if kind == .sm2 {
            do throws(OpenSSLError) {
                if isForVerifying { keys.1 = try PublicKey(secret) } else { keys.0 = try PrivateKey(secret) }
            } catch {
                throw DeliveryError(kind: .invalidOption, description: "signing: \(error.description)")
            }
        }
        (privateKey, publicKey) = keys
        key = kind == .sm2 ? [] : Array(secret.utf8)
    }

    /// The signature as it is sent.
    public func signature(of bytes: [UInt8]) throws(DeliveryError) -> String { try written(signed(bytes)) }

    private func signed(_ bytes: [UInt8]) throws(DeliveryError) -> [UInt8] {
        do throws(OpenSSLError) {
            switch kind {
            case .sha256: return Array(SHA256.hash(data: bytes))
            case .sm3: return try SM3.hash(bytes)
            case .hmacSHA256:
                return Array(HMAC<SHA256>.authenticationCode(for: bytes, using: SymmetricKey(data: key)))
            case .hmacSM3: return try SM3.authenticationCode(for: bytes, key: key)
            case .sm2:
                guard let privateKey else { return [] }
                let der = try privateKey.key.signature(of: bytes, id: identity)
                return form == .der ? der : SM2Signature.raw(der: der) ?? []
            }
        } catch {
            throw DeliveryError(kind: .invalidOption, description: "signing: \(error.description)")
        }
    }

    /// True when `signature`, as it was sent, is that of the bytes. Digests are compared in constant time.
    public func verifies(_ signature: String, of bytes: [UInt8]) -> Bool {
        guard (1...256).contains(signature.utf8.count), let given = read(signature) else { return false }
        if kind == .sm2 {
            guard let publicKey, let der = form == .der ? given : SM2Signature.der(raw: given) else { return false }
            return publicKey.key.verifies(der, of: bytes, id: identity)
        }
        guard let own = try? signed(bytes), own.count == given.count else { return false }
        return zip(own, given).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private func written(_ bytes: [UInt8]) -> String {
        switch encoding {
        case .hex: Self.hexadecimal(bytes)
        case .upperHex: Self.hexadecimal(bytes).uppercased()
        case .base64: Base64.encode(bytes)
        case .base64url: Self.urlSafe(Base64.encode(bytes))
        }
    }

    private func read(_ text: String) -> [UInt8]? {
        switch encoding {
        case .hex, .upperHex: return Self.bytes(hexadecimal: text)
        case .base64: return Base64.decode(text)
        case .base64url:
            let plain = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
            return Base64.decode(plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4))
        }
    }

    static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    static func bytes(hexadecimal text: String) -> [UInt8]? {
        let digits = text.utf8.map { byte -> UInt8? in
            switch byte {
            case 48...57: byte - 48
            case 65...70: byte - 55
            case 97...102: byte - 87
            default: nil
            }
        }
        guard digits.count % 2 == 0, !digits.contains(nil) else { return nil }
        let values = digits.compactMap(\.self)
        return stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] }
    }

    private static func urlSafe(_ text: String) -> String {
        String(text.filter { $0 != "=" }.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
    }

    public var description: String { kind.rawValue + " …" }
    public var debugDescription: String { description }
}
