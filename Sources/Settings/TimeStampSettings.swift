import LocatedYAML

/// An authority that is asked, now and then, to say when the chain's end was there (RFC 3161).
public struct TimeStampSettings: Sendable, Hashable {
    /// `https`, or `http` where it was expressly allowed: what is sent is a hash, and the answer is signed.
    public var url: String
    /// Extra certificate authority (PEM) of the connection.
    public var certificateAuthority: String?
    /// Between two time stamps, while the chain grows.
    public var every: Duration
    public var timeout: Duration

    /// Nil where no authority is configured.
    static func decode(_ mapping: YAMLMapping, folder: SettingsFolder) -> TimeStampSettings? {
        let every = mapping.duration("every", default: .seconds(3600), in: .seconds(10)...(.seconds(604_800)))
        let timeout = mapping.duration("timeout", default: .seconds(30), in: .seconds(1)...(.seconds(600)))
        let isPlainAllowed = mapping.bool("allow_plain_http", default: false)
        let authority = mapping.optionalString("certificate_authority_file").map(folder.path)
        guard let url = mapping.optionalString("url") else { return nil }
        if let address = WebAddress(url) {
            if !address.isEncrypted, !address.isLoopback, !isPlainAllowed {
                mapping.complain(
                    "url", "would ask over an unencrypted connection",
                    hint: "use https, or set allow_plain_http: true: the answer is signed, and only a hash is sent")
            }
        } else {
            mapping.complain("url", "must be an https address without a user name or password")
        }
        return TimeStampSettings(url: url, certificateAuthority: authority, every: every, timeout: timeout)
    }
}
