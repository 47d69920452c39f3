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

    @Test func `say what an analyser can see, for one feed or for the whole source`() throws {
        let own = try source(
            "[{from: http, declares: [person, 安全帽]}, {from: unix, path: /a}, {from: file, path: b, declares: []}]")
        #expect(own.analysis.map(\.declares) == [["person", "安全帽"], nil, []])
        #expect(own.declares == [])
        let text = """
            gateway: {name: g}
            defaults: {declares: [person]}
            sources: {a: {url: /a.ts}, b: {url: /b.ts, declares: [person, helmet]}, c: {url: /c.ts, declares: []}}
            """
        #expect(
            try GatewaySettings.parse(text, file: "f").sources.map(\.options.declares)
                == [["person"], ["person", "helmet"], []])
    }

    @Test(arguments: [
        ("declares: [helmet, \"*\"]", "f:2:31: defaults.declares[1]: is no label that an analyser could give"),
        ("declares: [\" \"]", "f:2:23: defaults.declares[0]: is no label"),
        ("declares: [\"\"]", "f:2:23: defaults.declares[0]: is no label"),
        ("declares: helmet", "f:2:22: defaults.declares: must be a list"),
        ("declares: [{a: b}]", "f:2:23: defaults.declares[0]: must be text"),
        ("declares: [\(String(repeating: "x", count: 129))]", "is longer than 128 bytes"),
        (
            "declares: [\((0...1000).map { "l\($0)" }.joined(separator: ","))]",
            "f:2:22: defaults.declares: has more than 1000 labels"
        ),
        (
            "analysis: [{from: http, declares: [\"*\"]}]",
            "f:2:47: defaults.analysis[0].declares[0]: is no label that an analyser could give"
        ),
    ])
    func `labels that cannot be meant are told with line and column`(_ key: String, _ expected: String) {
        let error = #expect(throws: SettingsError.self) {
            try GatewaySettings.parse("gateway: {name: g}\ndefaults: {\(key)}\n", file: "f")
        }
        #expect(error?.complaints.count == 1)
        #expect(error?.description.contains(expected) ?? false, "\(error?.description ?? "")")
    }

    @Test func `are bounded`() {
        let many = Array(repeating: "{from: file, path: a}", count: 9).joined(separator: ", ")
        #expect(throws: SettingsError.self) { try source("[\(many)]") }
    }
}
