import Testing

/// Rules about what is absent, over a recording whose objects lie beside it.
@Suite struct `Absence over a recording` {
    private static let pack = """
        pack: heads
        version: "1"
        title: {zh: 安全帽, en: Bare heads}
        rules:
          - id: bare-head
            scene_type: worker.no_helmet
            labels: [person]
            when: [object.confidence >= 0.5]
            absence: {of: [helmet, hard_hat], part: head, least_px: 8}

        """

    private static let person = #"{"label":"person","confidence":0.9,"box":[0.4,0.2,0.5,0.8],"track":"1"}"#
    private static let helmet = #"{"label":"helmet","confidence":0.9,"box":[0.42,0.2,0.48,0.25]}"#

    /// Fifty frames with a person each; nil without ffmpeg.
    private func flight(hello labels: String? = nil, _ objects: String = person) async throws -> Scratch? {
        let scratch = try Scratch()
        guard let ffmpeg = Program(installed: "ffmpeg") else {
            print("left out: ffmpeg is not installed")
            return nil
        }
        let made = try await ffmpeg(
            "-hide_banner", "-loglevel", "error", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25:duration=2",
            "-c:v", "libx264", "-bf", "0", scratch.file("c.mp4"))
        guard made.code == 0 else {
            print("left out: ffmpeg has no libx264")
            return nil
        }
        let hello = labels.map { #"{"hello":{"name":"ppe","version":"1","labels":\#($0)}}"# + "\n" } ?? ""
        let lines = (0..<50).map { #"{"pts_us":\#($0 * 40_000),"objects":[\#(objects)]}"# }
        try scratch.write(hello + lines.joined(separator: "\n"), "c.ndjson")
        try scratch.write(Self.pack, "pack.yaml")
        return scratch
    }

    private func replay(_ scratch: Scratch, _ words: [String] = []) async throws -> Outcome {
        try await Program.flyonce.run(
            [
                "replay", "--no-evidence", "--format", "text", scratch.file("c.mp4"), "--rules",
                scratch.file("pack.yaml"),
            ] + words)
    }

    private func expectFired(_ outcome: Outcome) {
        #expect(outcome.code == 0 && outcome.complaint.contains(", 50 detections,"), "\(outcome.description)")
        #expect(outcome.output.contains("worker.no_helmet"), "\(outcome.description)")
        #expect(outcome.output.contains("none of hard_hat, helmet seen on the head"), "\(outcome.description)")
        #expect(!outcome.complaint.contains("declares"), "\(outcome.description)")
    }

    private func expectUndeclared(_ outcome: Outcome) {
        #expect(outcome.code == 0 && outcome.complaint.contains(", 0 detections,"), "\(outcome.description)")
        let notice = "asks for the absence of hard_hat, helmet, and no analyser of the source declares"
        #expect(outcome.complaint.ranges(of: notice).count == 1, "\(outcome.description)")
        #expect(outcome.complaint.contains("rule_undeclared_bare_head 50"), "\(outcome.description)")
    }

    @Test func `is found where the hello beside it says that helmets can be seen`() async throws {
        guard let flight = try await flight(hello: #"["person","helmet"]"#) else { return }
        expectFired(try await replay(flight))
    }

    @Test(arguments: [nil, #"["person"]"#, "[]"])
    func `is not claimed where nobody says so, which is told once`(labels: String?) async throws {
        guard let flight = try await flight(hello: labels) else { return }
        expectUndeclared(try await replay(flight))
    }

    @Test func `is told why where the hello cannot be read`() async throws {
        guard let flight = try await flight(hello: #""helmet""#) else { return }
        let outcome = try await replay(flight)
        expectUndeclared(outcome)
        let why = "message 1 is of another form than its dialect's (bad_form): labels of the hello is no array of texts"
        #expect(outcome.complaint.contains(why), "\(outcome.description)")
    }

    @Test func `is not said to be undeclared where only the first frames are`() async throws {
        guard let flight = try await flight() else { return }
        let lines = (0..<50).map { #"{"pts_us":\#($0 * 40_000),"objects":[\#(Self.person)]}"# }
        let hello = #"{"hello":{"name":"ppe","version":1,"labels":["person","helmet"]}}"#
        try flight.write((lines.prefix(20) + [hello] + lines.suffix(30)).joined(separator: "\n"), "c.ndjson")
        let outcome = try await replay(flight)
        #expect(outcome.complaint.contains(", 30 detections,"), "\(outcome.description)")
        #expect(outcome.complaint.contains("rule_undeclared_bare_head 20"), "\(outcome.description)")
        #expect(!outcome.complaint.contains("does not fire"), "\(outcome.description)")
    }

    @Test func `is found where the settings say so, and the analyser's own word goes before them`() async throws {
        guard let flight = try await flight() else { return }
        expectFired(try await replay(flight, ["--declares", "person, helmet"]))
        expectUndeclared(try await replay(flight, ["--declares", "person"]))
        guard let other = try await self.flight(hello: #"["person"]"#) else { return }
        expectUndeclared(try await replay(other, ["--declares", "person,helmet"]))
    }

    @Test func `is not claimed where a helmet is seen`() async throws {
        guard let flight = try await flight(hello: #"["person","helmet"]"#, "\(Self.person),\(Self.helmet)") else {
            return
        }
        let outcome = try await replay(flight)
        #expect(outcome.code == 0 && outcome.complaint.contains(", 0 detections,"), "\(outcome.description)")
        #expect(!outcome.complaint.contains("undeclared"), "\(outcome.description)")
    }

    @Test func `labels that cannot be meant are a mistake of the command`() async throws {
        guard let flight = try await flight() else { return }
        let outcome = try await replay(flight, ["--declares", "person,,helmet"])
        #expect(
            outcome.code == 2 && outcome.complaint.contains("--declares person,,helmet: is no label"),
            "\(outcome.description)")
    }
}
