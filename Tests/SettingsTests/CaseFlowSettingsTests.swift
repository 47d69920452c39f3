import Testing

@testable import Settings

/// Destinations that are no plain case flow.
@Suite struct CaseFlowSettingsTests {
    private static func parsed(_ destination: String) throws -> DestinationSettings {
        let settings = try GatewaySettings.parse(
            "gateway: {name: g}\ndestinations:\n  x:\n    url: https://x.example\n\(destination)", file: "f")
        return try #require(settings.destinations.first)
    }

    @Test func `every kind has what is its own`() throws {
        let city = try Self.parsed(
            """
                kind: four-platform
                template: flows/mine.yaml
                template_settings: {code: "1"}
                signing: {scheme: hmac-sm3, key_id: k, secret_credential: s, headers: {X-A: "${signature}"}, zone: "+08:00"}
                callback: {scheme: sm2, secret_file: p.pem, nonce_header: X-N, form: raw}
                media_url: https://m.example/{sha256}

            """)
        #expect(city.template == "flows/mine.yaml" && city.templateSettings == ["code": "1"])
        let signing = try #require(city.signing)
        #expect(
            signing.scheme == .hmacSM3 && signing.headers == ["X-A": "${signature}"] && signing.zoneSeconds == 28_800)
        #expect(signing.secret == .credential("s") && city.callback?.form == .raw && city.callback?.scheme == .sm2)
        let other = try Self.parsed(
            "    kind: open311\n    open311: {services: {\"waste.*\": \"6\"}, updates: true, settling: 5s}\n")
        #expect(other.open311.services == ["waste.*": "6"] && other.open311.sendsUpdates)
        #expect(other.open311.settling == .seconds(5) && other.open311.listLimit == 1000)
        let bus = try Self.parsed("    kind: cloudevents\n    cloudevents: {batch: 8}\n")
        #expect(bus.cloudEvents.batch == 8 && bus.cloudEvents.mode == .structured)
        #expect(try Self.parsed("    kind: four-platform\n    template: city-json\n").template == "city-json")
    }

    @Test(arguments: [
        ("kind: webhook\n    secret_file: s\n    signing: {scheme: bearer, secret_file: s}", "destinations.x.signing"),
        ("kind: cloudevents\n    template: city-json", "destinations.x.template"),
        ("kind: cloudevents\n    callback: {scheme: sm2, secret_file: s}", "destinations.x.callback"),
        ("kind: open311", "destinations.x.open311"),
        ("kind: four-platform\n    open311: {}\n    cloudevents: {mode: binary}", "destinations.x.cloudevents"),
        ("kind: cloudevents\n    cloudevents: {mode: binary, batch: 2}", "destinations.x.cloudevents.mode"),
        ("kind: cloudevents\n    cloudevents: {batch: 101}", "destinations.x.cloudevents.batch"),
        ("kind: cloudevents\n    secret_file: s", "has no secret"),
        ("kind: four-platform\n    signing: {scheme: sm9, secret_file: s}", "destinations.x.signing.scheme"),
        ("kind: four-platform\n    signing: {scheme: sm2}", "needs a secret"),
        ("kind: four-platform\n    signing: {scheme: app-key, secret_file: s}", "signing.key_id"),
        ("kind: four-platform\n    signing: {scheme: oauth2, key_id: a, secret_file: s}", "signing.token_url"),
        (
            "kind: four-platform\n    signing: {scheme: oauth2, key_id: a, secret_file: s, token_url: 'http://idp.example'}",
            "signing.token_url"
        ),
        ("kind: four-platform\n    signing: {scheme: sm2, secret_file: s, zone: east}", "signing.zone"),
        ("kind: four-platform\n    media_url: https://m.example/x", "destinations.x.media_url"),
        ("kind: four-platform\n    cases_a_poll: 0", "destinations.x.cases_a_poll"),
    ]) func `what does not go together is refused`(text: String, complaint: String) {
        let error = #expect(throws: SettingsError.self) { try Self.parsed("    \(text)\n") }
        #expect(error?.description.contains(complaint) == true, "\(error?.description ?? "")")
    }
}
