/// Takes secrets out of text that is shown: the password before a host (`rtsp://user:***@host`), and the values of
/// query parameters that by their name hold a secret (`?token=***`).
public struct Redaction: Sendable, Hashable {
    /// A parameter whose name holds one of these is secret. Rather one too many than one too few.
    private static let words = [
        "pass", "pwd", "secret", "token", "key", "sign", "sig", "auth", "streamid", "credential", "jwt", "session",
    ]
    /// A shorter value of a parameter is taken out where it stands as one, and left in running text.
    private static let shortestRemembered = 4

    private let secrets: [String]

    /// Remembers the secrets of `url`, so that they are taken out wherever they stand.
    public init(url: String = "") { self.init(url: url, secrets: []) }

    /// Remembers `secrets` too.
    init(url: String = "", secrets: [String?]) {
        var found = Set(secrets.compactMap { $0 })
        if let range = Self.userInfo(in: url[...]), let colon = url[range].firstIndex(of: ":") {
            found.formUnion(Self.spellings(url[url.index(after: colon)..<range.upperBound]))
        }
        for range in Self.secretValues(in: url[...]) {
            found.formUnion(Self.spellings(url[range]).filter { $0.utf8.count >= Self.shortestRemembered })
        }
        // The longest first: one may be a part of another.
        self.secrets = found.filter { !$0.isEmpty }.sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
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
        var shown = ""
        var next = out.startIndex
        for range in Self.secretValues(in: out[...]) {
            shown += out[next..<range.lowerBound] + "***"
            next = range.upperBound
        }
        shown += out[next...]
        return secrets.reduce(shown) { $0.replacing($1, with: "***") }
    }

    /// As written, and as meant.
    private static func spellings(_ value: Substring) -> [String] {
        [String(value)] + (PercentCoding.decoded(value).map { [$0] } ?? [])
    }

    /// What stands between `://` and the last `@` before the path, in the first address of `text` that has one.
    private static func userInfo(in text: Substring) -> Range<Substring.Index>? {
        var rest = text
        while let scheme = rest.firstRange(of: "://") {
            let authority = rest[scheme.upperBound...].prefix { !"/?# \t\n\"'".contains($0) }
            if let at = authority.lastIndex(of: "@") { return authority.startIndex..<at }
            if let at = unescaped(authority, in: rest) { return authority.startIndex..<at }
            rest = rest[authority.endIndex...]
        }
        return nil
    }

    /// The `@` after a password that holds `/`, `?` or `#` as they are: then what stands after the first colon is no port.
    private static func unescaped(_ authority: Substring, in text: Substring) -> Substring.Index? {
        guard !authority.hasPrefix("["), let colon = authority.firstIndex(of: ":"), authority.endIndex < text.endIndex,
            !authority[colon...].dropFirst().allSatisfy(\.isNumber)
                || authority.index(after: colon) == authority.endIndex
        else { return nil }
        return text[authority.startIndex...].prefix { !" \t\n\"'".contains($0) }.lastIndex(of: "@")
    }

    /// Where values of secret parameters stand: after `?name=` or `&name=`, to the next `&` or the end of the address.
    private static func secretValues(in text: Substring) -> [Range<Substring.Index>] {
        var found: [Range<Substring.Index>] = []
        var rest = text
        while let mark = rest.firstIndex(where: { $0 == "?" || $0 == "&" }) {
            rest = rest[rest.index(after: mark)...]
            let name = rest.prefix { !"=?& \t\n\"'".contains($0) }
            guard name.endIndex < rest.endIndex, rest[name.endIndex] == "=" else { continue }
            let value = rest[rest.index(after: name.endIndex)...].prefix { !"& \t\n\"'".contains($0) }
            let lower = name.lowercased()
            if !value.isEmpty, words.contains(where: lower.contains) { found.append(value.startIndex..<value.endIndex) }
            rest = rest[value.endIndex...]
        }
        return found
    }
}
