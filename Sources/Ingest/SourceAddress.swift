public import Inspection

/// Where a source is read from, as the operator wrote it.
public enum SourceAddress: Sendable, Hashable {
    /// An absolute or relative path.
    case file(path: String)
    /// An MPEG transport stream over UDP, unicast or multicast. `interface` names the one multicast is joined on.
    case udp(address: String, port: Int, interface: String?)
    case rtsp(url: String)

    /// Reads a path, `file://…`, `udp://[address]:port[?interface=name]` or `rtsp://…`.
    public init(_ text: String) throws(SourceError) {
        guard !text.isEmpty, !text.utf8.contains(0) else {
            throw SourceError(kind: .notFound, description: "the source's address is empty or holds a NUL byte")
        }
        guard let mark = text.firstRange(of: "://") else {
            self = .file(path: text)
            return
        }
        let rest = text[mark.upperBound...]
        switch text[..<mark.lowerBound].lowercased() {
        case "file":
            guard let path = Self.percentDecoded(rest), path.hasPrefix("/") else {
                throw SourceError(
                    kind: .notFound, description: "\(text) names no absolute path", hint: "write file:///path/to/file")
            }
            self = .file(path: path)
        case "udp":
            self = try Self.udp(rest, of: text)
        case "rtsp", "rtspt", "rtsps":
            self = .rtsp(url: text)
        case let scheme:
            throw SourceError(
                kind: .notFound, description: "no source reads \(scheme):// addresses",
                hint: "use a file path, udp:// or rtsp://")
        }
    }

    private static func udp(_ rest: Substring, of text: String) throws(SourceError) -> SourceAddress {
        let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var interface: String?
        for pair in parts.count > 1 ? parts[1].split(separator: "&") : [] {
            let halves = pair.split(separator: "=", maxSplits: 1)
            if halves.count == 2, ["interface", "iface", "localaddr"].contains(halves[0]) {
                interface = String(halves[1])
            }
        }
        var authority = parts[0].prefix { $0 != "/" }
        if authority.hasPrefix("@") { authority = authority.dropFirst() }
        guard let colon = authority.lastIndex(of: ":"), let port = Int(authority[authority.index(after: colon)...]),
            (1...65_535).contains(port)
        else {
            throw SourceError(
                kind: .notFound, description: "\(text) names no UDP port", hint: "write udp://0.0.0.0:5000")
        }
        var address = String(authority[..<colon])
        if address.hasPrefix("["), address.hasSuffix("]") { address = String(address.dropFirst().dropLast()) }
        return .udp(address: address.isEmpty ? "0.0.0.0" : address, port: port, interface: interface)
    }

    private static func percentDecoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard let high = rest.popFirst().flatMap(hex), let low = rest.popFirst().flatMap(hex) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            } else {
                bytes.append(byte)
            }
        }
        return bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
    }

    private static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }
}

/// Takes passwords out of text that is shown: `rtsp://user:***@host`.
public struct Redaction: Sendable, Hashable {
    private let secret: String?

    /// Remembers the password of `url`, so that it is taken out wherever it stands.
    public init(url: String = "") {
        secret = Self.userInfo(in: url[...]).flatMap { range in
            let info = url[range]
            guard let colon = info.firstIndex(of: ":") else { return nil }
            let password = String(info[info.index(after: colon)...])
            return password.isEmpty ? nil : password
        }
    }

    public func callAsFunction(_ text: String) -> String {
        var out = ""
        var rest = text[...]
        while let range = Self.userInfo(in: rest) {
            let info = rest[range]
            let user = info.prefix { $0 != ":" }
            out += rest[..<range.lowerBound]
            out += user.count < info.count ? user + ":***" : info
            rest = rest[range.upperBound...]
        }
        out += rest
        guard let secret else { return out }
        return out.replacing(secret, with: "***")
    }

    /// What stands between `://` and the last `@` before the path, in the first address of `text`.
    private static func userInfo(in text: Substring) -> Range<Substring.Index>? {
        guard let scheme = text.firstRange(of: "://") else { return nil }
        let authority = text[scheme.upperBound...].prefix { !"/?# \t\n\"'".contains($0) }
        if let at = authority.lastIndex(of: "@") { return authority.startIndex..<at }
        guard let next = userInfo(in: text[authority.endIndex...]) else { return nil }
        return next
    }
}
