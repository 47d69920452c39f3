import Testing

@testable import Settings

@Suite struct MetadataLogSettingsTests {
    static func settings(_ text: String) throws(SettingsError) -> MetadataLogSettings {
        try GatewaySettings.parse("gateway: {name: g}\nmetadata_log: \(text)\n", file: "f").metadataLog
    }

    @Test func `reads what is written, and has defaults for the rest`() throws {
        #expect(try Self.settings("{}") == MetadataLogSettings())
        let read = try Self.settings("{enabled: false, bytes_per_flight: 2MiB, bytes: 3GiB}")
        #expect(try Self.settings("{bytes: 2MiB}").bytesPerFlight == 2 << 20)
        #expect(!read.isEnabled && read.bytesPerFlight == 2 << 20 && read.bytes == 3 << 30)
    }

    @Test(arguments: [
        "{bytes: 1}", "{bytes_per_flight: 0MiB}", "{bytes_per_flight: 2GiB}", "{flights: 3}",
        "{enabled: often}",
    ])
    func `refuses what cannot be meant`(text: String) {
        #expect(throws: SettingsError.self) { try Self.settings(text) }
    }
}
