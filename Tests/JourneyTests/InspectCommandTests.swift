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
        let outcome = try await Program.flyonce("inspect", "mavlink+udp://127.0.0.1:0", "--seconds", "1")
        #expect(outcome.signal == nil && !outcome.timedOut, "\(outcome.description)")
        let unknown = try await Program.flyonce("inspect", "gopher://host:1", "--seconds", "1")
        #expect(unknown.code == 69 || unknown.code == 65, "\(unknown.description)")
    }

    @Test func `a telemetry file that is none is refused before anything runs`() async throws {
        guard let video = Checkout.sample("osh_uas.ts") else { return }
        let outcome = try await Program.flyonce("replay", video, "--no-evidence", "--telemetry", "/nowhere/x.tlog")
        #expect(outcome.code == 65, "\(outcome.description)")
    }
}
