import Foundation
import Testing

/// What is wrong is said in one sentence that names it, on standard error, with the exit code of its kind.
@Suite struct BadInputTests {
    /// No stack trace, no Swift type, no empty sentence: something for the person who typed the command.
    static func expect(
        _ outcome: Outcome, code: Int32, says words: [String], location: SourceLocation = #_sourceLocation
    ) {
        #expect(outcome.code == code, "\(outcome.description)", sourceLocation: location)
        for word in words {
            #expect(
                outcome.complaint.contains(word), "\(word) is not in: \(outcome.complaint)", sourceLocation: location)
        }
        for sign in [
            "Fatal error", "Error Domain", "NSCocoa", "Optional(", "DecodingError", "SourceError(", "StoreError(",
        ] {
            #expect(!outcome.complaint.contains(sign), "\(outcome.complaint)", sourceLocation: location)
        }
        let last = outcome.complaint.split(separator: "\n").last ?? ""
        #expect(last.count > 15, "\(outcome.complaint)", sourceLocation: location)
    }

    // MARK: Files

    @Test(arguments: ["inspect", "replay"])
    func `a missing file`(command: String) async throws {
        let outcome = try await Program.flyonce(command, "/nowhere/flight.ts")
        Self.expect(outcome, code: 65, says: ["/nowhere/flight.ts"])
        #expect(outcome.output.isEmpty)
    }

    @Test(arguments: [("inspect", "directory"), ("replay", "holds no recording")])
    func `a directory with nothing in it`(command: String, says: String) async throws {
        let scratch = try Scratch()
        Self.expect(try await Program.flyonce(command, scratch.path), code: 65, says: [scratch.path, says])
    }

    @Test(arguments: ["inspect", "replay"])
    func `an empty file`(command: String) async throws {
        let scratch = try Scratch()
        let path = try scratch.write("", "hollow.ts")
        Self.expect(try await Program.flyonce(command, path), code: 65, says: ["hollow.ts", "empty"])
    }

    @Test(arguments: ["inspect", "replay"])
    func `text in place of video`(command: String) async throws {
        let scratch = try Scratch()
        let path = try scratch.write(String(repeating: "Dear Sir or Madam,\n", count: 2000), "letter.ts")
        Self.expect(try await Program.flyonce(command, path), code: 65, says: ["letter.ts"])
    }

    @Test func `a video codec that is none of ours`() async throws {
        guard let ffmpeg = Program(installed: "ffmpeg") else {
            print("left out: ffmpeg is not installed")
            return
        }
        let scratch = try Scratch()
        let made = try await ffmpeg(
            "-hide_banner", "-loglevel", "error", "-f", "lavfi", "-i", "testsrc=size=160x120:rate=10:duration=2",
            "-c:v",
            "mpeg4", "-f", "mpegts", scratch.file("mpeg4.ts"))
        try #require(made.code == 0, "\(made.description)")
        Self.expect(
            try await Program.flyonce("replay", scratch.file("mpeg4.ts")), code: 65, says: ["mpeg4.ts", "H.264"])
        let last = try await Program.flyonce("replay", scratch.file("mpeg4.ts")).complaint.split(separator: "\n").last
        #expect(last?.contains("mpeg4.ts") == true, "the sentence does not name the file: \(last ?? "")")
    }

    @Test func `a bad file is complained of once, by its name`() async throws {
        let scratch = try Scratch()
        let path = try scratch.write(String(repeating: "Dear Sir or Madam,\n", count: 2000), "letter.ts")
        let outcome = try await Program.flyonce("replay", path)
        let complaints = outcome.complaint.split(separator: "\n").filter { $0.contains("letter.ts holds no") }
        #expect(complaints.count == 1, "\(outcome.complaint)")
    }

    @Test func `a stream cut inside a packet gives what was found until then`() async throws {
        let golden = try #require(GoldenCase.all.first { $0.name == "two-piles-15-m-apart" })
        let flight = try await golden.flight()
        let content = try bytes(of: flight.video)
        let path = try flight.scratch.write(Array(content.prefix(content.count * 2 / 3 / 188 * 188 + 77)), "cut.ts")
        let (findings, _) = try await golden.replay(path)
        #expect(findings.count == 2)
    }

    @Test func `damaged metadata between good packets is counted and costs nothing else`() async throws {
        let golden = try #require(GoldenCase.all.first { $0.name == "two-piles-15-m-apart" })
        let flight = try await golden.flight()
        var content = try bytes(of: flight.video)
        let packets = TransportPackets.metadata(in: content)
        #expect(packets.count > 60)
        // Every tenth metadata packet of the stream is overwritten from its fortieth byte on.
        for (index, start) in packets.enumerated() where index % 10 == 5 {
            for offset in 40..<188 { content[start + offset] = UInt8(truncatingIfNeeded: offset &* 37 &+ index) }
        }
        let path = try flight.scratch.write(content, "garbage.ts")
        let (findings, outcome) = try await golden.replay(path)
        #expect(findings.count == 2)
        #expect(outcome.complaint.contains("bad_") || outcome.complaint.contains("damaged"), "\(outcome.complaint)")
        let inspected = try await Program.flyonce("inspect", "--strict", path)
        Self.expect(inspected, code: 65, says: ["garbage.ts", "damaged"])
    }

    @Test func `a stream without metadata has nothing to inspect, and gives no findings`() async throws {
        guard let ffmpeg = Program(installed: "ffmpeg") else {
            print("left out: ffmpeg is not installed")
            return
        }
        let scratch = try Scratch()
        let path = scratch.file("bare.ts")
        let golden = try #require(GoldenCase.all.first { $0.name == "own-pack" })
        let flight = try await golden.flight()
        let made = try await ffmpeg(
            "-hide_banner", "-loglevel", "error", "-i", flight.video, "-map", "0:v", "-c", "copy", "-f", "mpegts", path)
        try #require(made.code == 0, "\(made.description)")
        Self.expect(try await Program.flyonce("inspect", path), code: 65, says: ["bare.ts", "without metadata"])
        #expect(try await golden.replay(path).findings.isEmpty)
    }

    @Test func `one bad file among several stops nothing that was not begun`() async throws {
        let golden = try #require(GoldenCase.all.first { $0.name == "own-pack" })
        let flight = try await golden.flight()
        let outcome = try await Program.flyonce("replay", flight.video, "/nowhere/second.ts")
        Self.expect(outcome, code: 65, says: ["/nowhere/second.ts"])
    }

    // MARK: Rules and scenarios

    static let packs: [(name: String, text: String, complaints: [String])] = [
        ("key", "    sceen_type: waste.exposed", ["pack.yaml:6:5:", "sceen_type", "scene_type"]),
        ("scene", "    scene_type: waste.exposedd", ["pack.yaml:6:17:", "waste.exposedd", "waste.exposed"]),
        (
            "type", "    scene_type: waste.exposed\n    when: [object.confidence >= 'much']",
            ["pack.yaml:7:", "when[0]"]
        ),
        ("syntax", "    scene_type: waste.exposed\n    when: [object.confidence >=]", ["pack.yaml:7:", "when[0]"]),
        (
            "name", "    scene_type: waste.exposed\n    when: [object.confidense > 0.5]",
            ["pack.yaml:7:", "confidense", "confidence"]
        ),
        ("yaml", "    scene_type: [waste", ["pack.yaml:"]),
    ]

    @Test(arguments: packs)
    func `a wrong rule pack is named with line and column`(
        pack: (name: String, text: String, complaints: [String])
    ) async throws {
        let scratch = try Scratch()
        let path = try scratch.write(
            "pack: p\nversion: \"1\"\ntitle: {zh: 甲, en: P}\nrules:\n  - id: r\n\(pack.text)\n", "pack.yaml")
        Self.expect(try await Program.flyonce("rules", "check", path), code: 78, says: pack.complaints)
        let golden = try #require(GoldenCase.all.first { $0.name == "own-pack" })
        let flight = try await golden.flight()
        Self.expect(
            try await Program.flyonce("replay", flight.video, "--rules", path), code: 78, says: pack.complaints)
    }

    @Test func `what is wrong with rules, areas and registers is told at once, each line beginning with its file`()
        async throws
    {
        let scratch = try Scratch()
        try scratch.write(
            "pack: p\nversion: 1\ntitle: {zh: 甲, en: P}\nrules: [{id: r, scene_type: nope}]\n", "pack.yaml")
        try scratch.write("id,lat,lon\nA,28.9,\n", "permits.csv")
        try scratch.write("", "mine.geojson")
        let config = try scratch.write(
            """
            gateway: {name: g}
            rules: {packs: [pack.yaml]}
            areas: [{name: mine, kind: mine, file: mine.geojson}]
            registers: [{name: permits, file: permits.csv}]
            """, "flyonce.yaml")
        let outcome = try await Program.flyonce("check", "--config", config)
        Self.expect(outcome, code: 78, says: ["pack.yaml:4:29:", "permits.csv:2:8: has no lon", "mine.geojson:1:1:"])
        #expect(outcome.complaint.split(separator: "\n").allSatisfy { $0.hasPrefix(scratch.path) })
    }

    @Test func `a rule pack that is not there`() async throws {
        Self.expect(
            try await Program.flyonce("rules", "check", "/nowhere/pack.yaml"), code: 78, says: ["/nowhere/pack.yaml"])
    }

    @Test func `a scenario with a mistake`() async throws {
        let scratch = try Scratch()
        let path = try scratch.write("name: x\nsed: 3\n", "scenario.yaml")
        Self.expect(
            try await Program.flyonce("simulate", path, "--output", scratch.file("out")), code: 65,
            says: ["scenario.yaml:2:1", "sed", "seed"])
    }

    @Test func `a scenario that nobody ships is told those that are`() async throws {
        let scratch = try Scratch()
        Self.expect(
            try await Program.flyonce("simulate", "twon", "--output", scratch.file("out")), code: 65,
            says: ["twon", "town"])
    }

    // MARK: The command's words

    static let usages = [
        ["fly"], ["inspect"], ["inspect", "--loud", "x"], ["replay"], ["replay", "--format", "xml", "x.ts"], ["rules"],
        ["geo", "projekt"], ["simulate", "town"], ["token", "create"], ["replay", "x.ts", "--ground-height", "high"],
        ["run", "--config"],
    ]

    @Test(arguments: usages)
    func `words that are off are a usage error`(words: [String]) async throws {
        let outcome = try await Program.flyonce.run(words)
        if words == ["rules"] {
            // A group by itself says what is in it.
            #expect(outcome.code == 0 && outcome.output.contains("eval"))
        } else {
            Self.expect(outcome, code: 2, says: ["Usage:"])
        }
    }

    @Test func `help and version are no errors`() async throws {
        for words in [["--help"], ["help", "replay"], ["--version"], ["rules", "eval", "--help"]] {
            let outcome = try await Program.flyonce.run(words)
            #expect(outcome.code == 0 && !outcome.output.isEmpty && outcome.complaint.isEmpty)
        }
    }
}

/// Just enough of a transport stream to damage it where it hurts.
enum TransportPackets {
    /// Offsets of the packets of the metadata stream (the simulator's is the one that carries the ST 0601 key).
    static func metadata(in bytes: [UInt8]) -> [Int] {
        let key: [UInt8] = [0x06, 0x0E, 0x2B, 0x34, 0x02, 0x0B, 0x01, 0x01]
        var pid: Int?
        let starts = stride(from: 0, to: bytes.count - 187, by: 188)
        for start in starts where pid == nil {
            let packet = bytes[start..<start + 188]
            for at in packet.indices.dropLast(8) where Array(packet[at..<at + 8]) == key {
                pid = Self.pid(of: packet)
                break
            }
        }
        return starts.filter { Self.pid(of: bytes[$0..<$0 + 188]) == pid }
    }

    private static func pid(of packet: ArraySlice<UInt8>) -> Int {
        Int(packet[packet.startIndex + 1] & 0x1F) << 8 | Int(packet[packet.startIndex + 2])
    }
}
