import Foundation
import Testing

/// A flight whose metadata are 300 ms late against its pictures: told from what is seen on the way there and on the way back.
@Suite struct LateMetadataTests {
    private static let heaps = [
        (-110, 12), (-85, -9), (-50, 6), (-22, 14), (10, -12), (30, 4), (62, -5), (95, 10),
    ]

    /// Over the heaps northwards, and back over them southwards.
    private static func scenario(offset: Int, returns: Bool) -> String {
        let path =
            returns
            ? ["{speed_mps: 11, north_m: 140, east_m: 15}", "{speed_mps: 11, north_m: -160, east_m: 15, yaw_deg: 180}"]
            : []
        return """
            name: late
            seed: 31
            start_utc: 2026-08-20T03:00:00Z
            video: {width: 640, height: 360, fps: 5, bitrate_kbps: 200, codec: h264, gop: 10}
            origin: {lat: 28.9012, lon: 118.5104, ground_hae_m: 92.0}
            path:
              - {at_s: 0, north_m: -160, east_m: -5, above_ground_m: 80, yaw_deg: 0}
              - {speed_mps: 11, north_m: 140, east_m: -5, yaw_deg: 0}
            \(path.map { "  - \($0)" }.joined(separator: "\n"))
            camera: {hfov_deg: 60, pitch_deg: -80}
            ground: {road_spacing_m: 0}
            analyser: {rate_hz: 5, miss_rate: 0, confidence: {mean: 0.8, sd: 0.02}, box_noise_px: 0.5}
            pose_noise:
              white: {position_m: 0.1, height_m: 0.1, yaw_deg: 0.1, pitch_deg: 0.05, roll_deg: 0.05}
            stated: {hae: true, msl: true, undulation_m: 4.08}
            timing_offset_ms: \(offset)
            objects:
            \(heaps.enumerated().map {
                "  - {id: heap-\($0.offset), kind: waste_pile, label: garbage, scene_type: waste.exposed, "
                    + "north_m: \($0.element.0), east_m: \($0.element.1)}"
            }.joined(separator: "\n"))
            """
    }

    private struct Flown {
        let scratch: Scratch
        var video: String
        var truth: [Place]
    }

    private static func fly(offset: Int, returns: Bool = true) async throws -> Flown {
        let scratch = try Scratch()
        try scratch.write(scenario(offset: offset, returns: returns), "scenario.yaml")
        let outcome = try await Program.flyonce(
            "simulate", scratch.file("scenario.yaml"), "--output", scratch.file("out"), "--no-video")
        try #require(outcome.code == 0, "\(outcome.description)")
        let truth = try JSON(String(contentsOfFile: scratch.file("out/truth.geojson"), encoding: .utf8))
        return Flown(
            scratch: scratch, video: scratch.file("out/flight.ts"),
            truth: truth["features"].items.compactMap(Place.init))
    }

    private static func read(_ flown: Flown, keys: String = "") async throws -> (
        status: JSON, flights: [JSON], findings: [JSON]
    ) {
        let gateway = try Deployment(source: flown.video, keys: keys, platform: nil)
        let token = try await gateway.token()
        let daemon = try await gateway.startReady()
        try await gateway.settle()
        let findings = try await gateway.findings(token: token).filter {
            $0["properties"]["scene_type"] == .text("waste.exposed")
        }
        let (_, body) = try await HTTP.send("GET", gateway.page + "/v1/flights", token: token)
        let status = try #require(try await gateway.status()["sources"].items.first)
        daemon.send(SIGTERM)
        #expect(await daemon.end(within: 10).code == 0)
        return (status["timing"], try JSON(body)["flights"].items, findings)
    }

    private static func worst(_ findings: [JSON], _ truth: [Place]) -> Double {
        findings.compactMap(Place.init).map { found in truth.map { found.distance(to: $0) }.min() ?? .infinity }.max()
            ?? .infinity
    }

    @Test(arguments: [300, -400]) func `the offset is estimated and taken out of every place`(offset: Int) async throws
    {
        let flown = try await Self.fly(offset: offset)
        let (timing, flights, findings) = try await Self.read(flown)
        #expect(timing["state"] == .text("taken") && timing["from"] == .text("recording"))
        let late = try #require(timing["late_s"].number)
        #expect(abs(late - Double(offset) / 1000) < 0.05, "\(late) s")
        #expect(flights.map { $0["timing"]["late_s"].number } == [late])
        #expect(findings.count == Self.heaps.count)
        #expect(Self.worst(findings, flown.truth) < 1.2)
    }

    @Test func `metadata that are in time are left as they are`() async throws {
        let flown = try await Self.fly(offset: 0)
        let (timing, _, findings) = try await Self.read(flown)
        #expect(timing["state"] == .text("in_time"))
        #expect(findings.count == Self.heaps.count)
    }

    @Test func `a flight straight on says that it does not know`() async throws {
        let flown = try await Self.fly(offset: 300, returns: false)
        let (timing, flights, _) = try await Self.read(flown)
        #expect(timing["state"] == .text("unknown") && timing["reason"] == .text("too_few_matters"))
        #expect(flights.count == 1 && flights[0]["timing"]["late_s"].number == nil)
    }

    @Test(arguments: [
        ("timing: off", "off", 2.0...8), ("telemetry: [{url: video, offset: -300ms}]", "configured", 0...1.2),
        ("telemetry: [{url: video, offset: 0s}]", "configured", 2.0...8),
    ])
    func `what a person said goes before an estimate`(
        keys: String, state: String, error: ClosedRange<Double>
    ) async throws {
        let flown = try await Self.fly(offset: 300, returns: false)
        let (timing, _, findings) = try await Self.read(flown, keys: keys)
        #expect(timing["state"] == .text(state))
        #expect(error.contains(Self.worst(findings, flown.truth)), "\(Self.worst(findings, flown.truth)) m")
    }

    /// What one flight of a folder told serves another that cannot tell it.
    @Test func `what an earlier flight told is remembered`() async throws {
        let both = try await Self.fly(offset: 300)
        let straight = try await Self.fly(offset: 300, returns: false)
        let gateway = try Deployment(source: both.video, platform: nil)
        let folder = gateway.scratch.file("drop")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: both.video, toPath: folder + "/a.ts")
        try FileManager.default.copyItem(atPath: straight.video, toPath: folder + "/b.ts")
        let text = try String(contentsOfFile: gateway.config, encoding: .utf8)
        try gateway.scratch.write(
            text.replacing("url: \"\(both.video)\"", with: "url: \"\(folder)\", folder: {settle: 200ms}"),
            "flyonce.yaml")
        let token = try await gateway.token()
        let daemon = try await gateway.startReady()
        var flights: [JSON] = []
        let read = try await eventually(within: 30, every: 0.25) {
            let (_, body) = try await HTTP.send("GET", gateway.page + "/v1/flights", token: token)
            flights = try JSON(body)["flights"].items
            return flights.count == 2 && flights.allSatisfy { $0["ended"] == .number(1) }
        }
        #expect(read)
        #expect(Set(flights.map { $0["timing"]["from"].text }) == ["recording", "remembered"])
        daemon.send(SIGTERM)
        let outcome = await daemon.end(within: 10)
        #expect(outcome.code == 0)
        let warnings = (outcome.output + outcome.complaint).split(separator: "\n")
            .filter { $0.contains("this flight could not confirm it") }
        #expect(warnings.count == 1 && warnings.allSatisfy { $0.contains("too_few_matters") })
    }
}
