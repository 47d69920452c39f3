import COpenSSL

/// A private key of SM2. Owns an `EVP_PKEY`, freed with it.
///
/// OpenSSL: an `EVP_PKEY` may be used by several threads at once as long as none of them changes it, and nothing here does
/// after it was made. Source: openssl-threads(7).
public struct SM2PrivateKey: ~Copyable, @unchecked Sendable {
    private let key: SM2Handle

    /// PEM (PKCS #8 or SEC 1), or the 64 hexadecimal digits of the number itself.
    public init(_ text: String) throws(OpenSSLError) {
        if text.contains("-----BEGIN") {
            key = try SM2Handle(pem: text, isPrivate: true)
        } else {
            guard let scalar = Hexadecimal.bytes(text), SM2Encoding.isPrivate(scalar) else {
                throw OpenSSLError(.key, "a private key of SM2 is PEM, or 64 hexadecimal digits")
            }
            key = try SM2Handle(der: SM2Encoding.privateKey(scalar), isPrivate: true)
        }
    }

    /// The DER of a signature over SM3 of Z and the message, where Z binds `id` and the public key. Source: GB/T 32918.2.
    public func signature(of message: [UInt8], id: [UInt8]) throws(OpenSSLError) -> [UInt8] {
        try key.sign(message, id: id)
    }
}

/// A public key of SM2. Shared between threads as ``SM2PrivateKey`` is: an `EVP_PKEY` that nobody changes.
public struct SM2PublicKey: ~Copyable, @unchecked Sendable {
    private let key: SM2Handle

    /// PEM, or the 128 hexadecimal digits of x and y, with `04` before them or without.
    public init(_ text: String) throws(OpenSSLError) {
        if text.contains("-----BEGIN") {
            key = try SM2Handle(pem: text, isPrivate: false)
        } else {
            guard var point = Hexadecimal.bytes(text), point.count == 64 || (point.count == 65 && point[0] == 4) else {
                throw OpenSSLError(.key, "a public key of SM2 is PEM, or 128 hexadecimal digits")
            }
            if point.count == 64 { point.insert(4, at: 0) }
            key = try SM2Handle(der: SM2Encoding.publicKey(point), isPrivate: false)
        }
    }

    /// True when `signature`, DER, is that of the message under this key and `id`.
    public func verifies(_ signature: [UInt8], of message: [UInt8], id: [UInt8]) -> Bool {
        key.verify(signature, of: message, id: id)
    }
}

/// The identity that keys are used under where nobody said otherwise. Source: GM/T 0009.
public let sm2DefaultIdentity = Array("1234567812345678".utf8)

enum Hexadecimal {
    static func bytes(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count % 2 == 0, digits.count <= 256 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 48...57: digit - 48
        case 65...70: digit - 55
        case 97...102: digit - 87
        default: nil
        }
    }
}
