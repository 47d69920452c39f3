import LocatedYAML

/// What the gateway's own port is.
public struct HTTPSettings: Sendable, Hashable {
    /// An address, not a name: `127.0.0.1`, `::1`, `0.0.0.0`.
    public var host: String
    /// 1…65535.
    public var port: Int
    /// How officers' phones reach the gateway, without a slash at the end; nil when links are of no use.
    public var publicURL: String?

    static func decode(_ mapping: YAMLMapping) -> HTTPSettings {
        let listen = mapping.string("listen", default: "127.0.0.1:8080")
        let place = split(listen)
        if place == nil {
            mapping.complain("listen", "must be an address and a port", hint: "such as 127.0.0.1:8080 or [::1]:8080")
        }
        let publicURL = mapping.optionalString("public_url")
        if let publicURL, WebAddress(publicURL) == nil {
            mapping.complain(
                "public_url", "must be an http or https address", hint: "such as https://gateway.example:8080")
        }
        return HTTPSettings(
            host: place?.host ?? "127.0.0.1", port: place?.port ?? 8080,
            publicURL: publicURL.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 })
    }

    private static func split(_ text: String) -> (host: String, port: Int)? {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (1...65_535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":"), host.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else { return nil }
            return (String(host), port)
        }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4, parts.allSatisfy({ Int($0).map { (0...255).contains($0) } ?? false }) else {
            return nil
        }
        return (String(host), port)
    }
}
