import Testing

@testable import Settings

@Suite struct `Settings of feeds` {
    private func source(_ telemetry: String) throws -> SourceDefaults {
        let text = """
            gateway: {name: g}
            sources: {uav: {url: "udp://0.0.0.0:5004", telemetry: \(telemetry)}}
            """
        return try #require(try GatewaySettings.parse(text, file: "/etc/flyonce/f.yaml").sources.first).options
    }

    @Test func `are read in their order`() throws {
        let feeds = try source(
            #"[{url: "mavlink+udp://0.0.0.0:14550", system: 1, offset: auto}, {url: video}, {url: flight.tlog, join: start, offset: -350ms}]"#
        ).telemetry
        #expect(feeds.map(\.url) == ["mavlink+udp://0.0.0.0:14550", "video", "/etc/flyonce/flight.tlog"])
        #expect(feeds.map(\.offset) == [.auto, .seconds(0), .seconds(-0.35)])
        #expect(feeds.map(\.join) == [.utc, .utc, .start])
        #expect(feeds[0].system == 1)
    }

    @Test(arguments: [("0s", true), ("-300ms", true), ("auto", false)])
    func `say whether a person stated their offset`(text: String, isStated: Bool) throws {
        #expect(try source("[{url: video, offset: \(text)}]").telemetry.map(\.hasStatedOffset) == [isStated])
        #expect(try source("[{url: video}]").telemetry.map(\.hasStatedOffset) == [false])
    }

    @Test func `estimate the time of the metadata unless told not to`() throws {
        func timing(_ text: String) throws -> SourceDefaults.Timing? {
            try GatewaySettings.parse("gateway: {name: g}\n" + text, file: "f").sources.first?.options.timing
        }
        #expect(try timing("sources: {uav: {url: a.ts}}") == .estimate)
        #expect(try timing("defaults: {timing: off}\nsources: {uav: {url: a.ts}}") == .off)
        #expect(try timing("defaults: {timing: off}\nsources: {uav: {url: a.ts, timing: estimate}}") == .estimate)
        #expect(throws: SettingsError.self) { try timing("sources: {uav: {url: a.ts, timing: sometimes}}") }
    }

    @Test(arguments: [
        #"[{url: "mavlnk+udp://0.0.0.0:1"}]"#, #"[{url: video, offset: often}]"#, #"[{url: video, offset: 12}]"#,
        #"[{url: video, offset: 25h}]"#, "[{}]", #"[{url: video, system: 300}]"#, #"[{url: video, sistem: 1}]"#,
        #"[{url: video, password_file: a, password_credential: b}]"#,
    ])
    func `are refused when they cannot be meant`(text: String) {
        #expect(throws: SettingsError.self) { try source(text) }
    }

    @Test func `are bounded`() {
        let many = Array(repeating: "{url: video}", count: 9).joined(separator: ", ")
        #expect(throws: SettingsError.self) { try source("[\(many)]") }
    }
}
