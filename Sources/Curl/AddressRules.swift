/// Which addresses a request may be sent to, whatever its host's name resolves to: a name that someone else controls cannot
/// lead into the gateway itself.
public struct AddressRules: Sendable, Hashable {
    /// Only these, where there are any.
    public var allowed: [AddressBlock]
    /// Whether this machine itself may be spoken to though `allowed` does not say so.
    public var allowsLoopback: Bool

    public init(allowed: [AddressBlock] = [], allowsLoopback: Bool = false) {
        self.allowed = allowed
        self.allowsLoopback = allowsLoopback
    }

    private static let loopback = ["127.0.0.0/8", "::1"].compactMap { AddressBlock($0) }
    /// Nobody's server: unspecified, link-local (where clouds keep their secrets), multicast, reserved.
    private static let unfit = [
        "0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4", "::", "fe80::/10", "ff00::/8",
    ].compactMap { AddressBlock($0) }

    /// `address`: 4 or 16 bytes, most significant first.
    func permits(_ address: [UInt8]) -> Bool {
        guard !allowed.isEmpty else {
            if Self.loopback.contains(where: { $0.contains(address) }) { return allowsLoopback }
            return !Self.unfit.contains { $0.contains(address) }
        }
        return allowed.contains { $0.contains(address) }
            || allowsLoopback && Self.loopback.contains { $0.contains(address) }
    }
}
