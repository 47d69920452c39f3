import Testing

@testable import Settings

@Suite struct `Settings of analysers' feeds` {
    private func source(_ analysis: String) throws -> SourceDefaults {
        let text = """
            gateway: {name: g}
            sources: {uav: {url: "udp://0.0.0.0:5004", analysis: \(analysis)}}
            """
        return try #require(try GatewaySettings.parse(text, file: "/etc/flyonce/f.yaml").sources.first).options
    }

    @Test func `are read, each with what its way needs`() throws {
        let feeds = try source(
            #"""
            [{from: unix, path: /run/a.sock, kind: datagram, dialect: nvmsgconv}, {from: file, path: a.ndjson, offset: auto},
             {from: mqtt, url: "mqtts://b:8883", topics: [frigate/events, other], username: u, camera: yard, size: 1280x720},
             {from: http}]
            """#
        ).analysis
        #expect(feeds.map(\.way) == [.unix, .file, .mqtt, .http])
        #expect(feeds[0].path == "/run/a.sock" && feeds[0].kind == .datagram && feeds[0].dialect == .nvmsgconv)
        #expect(feeds[1].path == "/etc/flyonce/a.ndjson" && feeds[1].feed.offset == .auto && feeds[1].dialect == .auto)
        #expect(feeds[2].topics == ["frigate/events", "other"] && feeds[2].feed.username == "u")
        #expect(feeds[2].camera == "yard" && feeds[2].size == [1280, 720] && feeds[2].feed.url == "mqtts://b:8883")
    }

    @Test(arguments: [
        "[{}]", "[{from: nowhere}]", "[{from: unix}]", "[{from: file}]", "[{from: mqtt, topics: [a]}]",
        #"[{from: mqtt, url: "mqtt://b"}]"#, #"[{from: mqtt, url: "http://b", topics: [a]}]"#,
        "[{from: http, path: /a}]", "[{from: http, dialect: yolo}]", "[{from: http, size: 1280}]",
        "[{from: http, size: 0x720}]", "[{from: http, size: 1x2x3}]", "[{from: http}, {from: http}]",
        "[{from: unix, path: /\(String(repeating: "x", count: 120))}]", "[{from: file, path: a, kind: stream}]",
    ])
    func `are refused when they cannot be meant`(text: String) {
        #expect(throws: SettingsError.self) { try source(text) }
    }

    @Test func `a misspelt way is no other way`() throws {
        let error = #expect(throws: SettingsError.self) { try source("[{from: htttp}, {from: http}]") }
        #expect(error?.complaints.count == 1)
    }

    @Test func `are bounded`() {
        let many = Array(repeating: "{from: file, path: a}", count: 9).joined(separator: ", ")
        #expect(throws: SettingsError.self) { try source("[\(many)]") }
    }
}
