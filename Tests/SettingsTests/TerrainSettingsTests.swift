import Testing

@testable import Settings

@Suite struct TerrainSettingsTests {
    static func settings(_ text: String) throws(SettingsError) -> TerrainSettings {
        try GatewaySettings.parse("gateway: {name: g}\nterrain: \(text)\n", file: "/etc/flyonce/f.yaml").terrain
    }

    @Test func `reads what is written, and has defaults for the rest`() throws {
        #expect(try Self.settings("{}") == TerrainSettings())
        let read = try Self.settings("{folder: dem, heights: offset, offset_m: -12.5, error_m: 2}")
        #expect(read.folder == "/etc/flyonce/dem" && read.heights == .offset)
        #expect(read.offset == -12.5 && read.error == 2)
        #expect(try Self.settings("{folder: /srv/dem, heights: egm2008}").folder == "/srv/dem")
    }

    @Test(arguments: [
        "{heights: geoid}", "{heights: offset}", "{offset_m: 3}", "{heights: offset, offset_m: 300}", "{error_m: 0}",
        "{error_m: high}", "{path: dem}",
    ])
    func `refuses what cannot be meant`(text: String) {
        #expect(throws: SettingsError.self) { try Self.settings(text) }
    }
}
