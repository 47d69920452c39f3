import Foundation
import Testing

/// A flight that comes over UDP, as from a ground station.
@Suite(.serialized) struct LiveStreamTests {
    static let golden = GoldenCase(name: "two-piles-15-m-apart")

    @Test func `a live stream gives the matters of its recording, and ends when it falls silent`() async throws {
        guard let ffmpeg = Program(installed: "ffmpeg") else {
            print("left out: ffmpeg is not installed")
            return
        }
        let flight = try await Self.golden.flight()
        let recorded = try await Self.golden.replay(flight.video).findings
        let platform = try await Platform()
        let port = try FreePort.udp()
        let gateway = try Deployment(
            source: "udp://127.0.0.1:\(port)", keys: "flight_gap: 3s, silent_after: 4s", platform: platform)
        let token = try await gateway.token()
        let daemon = try await gateway.startReady()
        let listening = await eventually(within: 10, every: 0.05) { Self.isBound(port) }
        #expect(listening)
        let sender = try RunningProgram(
            ffmpeg,
            [
                "-hide_banner", "-loglevel", "error", "-re", "-i", flight.video, "-map", "0", "-c", "copy",
                "-copy_unknown", "-f", "mpegts", "udp://127.0.0.1:\(port)?pkt_size=1316",
            ])
        // Findings come while the stream still runs.
        let early = try await eventually(within: 10) { try await gateway.findings(token: token).count == 2 }
        #expect(early && sender.isRunning, "no findings while the stream runs")
        #expect(await sender.end(within: 30).code == 0)

        let ended = try await eventually(within: 12, every: 0.25) {
            let (_, body) = try await HTTP.send("GET", gateway.page + "/v1/flights", token: token)
            let flights = try JSON(body)["flights"].items
            return !flights.isEmpty && flights.allSatisfy { $0["ended"] == .number(1) }
        }
        #expect(ended, "a flight that is silent for longer than its gap is not ended")
        let (_, flights) = try await HTTP.send("GET", gateway.page + "/v1/flights", token: token)
        #expect(try JSON(flights)["flights"].items.count == 1, "the last frame became a flight of its own")
        let findings = try await gateway.findings(token: token)
        #expect(findings.count == recorded.count)
        for finding in findings {
            let place = try #require(Place(finding))
            let near = recorded.filter { $0["properties"]["scene_type"] == finding["properties"]["scene_type"] }
                .compactMap(Place.init).map { $0.distance(to: place) }.min()
            #expect(near.map { $0 <= 3 } == true, "\(String(describing: near)) m")
            // The last word on a finding is that of its whole flight, all but the frames before the first key frame.
            let sightings = finding["properties"]["sightings"].count ?? 0
            #expect(
                sightings >= 15, "\(sightings) sightings; the recording gave \(recorded[0]["properties"]["sightings"])")
            let kinds = Set(finding["properties"]["evidence"].items.compactMap { $0["kind"].text })
            #expect(kinds == ["picture", "thumbnail", "clip", "metadata"], "\(finding["id"])")
        }
        let delivered = try await eventually(within: 10) {
            try await platform.cases == DaemonTests.one(of: findings)
        }
        #expect(delivered)
        try await DaemonTests.expectBalance(gateway)
        daemon.send(SIGTERM)
        let outcome = await daemon.end(within: 10)
        #expect(outcome.code == 0, "\(outcome.description)")
    }

    /// Whether some process has this UDP port of the loopback address.
    static func isBound(_ port: Int) -> Bool {
        // To its end: the system gives such a file a page at a time.
        let table = FileHandle(forReadingAtPath: "/proc/net/udp")?.readDataToEndOfFile() ?? Data()
        return String(decoding: table, as: UTF8.self).contains(":" + String(format: "%04X", port) + " ")
    }
}
