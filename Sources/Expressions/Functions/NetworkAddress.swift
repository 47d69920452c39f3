/// An IP address of either family. An IPv6 address that maps an IPv4 one is that IPv4 address.
///
/// Sources: RFC 4291, sections 2.2 to 2.5; RFC 5952, section 4.
struct NetworkAddress: Sendable, Hashable {
    /// Four octets of IPv4 or sixteen of IPv6, in network order.
    let octets: [UInt8]

    private static let mapping: [UInt8] = Array(repeating: 0, count: 10) + [0xFF, 0xFF]

    /// `count` of the octets must be 4 or 16.
    init(octets: [UInt8]) {
        self.octets = octets.starts(with: Self.mapping) ? Array(octets.dropFirst(12)) : octets
    }

    /// Nil for anything but an address: zones are refused, and so is IPv4 in dotted form within a mapping of IPv6.
    init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8.prefix(64))
        if bytes.contains(UInt8(ascii: ":")) {
            guard let octets = Self.version6(bytes) else { return nil }
            if octets.starts(with: Self.mapping), bytes.contains(UInt8(ascii: ".")) { return nil }
            self.init(octets: octets)
        } else {
            guard let octets = Self.version4(bytes[...]) else { return nil }
            self.init(octets: octets)
        }
    }

    private static func version4(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var octets: [UInt8] = []
        for part in parts {
            guard part.allSatisfy(\.isDigit), part.count == 1 || part.first != UInt8(ascii: "0"),
                let octet = UInt8(String(decoding: part, as: UTF8.self))
            else { return nil }
            octets.append(octet)
        }
        return octets
    }

    private static func version6(_ text: [UInt8]) -> [UInt8]? {
        let colon = UInt8(ascii: ":")
        guard let gap = text.indices.dropLast().first(where: { text[$0] == colon && text[$0 + 1] == colon }) else {
            guard let octets = groups(text[...]), octets.count == 16 else { return nil }
            return octets
        }
        let after = text[(gap + 2)...]
        guard let head = gap == 0 ? [] : groups(text[..<gap]), let tail = after.isEmpty ? [] : groups(after),
            head.count + tail.count <= 14, !text[..<gap].contains(UInt8(ascii: "."))
        else { return nil }
        return head + Array(repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    /// Groups of up to four hexadecimal digits, the last of which may be an IPv4 address.
    private static func groups(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        var octets: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
                guard let last = version4(part) else { return nil }
                octets += last
                continue
            }
            var value: UInt16 = 0
            guard (1...4).contains(part.count) else { return nil }
            for byte in part {
                guard let digit = byte.hexadecimalValue else { return nil }
                value = value << 4 | UInt16(digit)
            }
            octets += [UInt8(value >> 8), UInt8(value & 0xFF)]
        }
        return octets
    }

    /// The canonical text: lower case, without leading zeros, the first of the longest runs of zero groups left out.
    var text: String {
        guard octets.count == 16 else { return octets.map(String.init).joined(separator: ".") }
        let groups = stride(from: 0, to: 16, by: 2).map { UInt16(octets[$0]) << 8 | UInt16(octets[$0 + 1]) }
        var gap = 0..<0
        for start in groups.indices {
            let length = groups[start...].prefix { $0 == 0 }.count
            if length > 1, length > gap.count { gap = start..<start + length }
        }
        let words = groups.map { String($0, radix: 16) }
        guard !gap.isEmpty else { return words.joined(separator: ":") }
        return words[..<gap.lowerBound].joined(separator: ":") + "::" + words[gap.upperBound...].joined(separator: ":")
    }

    var family: Int64 { octets.count == 4 ? 4 : 6 }

    var isUnspecified: Bool { octets.allSatisfy { $0 == 0 } }

    var isLoopback: Bool {
        octets.count == 4 ? octets[0] == 127 : octets.last == 1 && octets.dropLast().allSatisfy { $0 == 0 }
    }

    var isLinkLocalUnicast: Bool {
        octets.count == 4 ? octets[0] == 169 && octets[1] == 254 : octets[0] == 0xFE && octets[1] & 0xC0 == 0x80
    }

    var isLinkLocalMulticast: Bool {
        octets.count == 4
            ? octets.starts(with: [224, 0, 0] as [UInt8]) : octets[0] == 0xFF && octets[1] & 0x0F == 0x02
    }

    private var isMulticast: Bool { octets.count == 4 ? octets[0] & 0xF0 == 0xE0 : octets[0] == 0xFF }

    var isGlobalUnicast: Bool {
        let isBroadcast = octets.count == 4 && octets.allSatisfy { $0 == 0xFF }
        return !isUnspecified && !isLoopback && !isMulticast && !isLinkLocalUnicast && !isBroadcast
    }
}
