import Glibc

/// A block of IP addresses: `10.0.0.0/8`, `2001:db8::/32`, or one address. Source: RFC 4632, RFC 4291 section 2.3.
public struct AddressBlock: Sendable, Hashable, CustomStringConvertible {
    /// 4 or 16 bytes, most significant first, with the bits behind the prefix cleared.
    let prefix: [UInt8]
    public let bits: Int
    public let description: String

    /// Nil for what is no address, or a prefix that is too long.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let bytes = Self.bytes(of: String(parts[0])) else { return nil }
        var bits = bytes.count * 8
        if parts.count == 2 {
            guard parts[1].utf8.count <= 3, parts[1].utf8.allSatisfy({ (48...57).contains($0) }),
                let number = Int(parts[1]), number <= bits
            else { return nil }
            bits = number
        }
        prefix = Self.masked(bytes, bits)
        self.bits = bits
        description = text
    }

    /// `address`: 4 or 16 bytes. An IPv4 address inside an IPv6 one (`::ffff:0:0/96`) counts as what it is.
    func contains(_ address: [UInt8]) -> Bool {
        let address = Self.unmapped(address)
        return address.count == prefix.count && Self.masked(address, bits) == prefix
    }

    static func unmapped(_ address: [UInt8]) -> [UInt8] {
        guard address.count == 16, address[..<10].allSatisfy({ $0 == 0 }), address[10] == 255, address[11] == 255 else {
            return address
        }
        return Array(address[12...])
    }

    private static func masked(_ bytes: [UInt8], _ bits: Int) -> [UInt8] {
        bytes.enumerated().map { index, byte in
            let kept = min(max(bits - index * 8, 0), 8)
            return kept == 0 ? 0 : byte & (0xFF << UInt8(8 - kept))
        }
    }

    /// Wraps `inet_pton`; nil for what is no address.
    static func bytes(of text: String) -> [UInt8]? {
        guard text.utf8.count <= 45, !text.utf8.contains(0) else { return nil }
        for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: count)
            if unsafe inet_pton(family, text, &bytes) == 1 { return bytes }
        }
        return nil
    }
}
