/// A block of addresses: an address and how many of its leading bits all of them share. Source: RFC 4632, section 3.1.
struct NetworkBlock: Sendable, Hashable {
    /// As written: the bits past the prefix need not be zero.
    let address: NetworkAddress
    /// 0…32 of IPv4, 0…128 of IPv6.
    let prefixLength: Int

    private init(address: NetworkAddress, prefixLength: Int) {
        self.address = address
        self.prefixLength = prefixLength
    }

    /// Reads `192.168.0.0/24`. Nil for anything else; IPv4 mapped into IPv6 is refused.
    init?(_ text: String) {
        guard text.utf8.count <= 64 else { return nil }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = NetworkAddress(parts[0]), let length = Self.prefixLength(parts[1]),
            length <= address.octets.count * 8, address.octets.count == 16 || !parts[0].utf8.contains(UInt8(ascii: ":"))
        else { return nil }
        self.init(address: address, prefixLength: length)
    }

    /// Up to three digits without leading zeros.
    private static func prefixLength(_ text: Substring) -> Int? {
        guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy(\.isDigit) else { return nil }
        return text.utf8.count > 1 && text.utf8.first == UInt8(ascii: "0") ? nil : Int(text)
    }

    var text: String { "\(address.text)/\(prefixLength)" }

    /// The same block with the bits past the prefix set to zero.
    var masked: NetworkBlock {
        var octets = address.octets
        for index in octets.indices {
            let kept = min(8, max(0, prefixLength - index * 8))
            octets[index] &= UInt8(truncatingIfNeeded: 0xFF00 >> kept)
        }
        return NetworkBlock(address: NetworkAddress(octets: octets), prefixLength: prefixLength)
    }

    func contains(_ other: NetworkAddress) -> Bool {
        guard other.octets.count == address.octets.count else { return false }
        return NetworkBlock(address: other, prefixLength: prefixLength).masked.address == masked.address
    }

    func contains(_ other: NetworkBlock) -> Bool {
        other.prefixLength >= prefixLength && contains(other.address)
    }
}
