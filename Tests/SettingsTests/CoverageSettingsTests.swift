import Testing

@testable import Settings

@Suite struct CoverageSettingsTests {
    static func settings(_ text: String) throws(SettingsError) -> CoverageSettings {
        try GatewaySettings.parse("gateway: {name: g}\ncoverage: \(text)\n", file: "/etc/flyonce/f.yaml").coverage
    }

    @Test func `reads what is written, and has defaults for the rest`() throws {
        #expect(try Self.settings("{}") == CoverageSettings())
        let read = try Self.settings("{enabled: false, gsd_m: 0.25, utc_offset: \"+08:00\"}")
        #expect(!read.isEnabled && read.gsd == 0.25 && read.utcOffsetSeconds == 28_800)
    }

    @Test(arguments: ["{gsd_m: 0}", "{gsd_m: 500}", "{utc_offset: east}", "{enabled: perhaps}", "{cell_m: 1}"])
    func `refuses what cannot be meant`(text: String) {
        #expect(throws: SettingsError.self) { try Self.settings(text) }
    }
}
