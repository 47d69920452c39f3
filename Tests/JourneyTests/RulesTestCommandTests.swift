import Foundation
import Testing

/// `flyonce rules test`: what it prints, what it writes, how it ends.
@Suite struct RulesTestCommandTests {
    static let pack = """
        pack: p
        version: "1"
        title: {zh: 甲, en: P}
        rules:
          - id: r
            scene_type: waste.exposed
            when: [object.confidence >= 0.5]
            unless: [object.touches_edge]
            tests:
              - {name: fires, frames: [{objects: [{label: garbage, confidence: 0.9, box: [9, 9, 99, 99]}]}], expect: [{}]}
              - {name: unsure, frames: [{objects: [{label: garbage, confidence: 0.1, box: [9, 9, 99, 99]}]}], expect: EXPECT}
        """

    @Test func `every shipped pack passes with every condition covered`() async throws {
        let outcome = try await Program.flyonce("rules", "test")
        #expect(outcome.code == 0, "\(outcome.description)")
        #expect(outcome.lines.count == 2, "\(outcome.description)")
        #expect(outcome.lines.first?.hasSuffix(" passed, 0 failed") == true)
        #expect(outcome.lines.last?.hasSuffix("conditions covered: seen true and seen false (100 %)") == true)
    }

    @Test func `rules check warns of a cooldown that opens no finding, and takes the pack`() async throws {
        let scratch = try Scratch()
        let text = Self.pack.replacingOccurrences(of: "EXPECT", with: "[]")
        let pack = try scratch.write(
            text.replacingOccurrences(of: "    unless:", with: "    window: {cooldown: 10}\n    unless:"), "p.yaml")
        let outcome = try await Program.flyonce("rules", "check", pack)
        #expect(outcome.code == 0, "\(outcome.description)")
        #expect(outcome.complaint.contains("warning: ") && outcome.complaint.contains("rules[0].window.cooldown: "))
        #expect(outcome.complaint.contains("nothing wrong"))
    }

    @Test func `rules test warns as rules check does, and two tests of one name are no error`() async throws {
        let scratch = try Scratch()
        let text = Self.pack.replacingOccurrences(of: "EXPECT", with: "[]")
            .replacingOccurrences(of: "name: unsure", with: "name: fires")
        let pack = try scratch.write(text, "p.yaml")
        for command in ["check", "test"] {
            let outcome = try await Program.flyonce("rules", command, pack)
            #expect(outcome.code == 0, "\(outcome.description)")
            #expect(outcome.complaint.contains("warning: ") && outcome.complaint.contains(": rules[0].tests[1]: "))
        }
    }

    @Test func `a condition that no test shows is listed, and is no failure`() async throws {
        let scratch = try Scratch()
        let pack = try scratch.write(Self.pack.replacingOccurrences(of: "EXPECT", with: "[]"), "p.yaml")
        let outcome = try await Program.flyonce("rules", "test", pack, "--junit", scratch.file("results.xml"))
        #expect(outcome.code == 0, "\(outcome.description)")
        #expect(
            outcome.output == """
                not covered: r: unless[0] was never true: object.touches_edge
                2 passed, 0 failed
                1 of 2 conditions covered: seen true and seen false (50 %)

                """)
        let junit = String(decoding: try bytes(of: scratch.file("results.xml")), as: UTF8.self)
        #expect(junit.hasPrefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"2\" failures=\"0\""))
        #expect(junit.contains("<testcase classname=\"p.r\" name=\"unsure\"/>"))
    }

    @Test func `a rule without a test is named, and is no failure`() async throws {
        let scratch = try Scratch()
        let text = Self.pack.components(separatedBy: "    tests:")[0]
        let outcome = try await Program.flyonce("rules", "test", try scratch.write(text, "p.yaml"))
        #expect(outcome.code == 0, "\(outcome.description)")
        #expect(outcome.output.contains("not tested: r: "))
        #expect(outcome.output.contains("0 passed, 0 failed, 1 rule without a test\n0 of 2 conditions"))
    }

    @Test func `a test that fails ends with 1 and stands in the file`() async throws {
        let scratch = try Scratch()
        let pack = try scratch.write(Self.pack.replacingOccurrences(of: "EXPECT", with: "[{}]"), "p.yaml")
        let outcome = try await Program.flyonce("rules", "test", pack, "--junit", scratch.file("results.xml"))
        #expect(outcome.code == 1, "\(outcome.description)")
        #expect(
            outcome.output.contains("p.yaml:11: r: unsure: nothing came as expected of frame 0: when[0] did not hold"))
        let junit = String(decoding: try bytes(of: scratch.file("results.xml")), as: UTF8.self)
        #expect(junit.contains("p.yaml:11: nothing came as expected of frame 0: when[0] did not hold"))
    }

    @Test func `a file that cannot be written is said`() async throws {
        let scratch = try Scratch()
        let pack = try scratch.write(Self.pack.replacingOccurrences(of: "EXPECT", with: "[]"), "p.yaml")
        let outcome = try await Program.flyonce("rules", "test", pack, "--junit", "/nonexistent/results.xml")
        #expect(outcome.code == 69, "\(outcome.description)")
        #expect(
            outcome.complaint.contains(
                "/nonexistent/results.xml cannot be written: there is no folder /nonexistent; make it first"))
    }

    @Test func `packs that cannot be read leave no older results behind`() async throws {
        let scratch = try Scratch()
        let pack = try scratch.write("pack: p\nrules: [{id: r, when: [a <]}]\n", "p.yaml")
        try scratch.write("<testsuites tests=\"9\" failures=\"0\" errors=\"0\"/>\n", "results.xml")
        let outcome = try await Program.flyonce("rules", "test", pack, "--junit", scratch.file("results.xml"))
        #expect(outcome.code == 78, "\(outcome.description)")
        let junit = String(decoding: try bytes(of: scratch.file("results.xml")), as: UTF8.self)
        #expect(junit.contains("<testsuites tests=\"1\" failures=\"0\" errors=\"1\">"), "\(junit)")
        #expect(junit.contains("<error message=\"") && junit.contains("p.yaml:"), "\(junit)")
    }
}
