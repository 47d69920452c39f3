import Curl
import Delivery
import Inspection
import Settings

extension Deliveries {
    /// What one destination's requests go out by: its own connections, within its own rules.
    static func transport(
        of destination: DestinationSettings, uplink: SendRate?
    ) throws(Failure) -> any HTTPTransport {
        let egress = destination.egress
        var options = HTTPClient.Options()
        options.proxy = egress.proxy
        options.maximumConnectionsPerHost = max(options.maximumConnectionsPerHost, egress.parallel)
        options.maximumConnections = max(options.maximumConnections, 2 * egress.parallel)
        // Polls, tokens and attachments besides.
        options.maximumTransfers = max(options.maximumTransfers, 4 * egress.parallel)
        return EgressTransport(HTTPClient(options: options), rules: try rules(of: destination, uplink: uplink))
    }

    private static func rules(
        of destination: DestinationSettings, uplink: SendRate?
    ) throws(Failure) -> EgressRules {
        let egress = destination.egress
        var blocks: [AddressBlock] = []
        for text in egress.allowedAddresses {
            guard let block = AddressBlock(text) else {
                throw Failure(.badConfig, "destination \(destination.name): \(text) is no address and no block of them")
            }
            blocks.append(block)
        }
        let urls =
            [destination.url, destination.signing?.tokenURL].compactMap(\.self) + [egress.proxy].compactMap(\.self)
        var rules = EgressRules(urls: urls, allowed: blocks)
        rules.tls.authorities = destination.certificateAuthority
        rules.tls.pinnedPublicKey = egress.pinnedPublicKey
        rules.tls.certificate = egress.clientCertificate
        if let key = egress.clientKey {
            guard let path = key.path else {
                throw Failure(
                    .badConfig, "destination \(destination.name): its client key is a credential, and there is none")
            }
            rules.tls.key = path
        }
        rules.rates = [uplink, egress.bandwidth.map { SendRate(bytesPerSecond: $0 / 8) }].compactMap(\.self)
        rules.compresses = egress.compression == .gzip
        return rules
    }
}
