import Foundation
import Testing

/// The log of frame metadata of a flight, and what rules can be asked over it afterwards.
@Suite struct RecordedMetadataTests {
    static let pack = """
        pack: own
        version: "1.0"
        title: {zh: 自定, en: Own}
        rules:
          - id: heap
            scene_type: waste.exposed
            when: ["object.confidence >= 0.5 && object.width_px >= 4.0", "ground.ce90_m < 500.0"]
            unless: [object.width_px > 4000.0]
        """

    private static func logged(_ scratch: Scratch) async throws -> (log: String, findings: [JSON]) {
        let flight = try await Program.flyonce("simulate", "tiny", "--output", scratch.path + "/flight", limit: 300)
        try #require(flight.code == 0, "\(flight.description)")
        let pack = try scratch.write(pack, "own.yaml")
        let outcome = try await Program.flyonce(
            "replay", scratch.path + "/flight/flight.ts", "--no-evidence", "--rules", pack, "--metadata-log",
            scratch.path + "/logs")
        try #require(outcome.code == 0, "\(outcome.description)")
        let files = try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/logs")
        try #require(files.count == 1 && files[0].hasSuffix(".metadata"))
        return (scratch.path + "/logs/" + files[0], try outcome.lines.map { try JSON($0) })
    }

    @Test func `a logged flight is explained frame by frame, and tells what other rules gain and lose`() async throws {
        let scratch = try Scratch()
        let (log, findings) = try await Self.logged(scratch)
        let pack = scratch.path + "/own.yaml"
        let stricter = try scratch.write(
            Self.pack.replacingOccurrences(of: "width_px >= 4.0", with: "width_px >= 3000.0"), "strict.yaml")
        try #require(!findings.isEmpty)

        let summary = try await Program.flyonce("rules", "explain", pack, "--log", log, "--format", "ndjson")
        let rule = try JSON(try #require(summary.lines.first, "\(summary.description)"))
        #expect(rule["rule"].text == "heap" && (rule["outcomes"]["fired"].count ?? 0) >= 3)
        #expect(
            rule["conditions"].items.compactMap { $0["condition"].text } == [
                "object.confidence >= 0.5", "object.width_px >= 4.0", "ground.ce90_m < 500.0",
                "object.width_px > 4000.0",
            ])

        let found = try await Program.flyonce(
            "rules", "explain", stricter, "--log", log, "--rule", "heap", "--frame", "0")
        #expect(found.output.contains("heap 1.0 (waste.exposed)"), "\(found.description)")
        #expect(found.output.contains("- when object.width_px >= 3000.0: false   [object.width_px = "))
        #expect(found.output.contains("+ when object.confidence >= 0.5: true"))

        // Each time in one count only.
        let counted = try await Program.flyonce("rules", "explain", stricter, "--log", log, "--rule", "heap")
        let narrow = try #require(counted.lines.first { $0.contains("width_px >= 3000.0") }, "\(counted.description)")
        #expect(narrow.contains(": met 0, not met ") && narrow.contains("; it alone stood in the way "), "\(narrow)")
        #expect(!narrow.contains("without a value"))

        let same = try await Program.flyonce("rules", "backtest", pack, "--against", pack, "--log", log)
        #expect(same.lines.count == 2 && same.output.contains("(+0 −0), findings"), "\(same.description)")

        let lost = try await Program.flyonce(
            "rules", "backtest", stricter, "--against", pack, "--log", log, "--format", "ndjson")
        let lines = try lost.lines.map { try JSON($0) }
        let counts = try #require(lines.last)
        let fired = try #require(rule["outcomes"]["fired"].count)
        #expect(counts["detections"]["lost"].count == fired && counts["detections"]["after"].count == 0)
        #expect(counts["findings"]["lost"].count == findings.count)
        #expect(lines.count { $0["change"].text == "lost" && $0["what"].text == "detection" } == fired)
        let ids = Set(findings.compactMap { $0["properties"]["flight"].text })
        #expect(Set(lines.compactMap { $0["flight"].text }) == ids)

        let gained = try await Program.flyonce(
            "rules", "backtest", pack, "--against", stricter, "--log", log, "--format", "ndjson", "--counts")
        #expect(try JSON(try #require(gained.lines.first))["findings"]["gained"].count == findings.count)

        let trials: [(new: String, old: String, code: Int32)] = [(stricter, pack, 1), (pack, stricter, 0)]
        for (new, old, code) in trials {
            let outcome = try await Program.flyonce(
                "rules", "backtest", new, "--against", old, "--log", log, "--counts", "--fail-when-lost")
            #expect(outcome.code == code, "\(outcome.description)")
        }
    }

