import Inspection

/// A transport stream, or a playlist of its segments, on a web server.
public struct HTTPAddress: Sendable, Hashable {
    /// As it is asked for. May hold a token: not for logs.
    public var url: String
    /// From before the host; sent when the server asks for it (basic or digest).
    public var user: String?
    public var password: String?
    /// The path ends in `.m3u8`.
    public var isPlaylist: Bool

    /// `scheme` is `http` or `https`, `rest` what follows `://`.
    init(scheme: String, rest: Substring) throws(SourceError) {
        try NetworkAuthority.check(rest, scheme: scheme)
        let authority = rest.prefix { !"/?#".contains($0) }
        var host = authority
        if let at = authority.lastIndex(of: "@") {
            let info = authority[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            user = try NetworkAuthority.credential(info[0], scheme: scheme)
            password = info.count > 1 ? try NetworkAuthority.credential(info[1], scheme: scheme) : nil
            host = authority[authority.index(after: at)...]
        }
        let path = rest[authority.endIndex...].prefix { $0 != "?" && $0 != "#" }
        isPlaylist = path.lowercased().hasSuffix(".m3u8")
        // The segments of a playlist are asked for with what its own address holds.
        url = "\(scheme)://" + (isPlaylist ? rest : rest[host.startIndex...])
    }
}
