import Inspection

/// Where a transport stream comes from over SRT:
/// `srt://host:port?mode=caller|listener&streamid=…&passphrase=…&latency=…&pbkeylen=16|24|32`.
public struct SRTAddress: Sendable, Hashable {
    public enum Mode: String, Sendable, Hashable, CaseIterable { case caller, listener }

    /// Empty for a listener on every address.
    public var host: String
    public var port: Int
    public var mode: Mode
    /// At most 512 bytes, by the SRT access control specification. May hold a secret: not for logs.
    public var streamID: String?
    /// 10…79 bytes, by the SRT library. Not for logs.
    public var passphrase: String?
    /// Of the key, when the sender asks for one length.
    public var keyBytes: Int?
    /// Receive delay that makes room for retransmission, milliseconds.
    public var latencyMilliseconds: Int

    /// Without anything secret.
    var shown: String { "srt://\(host):\(port)" }

    /// For the element, which takes host and port as its own or as its peer's by the mode in it. Nothing secret either.
    var uri: String { "\(shown)?mode=\(mode.rawValue)" }

    init(
        host: String, port: Int, mode: Mode, streamID: String? = nil, passphrase: String? = nil, keyBytes: Int? = nil,
        latencyMilliseconds: Int = 125
    ) {
        self.host = host
        self.port = port
        self.mode = mode
        self.streamID = streamID
        self.passphrase = passphrase
        self.keyBytes = keyBytes
        self.latencyMilliseconds = latencyMilliseconds
    }

    /// Reads what stands after `srt://`.
    init(_ rest: Substring) throws(SourceError) {
        let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let authority = (parts.first ?? "").prefix { $0 != "/" }
        guard !authority.contains("@"), let colon = authority.lastIndex(of: ":"),
            let port = Int(authority[authority.index(after: colon)...]), (1...65_535).contains(port)
        else { throw Self.refused("it names no port", hint: "write srt://host:port, without a user name") }
        let host = String(authority[..<colon])
        let isLiteral = host.hasPrefix("[") && host.hasSuffix("]")
        guard host.utf8.allSatisfy({ Self.isOfHost($0) || isLiteral && [0x3A, 0x5B, 0x5D].contains($0) }) else {
            throw Self.refused("its host is none")
        }
        // Whoever names no host can only be called.
        self.init(host: host, port: port, mode: host.isEmpty ? .listener : .caller)
        for pair in parts.count > 1 ? parts[1].split(separator: "&") : [] {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, let value = PercentCoding.decoded(halves[1]) else {
                throw Self.refused("a parameter has no value, or one that cannot be read")
            }
            try set(String(halves[0]), value)
        }
        if mode == .caller, host.isEmpty { throw Self.refused("a caller must name the host it calls") }
    }

    private mutating func set(_ name: String, _ value: String) throws(SourceError) {
        switch name {
        case "mode":
            guard let named = Mode(rawValue: value) else { throw Self.refused("mode is caller or listener") }
            mode = named
        case "streamid":
            guard (1...512).contains(value.utf8.count) else { throw Self.refused("streamid has 1 to 512 bytes") }
            streamID = value
        case "passphrase":
            guard (10...79).contains(value.utf8.count) else { throw Self.refused("passphrase has 10 to 79 bytes") }
            passphrase = value
        case "pbkeylen":
            guard let bytes = Int(value), [16, 24, 32].contains(bytes) else {
                throw Self.refused("pbkeylen is 16, 24 or 32")
            }
            keyBytes = bytes
        case "latency":
            // Bare, as every SRT program writes it, or with the unit.
            let digits = value.hasSuffix("ms") ? value.dropLast(2) : value[...]
            guard let milliseconds = Int(digits), (0...60_000).contains(milliseconds) else {
                throw Self.refused("latency is 0 to 60000 milliseconds")
            }
            latencyMilliseconds = milliseconds
        default:
            throw Self.refused(
                "a parameter is unknown", hint: "known are mode, streamid, passphrase, pbkeylen and latency")
        }
    }

    private static func isOfHost(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
        default: false
        }
    }

    /// Never quotes the address: it may hold a passphrase.
    private static func refused(_ why: String, hint: String = "") -> SourceError {
        SourceError(kind: .notFound, description: "an srt:// address cannot be read: \(why)", hint: hint)
    }
}
