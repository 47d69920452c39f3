public import Curl
internal import Synchronization

/// What one destination's requests may do on their way out: to which hosts, over which certificates, how fast, how packed.
public struct EgressRules: Sendable {
    /// `host` or `host:port` in lower case, as they stand in the addresses that were set. Nothing goes to any other, whatever
    /// a template or an answer says.
    public var hosts: Set<String>
    public var tls = TLSOptions()
    /// Which addresses the names may lead to.
    public var addresses: AddressRules
    public var rates: [SendRate] = []
    /// Bodies of JSON and text go gzipped where that makes them shorter.
    public var compresses = false

    /// For the addresses of one destination. This machine may be spoken to only where one of them says so itself.
    public init(urls: [String], allowed: [AddressBlock] = []) {
        let hosts = Set(urls.compactMap { Self.authority(of: $0) })
        self.hosts = hosts
        addresses = AddressRules(allowed: allowed, allowsLoopback: hosts.contains { Self.isLoopback($0) })
    }

    /// Host and port of an address, in lower case; nil for what is no http or https address.
    static func authority(of url: String) -> String? {
        let lower = url.lowercased()
        guard let scheme = ["http://", "https://"].first(where: { lower.hasPrefix($0) }) else { return nil }
        let authority = lower.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.isEmpty, !authority.contains("@"), !authority.contains("\\") else { return nil }
        let standard = scheme == "http://" ? ":80" : ":443"
        return String(authority.hasSuffix(standard) ? authority.dropLast(standard.count) : authority)
    }

    private static func isLoopback(_ authority: String) -> Bool {
        let host =
            authority.hasPrefix("[") ? authority.prefix { $0 != "]" }.dropFirst() : authority.prefix { $0 != ":" }
        let isIPv4 = host.utf8.allSatisfy { (48...57).contains($0) || $0 == 46 }
        return host == "localhost" || host == "::1" || isIPv4 && host.hasPrefix("127.")
    }
}

/// Holds every request of one destination to its rules.
public final class EgressTransport: HTTPTransport {
    /// Shorter bodies gain nothing.
    static let leastCompressed = 512

    private let base: any HTTPTransport
    private let rules: EgressRules
    /// The last address that was among its hosts.
    private let permitted = Mutex("")
    /// The destination has refused a packed body and taken it plain.
    private let isPlainOnly = Mutex(false)

    public init(_ base: any HTTPTransport, rules: EgressRules) {
        self.base = base
        self.rules = rules
    }

    public func send(_ request: HTTPRequest) async throws(CurlError) -> HTTPResponse {
        if request.url.isEmpty || permitted.withLock({ $0 }) != request.url {
            let host = EgressRules.authority(of: request.url)
            guard let host, rules.hosts.contains(host) else {
                throw CurlError(
                    kind: .forbidden, host: host ?? "",
                    description: "\(host ?? "an address without a host") is not among the hosts of this destination")
            }
            permitted.withLock { $0 = request.url }
        }
        var request = request
        request.tls = rules.tls
        request.addresses = rules.addresses
        request.rates = rules.rates
        guard rules.compresses, !isPlainOnly.withLock({ $0 }), let packed = compressed(request) else {
            return try await base.send(request)
        }
        let response = try await base.send(packed)
        // Who cannot unpack says so, or takes it for a broken body.
        guard response.status == 415 || response.status == 400 else { return response }
        let second = try await base.send(request)
        if (200...299).contains(second.status) { isPlainOnly.withLock { $0 = true } }
        return second
    }

    private func compressed(_ request: HTTPRequest) -> HTTPRequest? {
        guard case .bytes(let bytes) = request.body, bytes.count >= Self.leastCompressed,
            !request.fields.contains(where: { $0.name.lowercased() == "content-encoding" }),
            let body = Gzip.compressed(bytes)
        else { return nil }
        var packed = request
        packed.body = .bytes(body)
        packed.fields.append(HTTPField("Content-Encoding", "gzip"))
        return packed
    }
}
