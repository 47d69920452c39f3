import Foundation
import Testing

/// Three flights over one place, a week apart: one of two heaps is carried away, and dumped again.
@Suite(.serialized) struct ReflightTests {
    private static let scenario = """
        name: reflights
        seed: 31
        start_utc: 2026-08-20T02:10:00Z
        video: {width: 640, height: 360, fps: 10, bitrate_kbps: 1200, codec: h264, gop: 5}
        origin: {lat: 28.9012, lon: 118.5104, ground_hae_m: 92.0}
        path:
          - {at_s: 0, north_m: -34, east_m: 0, above_ground_m: 80, yaw_deg: along}
          - {at_s: 7, north_m: -12, east_m: 0}
        camera: {hfov_deg: 45, pitch_deg: -75}
        ground: {road_spacing_m: 0}
        analyser: {rate_hz: 5, miss_rate: 0.03, wrong_label_rate: 0, confidence: {mean: 0.82, sd: 0.03}, box_noise_px: 0.5}
        pose_noise:
          white: {position_m: 0.1, height_m: 0.1, yaw_deg: 0.1, pitch_deg: 0.05, roll_deg: 0.05}
        stated: {hae: true, msl: true, undulation_m: 4.08}
        flights:
          - {name: first, start_utc: 2026-08-20T02:10:00Z}
          - {name: second, start_utc: 2026-08-27T02:10:00Z, remove: [west]}
          - name: third
            start_utc: 2026-09-03T02:10:00Z
            add:
              - {id: again, kind: construction_waste, label: construction_waste, scene_type: waste.construction, north_m: -2, east_m: -8}
        objects:
          - {id: west, kind: construction_waste, label: construction_waste, scene_type: waste.construction, north_m: -2, east_m: -8}
          - {id: east, kind: construction_waste, label: construction_waste, scene_type: waste.construction, north_m: -2, east_m: 8}
        """

    private static func find(_ east: Bool, among findings: [JSON]) throws -> JSON {
        try #require(
            findings.first { (($0["geometry"]["coordinates"][0].number ?? 0) > 118.5104) == east },
            "\(findings.count) findings")
    }

    private static func conditions(_ finding: JSON) -> [String] {
        finding["properties"]["rule"]["reasons"].items.compactMap { $0["condition"].text }
    }

    private func replay(_ flights: [String], _ scratch: Scratch) async throws -> (findings: [JSON], said: String) {
        let outcome = try await Program.flyonce.run(
            ["replay"] + flights + ["--format", "ndjson", "--output", scratch.file(UUID().uuidString)])
        try #require(outcome.code == 0, "\(outcome.description)")
        return (try outcome.lines.map { try JSON($0) }, outcome.description)
    }

    @Test
    func `what is carried away is cleared with pictures of before and after, and recurs when it lies there again`()
        async throws
    {
        let scratch = try Scratch()
        try scratch.write(Self.scenario, "scenario.yaml")
        let simulated = try await Program.flyonce(
            "simulate", scratch.file("scenario.yaml"), "--output", scratch.file("out"))
        try #require(simulated.code == 0, "\(simulated.description)")
        let flights = (1...3).map { scratch.file("out/flight-\($0).ts") }

        let two = try await replay(Array(flights.prefix(2)), scratch)
        #expect(two.findings.count == 2)
        let gone = try Self.find(false, among: two.findings)["properties"]
        #expect(gone["status"] == .text("cleared"), "\(two.said)")
        #expect(gone["last_seen"].text?.hasPrefix("2026-08-20") == true)
        let reason = try #require(gone["rule"]["reasons"].items.last)
        #expect(reason["condition"] == .text("looked for again and not there"))
        let pictures = gone["evidence"].items.filter {
            $0["kind"] == .text("picture") && $0["redacted"] != .number(1)
        }
        #expect(pictures.last?["captured_at"].text?.hasPrefix("2026-08-27") == true)
        #expect(pictures.last?["sha256"] == reason["values"]["picture_after"])
        #expect(pictures.dropLast().last?["sha256"] == reason["values"]["picture_before"])
        #expect(try Self.find(true, among: two.findings)["properties"]["status"] == .text("open"))

        let three = try await replay(flights, scratch)
        #expect(three.findings.count == 2)
        let back = try Self.find(false, among: three.findings)
        #expect(back["properties"]["status"] == .text("open"), "\(three.said)")
        #expect(Self.conditions(back).contains("seen again after it was cleared"))
        #expect(Self.conditions(back).contains("looked for again and not there"))
        let stayed = try Self.find(true, among: three.findings)
        #expect(!Self.conditions(stayed).contains { $0.hasPrefix("looked for") || $0.hasPrefix("seen again") })
    }
}
