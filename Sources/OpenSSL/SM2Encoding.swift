/// The few structures of DER around keys and signatures of SM2. Source: RFC 5915, RFC 5480, GB/T 35276; the curve's
/// identifier is 1.2.156.10197.1.301.
enum SM2Encoding {
    static let scalarBytes = 32
    private static let curve: [UInt8] = [0x06, 0x08, 0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x82, 0x2D]
    private static let ecPublicKey: [UInt8] = [0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]

    /// One less than the order of the curve's base point. Source: GB/T 32918.5.
    private static let largest: [UInt8] = [
        0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x72, 0x03,
        0xDF, 0x6B, 0x21, 0xC6, 0x05, 0x2B, 0x53, 0xBB, 0xF4, 0x09, 0x39, 0xD5, 0x41, 0x22,
    ]

    /// A private key lies in 1…n−2; OpenSSL takes other numbers, and then signs nothing, or with another key.
    static func isPrivate(_ scalar: [UInt8]) -> Bool {
        scalar.count == scalarBytes && scalar.contains { $0 != 0 } && scalar.lexicographicallyPrecedes(largest)
    }

    /// PKCS #8 of a private key; the public one is computed by whoever reads it.
    static func privateKey(_ scalar: [UInt8]) -> [UInt8] {
        let inner = sequence([0x02, 0x01, 0x01] + element(0x04, scalar) + element(0xA0, curve))
        return sequence([0x02, 0x01, 0x00] + sequence(ecPublicKey + curve) + element(0x04, inner))
    }

    /// SubjectPublicKeyInfo of an uncompressed point: `04 x y`.
    static func publicKey(_ point: [UInt8]) -> [UInt8] {
        sequence(sequence(ecPublicKey + curve) + element(0x03, [0] + point))
    }

    private static func sequence(_ content: [UInt8]) -> [UInt8] { element(0x30, content) }

    /// Content here is shorter than 256 bytes.
    private static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        content.count < 128
            ? [tag, UInt8(content.count)] + content : [tag, 0x81, UInt8(truncatingIfNeeded: content.count)] + content
    }
}

/// A signature of SM2 in its two written forms.
public enum SM2Signature {
    /// `r` and `s`, 32 bytes each, of a DER signature; nil for anything else.
    public static func raw(der: [UInt8]) -> [UInt8]? {
        guard der.count >= 8, der.count <= 72, der[0] == 0x30, Int(der[1]) == der.count - 2 else { return nil }
        var rest = der[2...]
        var numbers: [UInt8] = []
        for _ in 0..<2 {
            guard rest.count >= 3, rest[rest.startIndex] == 0x02 else { return nil }
            let count = Int(rest[rest.startIndex + 1])
            let content = rest.dropFirst(2)
            guard count >= 1, count <= 33, content.count >= count else { return nil }
            let number = content.prefix(count).drop { $0 == 0 }
            guard number.count <= 32 else { return nil }
            numbers += [UInt8](repeating: 0, count: 32 - number.count) + number
            rest = content.dropFirst(count)
        }
        return rest.isEmpty ? numbers : nil
    }

    /// DER of `r` and `s`; nil unless they are 64 bytes.
    public static func der(raw: [UInt8]) -> [UInt8]? {
        guard raw.count == 64 else { return nil }
        var content: [UInt8] = []
        for half in [raw[..<32], raw[32...]] {
            var number = Array(half.drop { $0 == 0 })
            if number.first.map({ $0 >= 0x80 }) ?? true { number.insert(0, at: 0) }
            content += [0x02, UInt8(number.count)] + number
        }
        return [0x30, UInt8(content.count)] + content
    }
}
