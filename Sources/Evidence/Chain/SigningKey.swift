import Crypto
import Foundation
public import Inspection

/// An Ed25519 key that signs the chain (RFC 8032). Written and read as openssl writes it: PKCS #8 in PEM (RFC 8410).
public struct SigningKey: Sendable {
    private let key: Curve25519.Signing.PrivateKey

    /// A new one, of the system's randomness.
    public init() { key = Curve25519.Signing.PrivateKey() }

    /// Reads what `openssl genpkey -algorithm ed25519` writes. Throws `invalid` without saying anything of the key.
    public init(pem: String) throws(StoreError) {
        guard let der = PEM.body(of: pem, label: "PRIVATE KEY"), der.count == Self.prefix.count + 32,
            der.starts(with: Self.prefix),
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: der.suffix(32))
        else {
            throw StoreError(
                kind: .invalid, description: "the signing key is no Ed25519 private key in PEM",
                hint: "make one with: openssl genpkey -algorithm ed25519")
        }
        self.key = key
    }

    public var pem: String { PEM.text(Self.prefix + Array(key.rawRepresentation), label: "PRIVATE KEY") }

    public var publicKey: VerifyingKey { VerifyingKey(key.publicKey) }

    /// 64 bytes.
    func signature(of bytes: [UInt8]) throws(StoreError) -> [UInt8] {
        do {
            return Array(try key.signature(for: bytes))
        } catch {
            throw StoreError(kind: .io, description: "sign a line of the chain: \(error)")
        }
    }

    /// Source: RFC 8410 section 7; version 0, algorithm 1.3.101.112, an octet string in an octet string.
    private static let prefix: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]
}

/// The public half of a ``SigningKey``.
public struct VerifyingKey: Sendable {
    private let key: Curve25519.Signing.PublicKey

    init(_ key: Curve25519.Signing.PublicKey) { self.key = key }

    /// Of its 32 bytes.
    init?(raw: some DataProtocol) {
        guard raw.count == 32, let key = try? Curve25519.Signing.PublicKey(rawRepresentation: Data(raw)) else {
            return nil
        }
        self.key = key
    }

    /// Reads what `openssl pkey -pubout` writes.
    public init?(pem: String) {
        guard let der = PEM.body(of: pem, label: "PUBLIC KEY"), der.count == Self.prefix.count + 32,
            der.starts(with: Self.prefix)
        else { return nil }
        self.init(raw: Data(der.suffix(32)))
    }

    public var raw: [UInt8] { Array(key.rawRepresentation) }

    private var der: [UInt8] { Self.prefix + raw }

    public var pem: String { PEM.text(der, label: "PUBLIC KEY") }

    /// SHA-256 of the key as `openssl pkey -pubin -outform DER` writes it, 64 hexadecimal digits.
    public var fingerprint: String { Hexadecimal.text(SHA256.hash(data: der)) }

    /// The first 16 digits of the fingerprint.
    public var id: String { String(fingerprint.prefix(16)) }

    func isValid(_ signature: [UInt8], of bytes: some DataProtocol) -> Bool {
        signature.count == 64 && key.isValidSignature(signature, for: bytes)
    }

    /// Source: RFC 8410 section 4.
    private static let prefix: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]
}

/// Bytes between the lines of RFC 7468.
enum PEM {
    static func text(_ der: [UInt8], label: String) -> String {
        "-----BEGIN \(label)-----\n\(Data(der).base64EncodedString())\n-----END \(label)-----\n"
    }

    /// Nil when the label is not there, or what is between is no base64.
    static func body(of text: String, label: String) -> [UInt8]? {
        guard text.utf8.count <= 65_536, let begin = text.range(of: "-----BEGIN \(label)-----"),
            let end = text.range(of: "-----END \(label)-----", range: begin.upperBound..<text.endIndex)
        else { return nil }
        let base64 = text[begin.upperBound..<end.lowerBound].filter { !$0.isWhitespace }
        return Data(base64Encoded: base64).map { Array($0) }
    }
}