    @Test func `a source that has packs of its own is asked those alone, unless others are named`() async throws {
        let scratch = try Scratch()
        let (log, _) = try await Self.logged(scratch)
        let pack = scratch.path + "/own.yaml"
        let second = Self.pack.replacingOccurrences(of: "pack: own", with: "pack: second")
        try scratch.write(second.replacingOccurrences(of: "id: heap", with: "id: other-heap"), "second.yaml")
        let config = try scratch.write(
            """
            gateway: {name: g}
            state_directory: state
            rules: {packs: [own.yaml, second.yaml]}
            sources:
              flight: {url: "udp://127.0.0.1:15999", packs: [second]}
            """, "flyonce.yaml")
        let explain = ["rules", "explain", "--log", log, "--config", config]
        let configured = try await Program.flyonce.run(explain + ["--format", "ndjson"])
        #expect(try configured.lines.map { try JSON($0)["rule"].text } == ["other-heap"], "\(configured.description)")
        let left = try await Program.flyonce.run(explain + ["--rule", "heap", "--frame", "0"])
        #expect(left.output.contains("the pack own does not look at the source"), "\(left.description)")
        let named = try await Program.flyonce.run(explain + [pack, "--format", "ndjson"])
        #expect(try named.lines.map { try JSON($0)["rule"].text } == ["heap"], "\(named.description)")
        #expect(named.complaint.contains("the source flight is looked at by second, not by own"))
    }

    @Test func `a register that rules ask and that is not there is said, and what it left undecided counted`()
        async throws
    {
        let scratch = try Scratch()
        let (log, _) = try await Self.logged(scratch)
        let pack = scratch.path + "/own.yaml"
        let asking = try scratch.write(
            Self.pack.replacingOccurrences(
                of: "\"ground.ce90_m < 500.0\"", with: "'!register(\"permits\").covers(ground.position, now)'"),
            "asking.yaml")
        let found = try await Program.flyonce("rules", "backtest", asking, "--against", pack, "--log", log, "--counts")
        #expect(found.complaint.contains("the rule heap asks the register permits"), "\(found.description)")
        #expect(found.output.contains(/undecided 0 → [1-9]/), "\(found.description)")
    }

    @Test func `nothing is logged of frames that must not be recorded`() async throws {
        let scratch = try Scratch()
        let flight = try await Program.flyonce("simulate", "tiny", "--output", scratch.path + "/flight", limit: 300)
        try #require(flight.code == 0, "\(flight.description)")
        let corners = [[118.4, 28.8], [118.6, 28.8], [118.6, 29.0], [118.4, 29.0], [118.4, 28.8]]
        let area = try scratch.write(
            "{\"type\": \"Polygon\", \"coordinates\": [\(corners)]}", "base.geojson")
        let outcome = try await Program.flyonce(
            "replay", scratch.path + "/flight/flight.ts", "--no-evidence", "--rules",
            try scratch.write(Self.pack, "own.yaml"), "--metadata-log", scratch.path + "/logs", "--area",
            "no_record=" + area)
        #expect(outcome.code == 0 && outcome.lines.isEmpty, "\(outcome.description)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/logs").isEmpty)
    }

    @Test func `what is no log, and a frame that is not there, are said`() async throws {
        let scratch = try Scratch()
        let pack = try scratch.write(Self.pack, "own.yaml")
        let text = try scratch.write("{}\n", "no.log")
        for (arguments, code) in [
            (["--log", text], Int32(65)), (["--log", scratch.path + "/missing"], 65), ([], 2), (["--flight", "x"], 78),
        ] {
            let outcome = try await Program.flyonce.run(["rules", "explain", pack] + arguments)
            #expect(outcome.code == code, "\(arguments): \(outcome.description)")
        }
        let without = try await Program.flyonce("rules", "backtest", pack, "--log", text)
        #expect(without.code == 2, "\(without.description)")
    }
}
