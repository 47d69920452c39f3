import Foundation
import Testing

/// `flyonce inspect` on inputs of every dialect: those of the golden cases.
@Suite struct InspectCommandTests {
    private static func golden(_ file: String) -> String {
        Checkout.root.appending(path: "Tests/TelemetryTests/Golden/\(file)").path
    }

    @Test(arguments: [
        ("dji-srt.SRT", 5), ("dji-cloud.ndjson", 5), ("dji-cloud-topics.txt", 5), ("mavlink.tlog", 5),
        ("klv-st0601.klv", 5), ("onvif.xml", 4), ("analyser.ndjson", 4), ("gvametaconvert.json", 3),
        ("frigate.ndjson", 3),
    ])
    func `every line of a file is a JSON value`(file: String, count: Int) async throws {
        let outcome = try await Program.flyonce("inspect", "--format", "ndjson", "--strict", Self.golden(file))
        #expect(outcome.code == 0, "\(outcome.description)")
        #expect(outcome.lines.count == count)
        for line in outcome.lines { #expect(throws: Never.self) { try JSON(line) } }
    }

    @Test func `a log's messages are given one by one`() async throws {
        let outcome = try await Program.flyonce(
            "inspect", "--messages", "--format", "ndjson", Self.golden("mavlink.tlog"))
        #expect(outcome.lines.count == 15)
        let last = try JSON(try #require(outcome.lines.last))
        #expect(last["name"] == .text("GLOBAL_POSITION_INT"))
        #expect(last["fields"]["alt"].count == 304_000)
    }

    @Test func `a summary has counts, span and rate`() async throws {
        let outcome = try await Program.flyonce(
            "inspect", "--summary", "--format", "ndjson", Self.golden("mavlink.tlog"))
        let line = try JSON(try #require(outcome.lines.first))
        #expect(line["series"] == .text("telemetry mavlink 1"))
        #expect(line["lines"].count == 5)
        #expect(line["rate_hz"].number == 1)
    }

    @Test(arguments: ["hello\n", "{\"half\":", "<xml/>", "1\n00:00:00,000 --> 00:00:01,000\nhello\n"])
    func `what holds no metadata is refused in a sentence`(content: String) async throws {
        let scratch = try Scratch()
        let path = try scratch.write(content, "input")
        let outcome = try await Program.flyonce("inspect", path)
        #expect(outcome.code == 65, "\(outcome.description)")
        #expect(outcome.complaint.contains(path))
    }

    @Test func `an input that cannot be read is not taken for an empty one`() async throws {
        let scratch = try Scratch()
        let flyonce = Program.flyonce.path
        let outcome = try await Program(path: "/bin/sh")("-c", "exec '\(flyonce)' inspect - < '\(scratch.path)'")
        #expect(outcome.code == 65, "\(outcome.description)")
        #expect(outcome.complaint.contains("could not be read"), "\(outcome.complaint)")
    }

    @Test func `a live address is left after the seconds given`() async throws {
        for address in ["mavlink+udp://127.0.0.1:\(try FreePort.tcp())", "mqtt://127.0.0.1:1", "rtsp://127.0.0.1:1/x"] {
            let outcome = try await Program.flyonce("inspect", address, "--seconds", "1")
            #expect(outcome.code == 69, "\(outcome.description)")
            #expect(outcome.complaint.contains("\(address): nothing came in "), "\(outcome.complaint)")
        }
        let unknown = try await Program.flyonce("inspect", "gopher://host:1", "--seconds", "1")
        #expect(unknown.code == 2 && unknown.complaint.contains("mqtt://"), "\(unknown.description)")
    }

    @Test(arguments: ["udp://127.0.0.1", "mavlink+udp://127.0.0.1:99999", "rtsp://"])
    func `an address that can never be read is a mistake of who called`(address: String) async throws {
        let outcome = try await Program.flyonce("inspect", address, "--seconds", "1")
        #expect(outcome.code == 2, "\(outcome.description)")
    }

    /// What is read to its end once cannot be read again from its beginning.
    @Test(arguments: ["dji-srt.SRT", "onvif.xml", "klv-st0601.klv", "mavlink.tlog"])
    func `a pipe gives what the file gives`(name: String) async throws {
        let (flyonce, file) = (Program.flyonce.path, Self.golden(name))
        let whole = try await Program.flyonce("inspect", file)
        #expect(whole.code == 0 && !whole.output.isEmpty, "\(whole.description)")
        for input in ["-", "/dev/stdin"] {
            let piped = try await Program(path: "/bin/sh")("-c", "cat '\(file)' | '\(flyonce)' inspect \(input)")
            #expect(piped.code == 0 && piped.output == whole.output, "\(piped.description)")
        }
    }

    @Test func `a recording through a pipe gives its subtitles`() async throws {
        let scratch = try Scratch()
        let subtitles = Self.golden("dji-srt.SRT")
        let recording = scratch.path + "/flight.mkv"
        guard let ffmpeg = Program(installed: "ffmpeg") else {
            print("not tried: ffmpeg is not installed")
            return
        }
        let made = try await ffmpeg(
            "-v", "error", "-f", "lavfi", "-i", "testsrc=size=64x48:rate=5:duration=2", "-i", subtitles, "-c:v",
            "libx264",
            "-c:s", "srt", recording)
        try #require(made.code == 0, "\(made.description)")
        let whole = try await Program.flyonce("inspect", recording)
        let piped = try await Program(path: "/bin/sh")(
            "-c", "cat '\(recording)' | '\(Program.flyonce.path)' inspect -")
        #expect(whole.code == 0 && !whole.output.isEmpty, "\(whole.description)")
        #expect(piped.code == 0 && piped.output == whole.output, "\(piped.description)")
    }

    @Test func `a reader that has enough ends it without a word`() async throws {
        let flyonce = Program.flyonce.path
        // With SIGPIPE ignored, as the libraries of live inputs do.
        let outcome = try await Program(path: "/bin/sh")(
            "-c",
            "trap '' PIPE; { sleep 1; '\(flyonce)' inspect '\(Self.golden("onvif.xml"))'; echo code $? >&2; } | true")
        #expect(outcome.complaint == "code 141\n", "\(outcome.description)")
    }

    @Test func `what was cut fails where that is asked for`() async throws {
        let scratch = try Scratch()
        let subtitles = try #require(FileManager.default.contents(atPath: Self.golden("dji-srt.SRT")))
        var inputs = [try scratch.write([UInt8](subtitles.prefix(900)), "cut.SRT")]
        if let sample = Checkout.sample("osh_uas.ts"), let stream = FileManager.default.contents(atPath: sample) {
            inputs.append(try scratch.write([UInt8](stream.prefix(100_000)), "cut.ts"))
        }
        for input in inputs {
            #expect(try await Program.flyonce("inspect", input).code == 0)
            #expect(try await Program.flyonce("inspect", "--strict", input).code == 65)
        }
    }

    @Test(arguments: [
        ("{\"a\": 1}\n", "line 1 is of no dialect"), ("\n{\"v\": 1, \"obj", "line 2 is no JSON"),
        (
            "\n{\"hello\":{\"labels\":\"helmet\"}}\n",
            "line 2 is of another form than its dialect's: labels of the hello is no array of texts"
        ),
        ("{\"hello\":7}\n", "line 1 is of another form than its dialect's: hello is no object"),
        ("<tt:MetadataStream xmlns:tt='http://www.onvif.org/ver10/schema'>\n<a></b>\n", "line 2 is no well-formed XML"),
    ])
    func `the first line that is refused is named`(content: String, says: String) async throws {
        let scratch = try Scratch()
        let outcome = try await Program.flyonce("inspect", try scratch.write(content, "input"))
        #expect(outcome.code == 65 && outcome.complaint.contains(says), "\(outcome.description)")
    }

    @Test(
        arguments: [
            (#"{"hello":{"name":"m","lables":["helmet"]}}"#, "line 2: a hello has the member lables, which is none"),
            (#"{"hello":{"name":"m","version":1}}"#, "line 2: a hello says no labels"),
            (#"{"hello":{"name":"m","version":1.5,"labels":["helmet"]}}"#, nil),
        ] as [(String, String?)])
    func `a hello that says less than was meant is told`(hello: String, says: String?) async throws {
        let scratch = try Scratch()
        let answer = #"{"pts_us":1,"objects":[]}"#
        let outcome = try await Program.flyonce(
            "inspect", "--summary", try scratch.write("\(answer)\n\(hello)\n", "c.ndjson"))
        #expect(outcome.code == 0, "\(outcome.description)")
        if let says { #expect(outcome.complaint.contains(says), "\(outcome.description)") }
        if says == nil { #expect(!outcome.complaint.contains("line 2"), "\(outcome.description)") }
    }

    @Test func `what is not there, empty or cut is called that`() async throws {
        let scratch = try Scratch()
        try FileManager.default.createSymbolicLink(atPath: scratch.file("link"), withDestinationPath: "/nowhere/x")
        let photo = try scratch.write([0xFF, 0xD8, 0xFF, 0xE1, 0x10, 0x00, 0x45, 0x78] as [UInt8], "cut.jpg")
        let film = try scratch.write(Array("\0\0\0\u{18}ftypisom\0\0\0\0isommp42\0\0\u{10}\0mdatxxxx".utf8), "cut.mp4")
        for (words, code, says) in [
            ([scratch.file("link")], Int32(65), "is a link to"), (["-"], 65, "gave nothing"), ([""], 2, "Name a file"),
            ([photo], 65, "was cut"), ([film], 65, "was cut"),
            ([Self.golden("onvif.xml"), "--messages", "--seconds", "2", "--ca-file", "nope"], 0, "--ca-file is left"),
        ] {
            let outcome = try await Program.flyonce.run(["inspect"] + words)
            #expect(outcome.code == code && outcome.complaint.contains(says), "\(words) \(outcome.description)")
        }
    }

    @Test func `a telemetry file that is none is refused before anything runs`() async throws {
        guard let video = Checkout.sample("osh_uas.ts") else { return }
        let outcome = try await Program.flyonce("replay", video, "--no-evidence", "--telemetry", "/nowhere/x.tlog")
        #expect(outcome.code == 65, "\(outcome.description)")
    }
}
