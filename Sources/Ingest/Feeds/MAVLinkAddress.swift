public import Inspection

/// Where MAVLink comes from.
public enum MAVLinkAddress: Sendable, Hashable, CustomStringConvertible {
    /// Whatever is sent to this port.
    case udp(address: String, port: Int, interface: String?)
    /// A server that sends to whoever connects.
    case tcp(host: String, port: Int)

    static let defaultUDPPort = 14_550
    static let defaultTCPPort = 5760

    /// Reads `udp://0.0.0.0:14550[?interface=name]` (also `udpin://`) and `tcp://host:5760`, alone or after `mavlink+`.
    public init(_ text: String) throws(SourceError) {
        guard let mark = text.firstRange(of: "://"), !text.utf8.contains(0) else { throw Self.refused(text) }
        var scheme = text[..<mark.lowerBound].lowercased()
        if scheme.hasPrefix("mavlink+") { scheme = String(scheme.dropFirst(8)) }
        let parts = text[mark.upperBound...].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let authority = parts[0].prefix { $0 != "/" }
        switch scheme {
        case "udp", "udpin":
            guard let (host, port) = Self.split(authority, Self.defaultUDPPort) else { throw Self.refused(text) }
            let pairs: [Substring] = parts.count > 1 ? parts[1].split(separator: "&") : []
            guard pairs.allSatisfy({ $0.hasPrefix("interface=") && $0.count > 10 }) else { throw Self.refused(text) }
            let interface = pairs.first.map { String($0.dropFirst(10)) }
            guard host.isEmpty || NetworkAuthority.isListening(host) else {
                throw NetworkAuthority.refusedListening("mavlink+udp", host)
            }
            self = .udp(address: host.isEmpty ? "0.0.0.0" : host, port: port, interface: interface)
        case "tcp":
            guard let (host, port) = Self.split(authority, Self.defaultTCPPort), !host.isEmpty else {
                throw Self.refused(text)
            }
            self = .tcp(host: host, port: port)
        default: throw Self.refused(text)
        }
    }

    public var description: String {
        switch self {
        case .udp(let address, let port, _): "mavlink+udp://\(Self.bracketed(address)):\(port)"
        case .tcp(let host, let port): "mavlink+tcp://\(Self.bracketed(host)):\(port)"
        }
    }

    private static func bracketed(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }

    private static func refused(_ text: String) -> SourceError {
        SourceError(
            kind: .notFound, description: "\(Redaction()(text)) is no address of MAVLink",
            hint: "write mavlink+udp://0.0.0.0:14550 to listen, or mavlink+tcp://host:5760 to connect")
    }

    private static func split(_ authority: Substring, _ defaultPort: Int) -> (host: String, port: Int)? {
        var host = authority
        var port = defaultPort
        let isBare = authority.hasPrefix("[") && authority.hasSuffix("]")
        if !isBare, let colon = authority.lastIndex(of: ":") {
            guard let number = Int(authority[authority.index(after: colon)...]), (1...65_535).contains(number) else {
                return nil
            }
            port = number
            host = authority[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        return (String(host), port)
    }
}
