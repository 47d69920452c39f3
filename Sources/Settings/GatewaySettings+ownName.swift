extension GatewaySettings {
    /// Destinations named as this machine itself: where its own name leads to a loopback address, as `/etc/hosts` of Debian
    /// says (127.0.1.1), their requests are refused.
    public func destinationsNamedAs(host own: String) -> [String] {
        let own = own.lowercased()
        return destinations.compactMap { destination in
            guard destination.isEnabled, destination.egress.allowedAddresses.isEmpty,
                let address = WebAddress(destination.url), !address.isLoopback, !own.isEmpty,
                address.host == own || address.host.hasPrefix(own + ".") || own.hasPrefix(address.host + ".")
            else { return nil }
            return "destination \(destination.name): \(address.host) is this machine's own name; if it leads to "
                + "127.0.1.1, as on Debian, nothing goes there before egress.allowed_addresses permits it."
        }
    }
}
