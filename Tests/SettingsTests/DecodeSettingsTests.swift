import Testing

@testable import Settings

@Suite struct DecodeSettingsTests {
    private func options(_ lines: String) throws -> SourceDefaults {
        let text = """
            gateway: {name: g}
            sources:
              a: {url: /a.ts, \(lines)}
            """
        return try #require(try GatewaySettings.parse(text, file: "f.yaml").sources.first).options
    }

    @Test func `what is decoded follows from the rules where nothing is said`() throws {
        let plain = try options("klv: {}")
        #expect(plain.decode == .auto && plain.sampleRate == 2 && plain.decoders == .auto)
        let said = try options("decode: sampled, sample_rate: 0.5, decoders: software")
        #expect(said.decode == .sampled && said.sampleRate == 0.5 && said.decoders == .software)
    }

    @Test(arguments: ["sample_rate: 0", "sample_rate: 61", "sample_rate: .nan", "decoders: vaapi", "decode: some"])
    func `what cannot be meant is refused`(line: String) {
        #expect(throws: SettingsError.self) { try options(line) }
    }
}
