import Inspection
import Testing

@testable import Settings

@Suite struct EgressSettingsTests {
    static func destination(_ lines: String) throws(SettingsError) -> DestinationSettings? {
        try GatewaySettings.parse(
            "gateway: {name: g}\ndestinations:\n  city: {kind: four-platform, url: \"https://p.example\", \(lines)}\n",
            file: "/etc/flyonce/f.yaml"
        ).destinations.first
    }

    @Test func `reads what is written, and has defaults for the rest`() throws {
        let plain = try #require(try Self.destination("egress: {}")).egress
        #expect(plain.bandwidth == nil && plain.compression == .off && plain.parallel == 4)
        #expect(plain.clientCertificate == nil && plain.allowedAddresses.isEmpty && plain.proxy == nil)
        let pin = "sha256//" + String(repeating: "A", count: 43) + "="
        let egress = try #require(
            try Self.destination(
                """
                egress: {bandwidth: 512 kbit/s, compression: gzip, parallel: 16, client_certificate_file: gw.pem,
                  client_key_credential: gw-key, pinned_public_key: "\(pin);\(pin)",
                  allowed_addresses: [10.20.0.0/16, "2001:db8::1"], proxy: "http://proxy.example:3128"}
                """)
        ).egress
        #expect(egress.bandwidth == 512_000 && egress.compression == .gzip && egress.parallel == 16)
        #expect(egress.clientCertificate == "/etc/flyonce/gw.pem" && egress.clientKey == .credential("gw-key"))
        #expect(egress.allowedAddresses == ["10.20.0.0/16", "2001:db8::1"])
        #expect(egress.pinnedPublicKey == "\(pin);\(pin)" && egress.proxy == "http://proxy.example:3128")
    }

    @Test(
        arguments: [
            ("64 kbit/s", 64_000), ("2Mbit/s", 2_000_000), ("0.5 Mbit/s", 500_000), ("10 Gbit/s", 10_000_000_000),
            ("512", nil), ("512 kB/s", nil), ("-1 kbit/s", nil), ("1e3 kbit/s", nil), ("kbit/s", nil),
            ("0 kbit/s", nil),
            ("999999999999 Gbit/s", nil), ("nan kbit/s", nil), ("1.2.3 kbit/s", nil),
        ] as [(String, Int?)]) func `a bandwidth is said with its unit`(text: String, bits: Int?)
    {
        #expect(EgressSettings.bitsPerSecond(text) == bits)
    }

    @Test(arguments: [
        "{bandwidth: 1 kbit/s}", "{bandwidth: 512}", "{compression: zip}", "{parallel: 0}", "{parallel: 65}",
        "{client_certificate_file: a.pem}", "{client_key_file: a.pem}", "{pinned_public_key: abc}",
        "{pinned_public_key: sha256//abc}", "{proxy: socks}", "{speed: 1}", "[]",
    ]) func `refuses what cannot be meant`(egress: String) {
        #expect(throws: SettingsError.self) { try Self.destination("egress: \(egress)") }
    }

    @Test(arguments: [
        ("app-key", true), ("hmac-sha256", true), ("hmac-sm3", true), ("sm2", true), ("bearer", false),
    ]) func `nothing packs what was signed`(scheme: String, isRefused: Bool) throws {
        let lines = "signing: {scheme: \(scheme), key_id: k, secret_file: s}, egress: {compression: gzip}"
        do {
            _ = try Self.destination(lines)
            #expect(!isRefused)
        } catch {
            let text = "\(error)"
            #expect(isRefused && text.contains("compression") && text.contains(scheme), "\(text)")
            #expect(text.contains("f.yaml:3:"), "\(text)")
        }
    }

    @Test(arguments: [
        ("p.example", "", 1), ("P", "", 1), ("p.example.org", "", 1), ("pp.example", "", 0), ("q", "", 0), ("", "", 0),
        ("p", "egress: {allowed_addresses: [127.0.1.1]}", 0), ("p", "enabled: false", 0),
    ]) func `a destination that is this machine by its name is said`(own: String, lines: String, count: Int) throws {
        let settings = try GatewaySettings.parse(
            "gateway: {name: g}\ndestinations:\n  city: {kind: four-platform, url: \"https://p.example\", \(lines)}\n",
            file: "/etc/flyonce/f.yaml")
        let said = settings.destinationsNamedAs(host: own)
        #expect(said.count == count && said.allSatisfy { $0.contains("egress.allowed_addresses") }, "\(said)")
    }

    @Test func `what all destinations share has a limit of its own`() throws {
        let settings = try GatewaySettings.parse(
            "gateway: {name: g}\nuplink: {bandwidth: 2 Mbit/s}\n", file: "/etc/flyonce/f.yaml")
        #expect(settings.uplink.bandwidth == 2_000_000)
        #expect(
            settings.changes(in: try GatewaySettings.parse("gateway: {name: g}\n", file: "/f.yaml")).contains("uplink"))
    }

    @Test func `a release may speak of areas`() throws {
        let release = try #require(
            try Self.destination("release: {default: auto, areas: {school-*: review, reservoir: never, \"*\": auto}}")
        ).release
        #expect(release.areas == ["school-*": .review, "reservoir": .never, "*": .auto])
        #expect(throws: SettingsError.self) { try Self.destination("release: {areas: {\"*-school\": auto}}") }
        #expect(throws: SettingsError.self) { try Self.destination("release: {areas: {school: perhaps}}") }
    }
}
