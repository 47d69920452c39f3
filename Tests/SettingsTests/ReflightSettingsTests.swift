import Testing

@testable import Settings

@Suite struct ReflightSettingsTests {
    static func settings(_ text: String) throws(SettingsError) -> ReflightSettings {
        try GatewaySettings.parse("gateway: {name: g}\nreflights: \(text)\n", file: "/etc/flyonce/f.yaml").reflights
    }

    @Test func `reads what is written, and has defaults for the rest`() throws {
        #expect(try Self.settings("{}") == ReflightSettings())
        let look = try Self.settings(
            "{size_m: 0.5, pixels: 20, depression_deg: 45, luma_min: 0.2, luma_max: 0.8, sharpness: 80}")
        #expect(look.isEnabled && look.size == 0.5 && look.pixels == 20 && look.depression == 45)
        #expect(look.luma == 0.2...0.8 && look.sharpness == 80)
        let looks = try Self.settings(
            "{looks: 6, look_interval: 1s, looks_over: 5s, views: 3, views_apart_deg: 10, chance_missed: 0.05}")
        #expect(looks.looks == 6 && looks.lookInterval == .seconds(1) && looks.looksOver == .seconds(5))
        #expect(looks.views == 3 && looks.viewsApart == 10 && looks.chanceMissed == 0.05)
        let terms = try Self.settings(
            """
            {enabled: false, clears_after: 1h, overdue_after: 20d, overdue_again_after: 2d, stale_after: 7d,
              verify_within: 90d}
            """)
        #expect(!terms.isEnabled && terms.clearsAfter == .seconds(3600))
        #expect(terms.overdueAfter == .seconds(20 * 86_400) && terms.overdueAgainAfter == .seconds(2 * 86_400))
        #expect(terms.staleAfter == .seconds(7 * 86_400) && terms.verifyWithin == .seconds(90 * 86_400))
    }

    @Test(
        arguments: [
            ("{}", 1.25), ("{size_m: 2}", 0), ("{pixels: 8}", 0), ("{pixels: 8, as_found: 1.5}", 1.5),
            ("{as_found: 0}", 0),
        ])
    func `who states how fine a look must be means it`(text: String, asFound: Double) throws {
        #expect(try Self.settings(text).asFound == asFound)
    }

    @Test(arguments: [
        "{enabled: perhaps}", "{size_m: 0}", "{size_m: 101}", "{pixels: 1}", "{depression_deg: 90}",
        "{depression_deg: -1}", "{luma_min: 0.9, luma_max: 0.9}", "{luma_min: 0.95}", "{luma_max: 0.1}",
        "{luma_max: 1.1}",
        "{sharpness: -1}", "{looks: 0}", "{looks: 101}", "{look_interval: 2m}", "{looks_over: 2}", "{views: 17}",
        "{views_apart_deg: 91}", "{chance_missed: 0}", "{chance_missed: 0.6}", "{clears_after: 31d}",
        "{overdue_after: 1s}",
        "{overdue_again_after: 0s}", "{stale_after: 11y}", "{verify_within: 4000d}", "{gsd_m: 0.05}", "[]",
    ])
    func `refuses what cannot be meant`(text: String) {
        #expect(throws: SettingsError.self) { try Self.settings(text) }
    }

    @Test func `a luma out of order is told at the key that stands there`() throws {
        for (text, key) in [("{luma_min: 0.95}", "luma_min"), ("{luma_max: 0.1}", "luma_max")] {
            let error = #expect(throws: SettingsError.self) { try Self.settings(text) }
            #expect(error?.description.contains("reflights.\(key): luma_min must be less than luma_max") == true)
        }
    }
}
