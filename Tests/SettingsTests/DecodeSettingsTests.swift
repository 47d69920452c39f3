import Inspection
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

    @Test func `the camera's field of view is given by its sides or its diagonal`() throws {
        #expect(try !options("klv: {}").camera.isKnown)
        #expect(try options("camera: {hfov_deg: 70, vfov_deg: 42}").camera == FieldOfView(horizontal: 70, vertical: 42))
        let feed = #"telemetry: [{url: "mqtts://b"}]"#
        #expect(try options(feed).lacksFieldOfView)
        #expect(try !options(feed + ", camera: {dfov_deg: 84}").lacksFieldOfView)
        for bad in ["{hfov_deg: 0}", "{hfov_deg: 180}", "{hfov_deg: 70, dfov_deg: 84}", "{fov: 70}"] {
            #expect(throws: SettingsError.self) { try options("camera: \(bad)") }
        }
    }

    @Test(arguments: ["sample_rate: 0", "sample_rate: 61", "sample_rate: .nan", "decoders: vaapi", "decode: some"])
    func `what cannot be meant is refused`(line: String) {
        #expect(throws: SettingsError.self) { try options(line) }
    }
}
