public import Inspection

/// Where a source is read from, as the operator wrote it.
public enum SourceAddress: Sendable, Hashable {
    /// An absolute or relative path.
    case file(path: String)
    /// An absolute path of a folder whose files are read as they come. (A path alone may name a folder too.)
    case folder(path: String)
    /// An MPEG transport stream over UDP, unicast or multicast. `interface` names the one multicast is joined on.
    case udp(address: String, port: Int, interface: String?)
    /// RTSP, or RTSP over TLS (`rtsps://`). May hold a password: not for logs.
    case rtsp(url: String)
    /// An MPEG transport stream over SRT.
    case srt(SRTAddress)
    /// RTMP, or RTMP over TLS (`rtmps://`), pulled from a server. May hold a password: not for logs.
    case rtmp(url: String)
    /// An MPEG transport stream over HTTP or HTTPS, as one body or as the segments of an HLS playlist.
    case http(HTTPAddress)

    /// False for files, which are read to their end and wait for whoever reads them.
    public var isLive: Bool {
        switch self {
        case .file, .folder: false
        default: true
        }
    }

    /// The schemes that are read, beside a path alone.
    public static let schemes = [
        "file", "folder", "udp", "rtsp", "rtspt", "rtsps", "srt", "rtmp", "rtmps", "http", "https",
    ]

    /// Reads a path, `file://…`, `folder://…`, `udp://[address]:port[?interface=name]`, `rtsp://…`, `srt://host:port[?…]`,
    /// `rtmp://host/app/stream`, or `http://…`.
    public init(_ text: String) throws(SourceError) {
        guard !text.isEmpty, !text.utf8.contains(0) else {
            throw SourceError(kind: .notFound, description: "the source's address is empty or holds a NUL byte")
        }
        guard let mark = text.firstRange(of: "://") else {
            self = .file(path: text)
            return
        }
        let rest = text[mark.upperBound...]
        let scheme = text[..<mark.lowerBound].lowercased()
        if scheme != "file", scheme != "folder" { try NetworkAuthority.refuseBlanks(in: rest, scheme: scheme) }
        switch scheme {
        case "file", "folder":
            guard let path = PercentCoding.decoded(rest), path.hasPrefix("/") else {
                throw SourceError(
                    kind: .notFound, description: "\(Redaction()(text)) names no absolute path",
                    hint: "write \(scheme):///path/to/\(scheme)")
            }
            self = scheme == "file" ? .file(path: path) : .folder(path: path)
        case "udp":
            self = try Self.udp(rest, of: text)
        case "rtsp", "rtspt", "rtsps":
            try NetworkAuthority.check(rest, scheme: scheme)
            self = .rtsp(url: text)
        case "srt":
            self = .srt(try SRTAddress(rest))
        case "rtmp", "rtmps":
            guard rest.first != "/", rest.split(separator: "/").count >= 3 else {
                throw SourceError(
                    kind: .notFound, description: "\(Redaction()(text)) names no RTMP stream",
                    hint: "write rtmp://host/app/stream")
            }
            try NetworkAuthority.check(rest, scheme: scheme)
            self = .rtmp(url: text)
        case "http", "https":
            self = .http(try HTTPAddress(scheme: scheme, rest: rest))
        default:
            throw SourceError(
                kind: .notFound, description: "no source reads \(scheme):// addresses",
                hint: "use a file path, or one of " + Self.schemes.map { $0 + "://" }.joined(separator: ", "))
        }
    }

    private static func udp(_ rest: Substring, of text: String) throws(SourceError) -> SourceAddress {
        let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var interface: String?
        for pair in parts.count > 1 ? parts[1].split(separator: "&") : [] {
            let halves = pair.split(separator: "=", maxSplits: 1)
            guard halves.count == 2, ["interface", "iface", "localaddr"].contains(halves[0]) else {
                throw SourceError(
                    kind: .notFound, description: "a parameter of the udp:// address is unknown or has no value",
                    hint: "known is interface, such as udp://239.1.1.1:5004?interface=eth0")
            }
            interface = String(halves[1])
        }
        var authority = parts[0].prefix { $0 != "/" }
        if authority.hasPrefix("@") { authority = authority.dropFirst() }
        guard let colon = authority.lastIndex(of: ":"), let port = Int(authority[authority.index(after: colon)...]),
            (1...65_535).contains(port)
        else {
            throw SourceError(
                kind: .notFound, description: "\(Redaction()(text)) names no UDP port", hint: "write udp://0.0.0.0:5000"
            )
        }
        var address = String(authority[..<colon])
        if address.hasPrefix("["), address.hasSuffix("]") { address = String(address.dropFirst().dropLast()) }
        if address.isEmpty { address = "0.0.0.0" }
        guard NetworkAuthority.isListening(address) else { throw NetworkAuthority.refusedListening("udp", address) }
        return .udp(address: address, port: port, interface: interface)
    }
}
