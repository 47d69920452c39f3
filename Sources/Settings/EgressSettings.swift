import Foundation
import LocatedYAML

/// How one destination's requests leave the gateway.
public struct EgressSettings: Sendable, Hashable {
    public enum Compression: String, Sendable, Hashable, CaseIterable { case off, gzip }

    /// Bits a second; nil sends as fast as the link takes it.
    public var bandwidth: Int?
    public var compression: Compression
    /// Requests under way at one time.
    public var parallel: Int
    /// PEM files of this gateway's certificate and its key; both or none.
    public var clientCertificate: String?
    public var clientKey: SecretSource?
    /// `sha256//…` of the server's public key, several joined by `;`.
    public var pinnedPublicKey: String?
    /// Addresses and blocks that the names may lead to; empty permits every fit one.
    public var allowedAddresses: [String]
    /// `http://host:port`; nil goes direct.
    public var proxy: String?

    static func decode(
        _ mapping: YAMLMapping, folder: SettingsFolder, signing: SigningSettings? = nil
    ) -> EgressSettings {
        let settings = EgressSettings(
            bandwidth: bandwidth(mapping), compression: mapping.enumeration("compression", default: .off),
            parallel: mapping.int("parallel", default: 4, in: 1...64),
            clientCertificate: mapping.optionalString("client_certificate_file").map(folder.path),
            clientKey: SecretSource.decode(mapping, "client_key", folder: folder),
            pinnedPublicKey: mapping.optionalString("pinned_public_key"),
            allowedAddresses: mapping.strings("allowed_addresses"), proxy: mapping.optionalString("proxy"))
        if (settings.clientCertificate == nil) != (settings.clientKey == nil) {
            mapping.complain(
                "a client certificate and its key belong together",
                hint: "give client_certificate_file, and client_key_file or client_key_credential")
        }
        if settings.compression == .gzip, let signing, signing.signsRequests {
            mapping.complain(
                "compression", "would change what \(signing.scheme.rawValue) has signed", hint: "leave it off")
        }
        if let pin = settings.pinnedPublicKey, !isPin(pin) {
            mapping.complain(
                "pinned_public_key", "is no sha256//… of a public key",
                hint: "openssl x509 -pubkey -noout -in server.pem | openssl pkey -pubin -outform der | "
                    + "openssl dgst -sha256 -binary | base64")
        }
        if let proxy = settings.proxy, WebAddress(proxy) == nil {
            mapping.complain("proxy", "must be an address such as http://proxy.example:3128")
        }
        return settings
    }

    /// Bits a second; nil where none is given. Said with its unit: `512 kbit/s`.
    static func bandwidth(_ mapping: YAMLMapping) -> Int? {
        guard let text = mapping.optionalString("bandwidth") else { return nil }
        guard let rate = bitsPerSecond(text), (8000...100_000_000_000).contains(rate) else {
            mapping.complain(
                "bandwidth", "must be 8 kbit/s to 100 Gbit/s, with its unit", hint: "such as 512 kbit/s or 2 Mbit/s")
            return nil
        }
        return rate
    }

    static func bitsPerSecond(_ text: String) -> Int? {
        for (unit, factor) in [("kbit/s", 1000.0), ("Mbit/s", 1e6), ("Gbit/s", 1e9)] where text.hasSuffix(unit) {
            let number = text.dropLast(unit.utf8.count).trimmingCharacters(in: .whitespaces)
            guard (1...12).contains(number.utf8.count), number.utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 }),
                let value = Double(number), value > 0
            else { return nil }
            let rate = value * factor
            return rate < 1e15 ? Int(rate) : nil
        }
        return nil
    }

    private static func isPin(_ text: String) -> Bool {
        text.utf8.count <= 4096
            && text.split(separator: ";", omittingEmptySubsequences: false).allSatisfy { pin in
                pin.hasPrefix("sha256//") && Data(base64Encoded: String(pin.dropFirst(8)))?.count == 32
            }
    }
}

/// What all destinations share.
public struct UplinkSettings: Sendable, Hashable {
    /// Bits a second, of all destinations together; nil sends as fast as the link takes it.
    public var bandwidth: Int?

    public init(bandwidth: Int? = nil) { self.bandwidth = bandwidth }

    static func decode(_ mapping: YAMLMapping) -> UplinkSettings {
        UplinkSettings(bandwidth: EgressSettings.bandwidth(mapping))
    }
}

extension SecretSource {
    /// Where the file lies, for what reads it itself; nil for a credential of a process that was given none.
    public var path: String? {
        switch self {
        case .file(let path): path
        case .credential(let name):
            ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"].flatMap { $0.isEmpty ? nil : $0 + "/" + name }
        }
    }
}
