import Inspection

/// What stands between `://` and the path of an address that a library reads: host and port, held to what they can be.
/// The refusals never quote the address: it may hold a password.
enum NetworkAuthority {
    /// A blank or control character is percent-encoded in an address, or a slip of the pen.
    static func refuseBlanks(in rest: Substring, scheme: String) throws(SourceError) {
        guard rest.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F && !$0.properties.isWhitespace })
        else {
            throw refused(scheme, "holds a blank", hint: "write %20 where a blank is meant")
        }
    }

    /// `[user[:password]@]host[:port]`, the host a name, an IPv4 address, or an IPv6 address in brackets.
    static func check(_ rest: Substring, scheme: String) throws(SourceError) {
        let authority = rest.prefix { !"/?#".contains($0) }
        let place = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        var host = place
        var port: Substring?
        if place.hasPrefix("[") {
            guard let end = place.firstIndex(of: "]") else { throw refused(scheme, "names no host") }
            host = place[place.index(after: place.startIndex)..<end]
            let after = place[place.index(after: end)...]
            guard after.isEmpty || after.hasPrefix(":") else { throw refused(scheme, "names no port") }
            port = after.isEmpty ? nil : after.dropFirst()
        } else if let colon = place.firstIndex(of: ":") {
            host = place[..<colon]
            port = place[place.index(after: colon)...]
        }
        guard !host.isEmpty else { throw refused(scheme, "names no host", hint: "write \(scheme)://host:port/path") }
        guard let port else { return }
        guard port.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(port),
            (1...65_535).contains(number)
        else {
            throw refused(
                scheme, "has a port that is none",
                hint: "a port is 1 to 65535; in a user name or password write %40 for @, %3A for :, %2F for /")
        }
    }

    /// True for what a port can be opened at: an IPv4 or IPv6 address. Whether it is one of this machine, or a multicast
    /// group, only the machine can tell.
    static func isListening(_ host: some StringProtocol) -> Bool {
        if host == "localhost" { return true }
        if host.contains(":") {
            let parts = host.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
            return parts[0].utf8.allSatisfy { $0 == 0x3A || $0 == 0x2E || Character(UnicodeScalar($0)).isHexDigit }
        }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.utf8.count) && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
                    && UInt8(part) != nil
            }
    }

    static func refusedListening(_ scheme: String, _ host: some StringProtocol) -> SourceError {
        SourceError(
            kind: .notFound, description: "the \(scheme):// address listens, and \(host) is no IP address",
            hint: "write 0.0.0.0, an address of this machine, or a multicast group")
    }

    /// A user name or password as it is meant.
    static func credential(_ text: Substring, scheme: String) throws(SourceError) -> String {
        guard let decoded = PercentCoding.decoded(text) else {
            throw refused(
                scheme, "has a user name or password with a % that begins no character",
                hint: "write %25 where a % is meant")
        }
        return decoded
    }

    private static func refused(_ scheme: String, _ why: String, hint: String = "") -> SourceError {
        SourceError(kind: .notFound, description: "the \(scheme):// address \(why)", hint: hint)
    }
}
