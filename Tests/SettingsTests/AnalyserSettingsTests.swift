import Testing

@testable import Settings

@Suite struct AnalyserSettingsTests {
    private func analyser(_ lines: String, defaults: String = "{}") throws -> AnalyserSettings {
        let text = """
            gateway: {name: g}
            defaults: \(defaults)
            sources:
              a: {url: /a.ts, analyser: {\(lines)}}
            """
        return try #require(try GatewaySettings.parse(text, file: "/etc/f.yaml").sources.first).options.analyser
    }

    @Test func `every figure can be said, and a program beside the file is found`() throws {
        var expected = AnalyserSettings()
        expected.command = ["/etc/bin/look", "--model", "./m.onnx"]
        expected.rate = 0.5
        expected.width = 1280
        expected.timeout = .milliseconds(500)
        expected.queue = 4
        #expect(
            try analyser("command: [bin/look, --model, ./m.onnx], rate: 0.5, width: 1280, timeout: 500ms, queue: 4")
                == expected)
        #expect(try analyser("command: [python3, x.py]").command == ["python3", "x.py"])
    }

    @Test func `a source takes what it does not say from the defaults, and may have none`() throws {
        let defaults = "{analyser: {command: [look], width: 320}}"
        let own = try analyser("rate: 4", defaults: defaults)
        #expect(own.command == ["look"] && own.width == 320 && own.rate == 4)
        #expect(try analyser("command: []", defaults: defaults).command.isEmpty)
    }

    @Test(arguments: [
        "rate: 0", "rate: 61", "width: 8", "timeout: 1ms", "queue: 0", "queue: 17", "command: 7x: y", "fps: 2",
    ])
    func `what cannot be meant is refused`(line: String) {
        #expect(throws: SettingsError.self) { try analyser(line) }
    }
}
