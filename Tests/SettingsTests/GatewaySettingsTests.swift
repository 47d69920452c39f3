import Foundation
import Inspection
import LocatedYAML
import Testing

@testable import Settings

@Suite struct GatewaySettingsTests {
    static func complaints(_ text: String) -> [String] {
        do {
            _ = try GatewaySettings.parse(text, file: "/etc/flyonce/f.yaml")
            return []
        } catch {
            return error.complaints.map { String($0.description.dropFirst("/etc/flyonce/f.yaml:".count)) }
        }
    }

    static let least = "gateway: {name: g}\n"

    @Test func `the name alone is enough, and the rest has its defaults`() throws {
        let settings = try GatewaySettings.parse(Self.least, file: "f.yaml")
        #expect(settings.name == Name("g"))
        #expect(settings.role == .gateway)
        #expect(settings.stateDirectory == "/var/lib/flyonce")
        #expect(settings.http == HTTPSettings(host: "127.0.0.1", port: 8080, publicURL: nil))
        #expect(settings.sources.isEmpty && settings.destinations.isEmpty)
        #expect(settings.rules == RulesSettings(catalogue: nil, packs: nil))
        #expect(
            settings.joining
                == JoiningSettings(
                    openAfterSightings: 3, joinRadius: 6, acrossFlights: true, dismissedFor: .seconds(90 * 86_400),
                    recursAfter: .seconds(3600)))
        #expect(
            settings.evidence == EvidenceSettings(pictureQuality: 90, clipBefore: .seconds(5), clipAfter: .seconds(5)))
    }

    @Test func `a source has the global defaults with its own values over them`() throws {
        let text =
            Self.least + """
                defaults:
                  flight_gap: 1m
                  pose_errors: {yaw_deg: 3, pitch_deg: 1}
                  packs: [a]
                  preroll: {seconds: 30}
                  ground_height_hae_m: 92
                sources:
                  one: {url: in/one.ts}
                  two:
                    url: rtsp://user:pass@10.0.0.1/live
                    enabled: false
                    flight_gap: 90s
                    pose_errors: {yaw_deg: 0.3}
                    packs: [b, c]
                    preroll: {bytes: 8MiB}
                    klv: {checksum: lenient}
                  three: {url: "folder:///media/card", folder: {after: move, settle: 20s}}
                """
        let sources = try GatewaySettings.parse(text, file: "/etc/flyonce/f.yaml").sources
        #expect(sources.map(\.name.text) == ["one", "two", "three"])
        #expect(sources[0].options.afterReading == .leave && sources[0].options.settle == .seconds(5))
        #expect(sources[2].options.afterReading == .move && sources[2].options.settle == .seconds(20))
        #expect(sources[2].url == "folder:///media/card")
        #expect(sources[0].url == "/etc/flyonce/in/one.ts")
        #expect(sources[0].isEnabled)
        #expect(sources[0].options.flightGap == .seconds(60))
        #expect(sources[0].options.poseErrors.errors().yaw == 3)
        #expect(sources[0].options.packs == ["a"])
        #expect(!sources[1].isEnabled)
        #expect(sources[1].options.flightGap == .seconds(90))
        #expect(sources[1].options.poseErrors.errors().yaw == 0.3)
        #expect(sources[1].options.poseErrors.errors().pitch == 1)
        #expect(sources[1].options.poseErrors.errors().horizontal == PoseErrors().horizontal)
        #expect(sources[1].options.packs == ["b", "c"])
        #expect(sources[1].options.prerollSeconds == 30)
        #expect(sources[1].options.prerollBytes == 8 << 20)
        #expect(sources[1].options.groundHeightHAE == 92)
        #expect(sources[1].options.klvChecksum == .lenient)
    }

    @Test func `everything wrong is said at once, with line, column and a hint`() {
        let text = """
            gateway: {name: Gateway 1, role: hub}
            htp: {}
            http: {listen: 8080}
            defaults: {decode: key_frames, flight_gap: 30}
            sources:
              UAV: {url: gopher://host:1}
              b: {ulr: x}
              c:
            destinations:
              d: {kind: webhok, url: ftp://x}
              e: {kind: webhook, url: https://x.example}
              f: {kind: four-platform, url: "http://10.0.0.5", token_file: a, token_credential: b}
              g: {kind: four-platform, url: "https://u:p@x.example", secret_file: s, release: {scene_types: {Waste: auto}}}
            """
        #expect(
            Self.complaints(text) == [
                "1:17: gateway.name: a name is 1 to 63 of a–z, 0–9 and hyphen (such as changshan-01)",
                "1:34: gateway.role: must not be \"hub\" (one of: gateway)",
                "2:1: htp: unknown key (did you mean http?)",
                "3:16: http.listen: must be an address and a port (such as 127.0.0.1:8080 or [::1]:8080)",
                "4:20: defaults.decode: must not be \"key_frames\" (did you mean keyframes?)",
                "4:44: defaults.flight_gap: must be a time with its unit, not \"30\" (such as 500ms, 30s, 5m, 2h or 1d)",
                "6:8: sources.UAV: a name is 1 to 63 of a–z, 0–9 and hyphen",
                "6:14: sources.UAV.url: the scheme gopher cannot be read (one of: file, folder, http, https, rtmp, rtmps, rtsp, rtsps, rtspt, srt, udp)",
                "7:6: sources.b.url: is missing (add url: …)",
                "7:7: sources.b.ulr: unknown key (did you mean url?)",
                "8:5: sources.c: is empty",
                "8:5: sources.c.url: is missing (add url: …)",
                "10:6: destinations.d: a webhook needs a secret (add secret_file: … or secret_credential: …)",
                "10:13: destinations.d.kind: must not be \"webhok\" (did you mean webhook?)",
                "10:26: destinations.d.url: must be an https address without a user name or password (such as "
                    + "https://platform.example; tokens come from token_file or token_credential)",
                "11:6: destinations.e: a webhook needs a secret (add secret_file: … or secret_credential: …)",
                "12:33: destinations.f.url: would send findings and tokens unencrypted (use https, or set "
                    + "allow_plain_http: true inside a network you trust)",
                "12:85: destinations.f.token_credential: stands beside token_file (keep one of them)",
                "13:6: destinations.g: a four-platform destination has no secret (use token_file or token_credential)",
                "13:33: destinations.g.url: must be an https address without a user name or password (such as "
                    + "https://platform.example; tokens come from token_file or token_credential)",
                "13:97: destinations.g.release.scene_types: \"Waste\" is no scene type, no family and not * (such as "
                    + "waste.exposed, waste.* or *)",
            ])
    }

    @Test(arguments: [
        ("https://platform.example/x", false, true), ("http://127.0.0.1:9000", false, true),
        ("http://[::1]:9000", false, true),
        ("http://localhost", false, true), ("http://10.0.0.5", true, true), ("http://10.0.0.5", false, false),
        ("http://127.0.0.1.evil.example", false, false), ("http://localhost.evil.example", false, false),
        ("http://127.evil.0.1", false, false), ("https://", false, false), ("https://h:99999", false, false),
        ("https://a b", false, false), ("platform.example", false, false), ("https://u@h", false, false),
    ])
    func `findings go unencrypted only to this machine or where it was allowed`(url: String, plain: Bool, valid: Bool) {
        let text =
            Self.least + "destinations: {d: {kind: four-platform, url: \"\(url)\", allow_plain_http: \(plain)}}\n"
        #expect(Self.complaints(text).isEmpty == valid, "\(Self.complaints(text))")
    }

    @Test(arguments: [
        ("0.0.0.0:80", "0.0.0.0", 80), ("[::1]:8080", "::1", 8080), ("[::]:1", "::", 1),
    ])
    func `an address to listen on`(text: String, host: String, port: Int) throws {
        let settings = try GatewaySettings.parse(Self.least + "http: {listen: \"\(text)\"}\n", file: "f")
        #expect(settings.http.host == host && settings.http.port == port)
    }

    @Test(arguments: [
        "", ":", "1.2.3:80", "1.2.3.4", "1.2.3.4:0", "1.2.3.4:65536", "host:80", "[::1]", "[x]:80", "256.1.1.1:80",
    ])
    func `what is no address to listen on`(text: String) {
        #expect(Self.complaints(Self.least + "http: {listen: \"\(text)\"}\n").count == 1)
    }

    @Test func `a destination is decoded whole`() throws {
        let text =
            Self.least + """
                destinations:
                  hook:
                    kind: webhook
                    url: https://h.example/a
                    secret_file: keys/now
                    former_secret_credential: old
                    release: {default: never, scene_types: {waste.exposed: auto, smoke.*: review}}
                    retry: {initial: 1s, maximum: 1m}
                    timeout: 10s
                """
        let hook = try #require(try GatewaySettings.parse(text, file: "/c/f.yaml").destinations.first)
        #expect(hook.secrets == [.file("/c/keys/now"), .credential("old")])
        #expect(
            hook.release
                == ReleaseSettings(otherwise: .never, sceneTypes: ["waste.exposed": .auto, "smoke.*": .review]))
        #expect(hook.retryInitial == .seconds(1) && hook.retryMaximum == .seconds(60) && hook.timeout == .seconds(10))
        #expect(!hook.isEntitledToOriginals)
    }

    @Test(
        arguments: [
            ("", nil), ("jurisdiction: ~", nil), ("jurisdiction: cn", .shipped("cn")),
            ("jurisdiction: county.yaml", .file("/c/county.yaml")),
            ("jurisdiction: law/cn.yml", .file("/c/law/cn.yml")),
            ("jurisdiction: /etc/law", .file("/etc/law")),
        ] as [(String, JurisdictionSettings?)])
    func `a jurisdiction is a name, a file of the settings' folder, or none`(
        text: String, expected: JurisdictionSettings?
    ) throws {
        let settings = try GatewaySettings.parse(Self.least + text + "\n", file: "/c/f.yaml")
        #expect(settings.jurisdiction == expected)
    }

    @Test func `a jurisdiction is text and not empty`() {
        #expect(Self.complaints(Self.least + "jurisdiction: \"\"\n").first?.contains("must not be empty") == true)
        #expect(Self.complaints(Self.least + "jurisdiction: [cn]\n").first?.contains("jurisdiction") == true)
    }

    @Test(
        arguments: [
            ("{}", nil, [:]), ("{default: ~}", nil, [:]), ("{default: auto}", .auto, ["*": .auto]),
            ("{scene_types: {waste.*: never}}", nil, ["waste.*": .never]),
            ("{default: auto, scene_types: {\"*\": never}}", .auto, ["*": .never]),
        ] as [(String, Release?, [String: Release])])
    func `a release without a default says nothing of what it does not name`(
        text: String, otherwise: Release?, patterns: [String: Release]
    ) throws {
        let settings = try GatewaySettings.parse(
            Self.least + """
                destinations:
                  city: {kind: four-platform, url: "https://p.example", release: \(text)}

                """, file: "f")
        let release = try #require(settings.destinations.first).release
        #expect(release.otherwise == otherwise && release.patterns == patterns)
    }

    @Test func `a case flow may call back, a webhook's receiver may not`() throws {
        let text =
            Self.least + """
                destinations:
                  city: {kind: KIND, url: "https://p.example", secret_file: s, callback_secret_credential: word}

                """
        let flow = text.replacing("KIND", with: "four-platform").replacing("secret_file: s, ", with: "")
        let city = try #require(try GatewaySettings.parse(flow, file: "/c/f.yaml").destinations.first)
        #expect(city.callbackSecret == .credential("word") && city.secrets.isEmpty)
        let complaints = Self.complaints(text.replacing("KIND", with: "webhook"))
        #expect(complaints.count == 1)
        #expect(complaints.first?.contains("destinations.city.callback_secret_credential") == true)
    }

    @Test func `an empty file lacks the name, and every prefix of the packaged file is survived`() throws {
        #expect(Self.complaints("").count == 1)
        let text = try String(contentsOf: ReferenceFileTests.file, encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for count in stride(from: 0, to: lines.count, by: 3) {
            _ = Self.complaints(lines.prefix(count).joined(separator: "\n"))
        }
    }

    @Test func `a file that is not there is a settings error`() {
        #expect(throws: SettingsError.self) { try GatewaySettings.load("/nonexistent/flyonce.yaml") }
    }
}
