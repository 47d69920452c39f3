import Foundation
import Testing

/// The same place flown twice, with other noise: what is there is found once.
@Suite struct RepeatedFlightTests {
    static let golden = GoldenCase(name: "two-piles-15-m-apart")

    /// The case's scenario a week later, from another seed.
    private static func weekLater(_ scratch: Scratch) async throws -> String {
        let text = String(decoding: try bytes(of: golden.scenario), as: UTF8.self)
            .replacing("seed: 12", with: "seed: 77").replacing("2026-08-20T", with: "2026-08-27T")
            .replacing("yaw_deg: 0.3}", with: "yaw_deg: -0.5}")
        try scratch.write(text, "later.yaml")
        let outcome = try await Program.flyonce(
            "simulate", scratch.file("later.yaml"), "--output", scratch.file("later"))
        try #require(outcome.code == 0, "\(outcome.description)")
        return scratch.file("later/flight.ts")
    }

    private static func sightings(_ findings: [JSON]) -> [String: Int] {
        Dictionary(
            uniqueKeysWithValues: findings.compactMap { finding in
                guard let id = finding["id"].text, let count = finding["properties"]["sightings"].count else {
                    return nil
                }
                return (id, count)
            })
    }

    @Test func `two heaps flown over a week apart are two findings with the sightings of both flights`() async throws {
        let scratch = try Scratch()
        let first = try await Self.golden.flight().video
        let second = try await Self.weekLater(scratch)
        let alone = Self.sightings(try await Self.golden.replay(first).findings)
        let other = Self.sightings(try await Self.golden.replay(second).findings)
        #expect(alone.count == 2 && other.count == 2 && Set(alone.keys).isDisjoint(with: other.keys))
        let outcome = try await Program.flyonce("replay", first, second, "--format", "ndjson")
        #expect(outcome.code == 0, "\(outcome.description)")
        let both = try outcome.lines.map { try JSON($0) }
        let counts = Self.sightings(both)
        #expect(Set(counts.keys) == Set(alone.keys))
        #expect(counts.values.reduce(0, +) == (Array(alone.values) + Array(other.values)).reduce(0, +))
        for finding in both {
            let properties = finding["properties"]
            #expect(properties["first_seen"].text?.hasPrefix("2026-08-20T") == true)
            #expect(properties["last_seen"].text?.hasPrefix("2026-08-27T") == true)
            #expect(
                properties["evidence"].items.count {
                    $0["kind"] == .text("picture") && $0["redacted"] != .number(1)
                } >= 2)
        }
    }

    /// Under another name of its source a finished file is read again, and opens the findings that the store has.
    @Test func `findings of a recording read again are counted as opened once`() async throws {
        let gateway = try Deployment(source: try await Self.golden.flight().video, platform: nil)
        func read() async throws -> (opened: Int, stored: Int) {
            let daemon = try await gateway.startReady()
            try await gateway.settle()
            let status = try await gateway.status()
            daemon.send(SIGTERM)
            #expect(await daemon.end(within: 10).code == 0)
            let counters = try #require(status["sources"].items.first)["counters"]
            #expect((counters["detections"].count ?? 0) > 0)
            return (counters["findings_opened"].count ?? 0, status["counters"]["findings_stored"].count ?? 0)
        }
        let first = try await read()
        #expect(first.opened == 2)
        let text = try String(contentsOfFile: gateway.config, encoding: .utf8)
        try gateway.scratch.write(text.replacing("uav-1:", with: "uav-2:"), "flyonce.yaml")
        let second = try await read()
        #expect(second.opened == 0 && second.stored == first.stored)
    }
}
