/// An `http` or `https` address, looked at only as far as the settings need.
struct WebAddress: Sendable, Hashable {
    var isEncrypted: Bool
    /// Without brackets.
    var host: String

    /// Nil for other schemes, a missing host, a user name or password inside it, or characters that no address has.
    init?(_ text: String) {
        guard text.utf8.count <= 2048, text.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else { return nil }
        let rest: Substring
        if text.lowercased().hasPrefix("https://") {
            isEncrypted = true
            rest = text.dropFirst(8)
        } else if text.lowercased().hasPrefix("http://") {
            isEncrypted = false
            rest = text.dropFirst(7)
        } else {
            return nil
        }
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.contains("@") else { return nil }
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = String(authority[authority.index(after: authority.startIndex)..<end])
            guard Self.isPort(authority[authority.index(after: end)...]) else { return nil }
        } else {
            let name = authority.prefix { $0 != ":" }
            host = String(name).lowercased()
            guard Self.isPort(authority[name.endIndex...]) else { return nil }
        }
        guard !host.isEmpty else { return nil }
    }

    /// This machine itself.
    var isLoopback: Bool {
        host == "localhost" || host == "::1"
            || host.hasPrefix("127.") && host.split(separator: ".").count == 4
                && host.allSatisfy { $0.isNumber || $0 == "." }
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.isEmpty || text.first == ":" && Int(text.dropFirst()).map { (1...65_535).contains($0) } ?? false
    }
}
