import Foundation
import Testing

/// A person marks what he sees on the live picture of a flight that comes over UDP.
@Suite(.serialized) struct MarkedFlightTests {
    static let golden = GoldenCase(name: "two-piles-15-m-apart")

    private struct Marking {
        let gateway: Deployment
        let token: String

        func post(_ body: String, source: String = "uav-1", token: String? = nil) async throws -> (Int, JSON) {
            let (status, text) = try await HTTP.send(
                "POST", gateway.page + "/v1/sources/\(source)/marks", token: token ?? self.token, body: body)
            return (status, try JSON(text))
        }

        func finding(_ id: String) async throws -> JSON {
            let (status, body) = try await HTTP.send("GET", gateway.page + "/v1/findings/\(id)", token: token)
            try #require(status == 200, "\(body)")
            return try JSON(body)
        }
    }

    private static func body(
        _ utc: String, _ box: String, _ sceneType: String, note: String = "by the weir"
    ) -> String {
        #"{"utc":"\#(utc)","box":\#(box),"scene_type":"\#(sceneType)","note":"\#(note)","by":"李"}"#
    }

    /// The picture of a finding that shows where it is.
    private static func picture(_ finding: JSON) -> JSON? {
        finding["properties"]["evidence"].items.first {
            $0["kind"] == .text("picture") && $0["box"].items.count == 4
        }
    }

    private static func marks(_ finding: JSON) -> [JSON] {
        finding["properties"]["rule"]["reasons"].items.filter { $0["condition"] == .text("marked by 李") }
    }

    @Test func `a mark on the live picture is a finding that a kill cannot take away`() async throws {
        guard let ffmpeg = Program(installed: "ffmpeg") else {
            print("left out: ffmpeg is not installed")
            return
        }
        let flight = try await Self.golden.flight()
        let platform = try await Platform()
        let port = try FreePort.udp()
        let gateway = try Deployment(source: "udp://127.0.0.1:\(port)", platform: platform, release: "review")
        let marking = Marking(gateway: gateway, token: try await gateway.token())
        let daemon = try await gateway.startReady()
        let (early, _) = try await marking.post(
            Self.body("2026-08-20T03:04:05Z", "[0,0,1,1]", "waste.exposed"))
        #expect(early == 409, "there is no flight yet")
        let listening = await eventually(within: 10, every: 0.05) { LiveStreamTests.isBound(port) }
        #expect(listening)
        let sender = try RunningProgram(
            ffmpeg,
            [
                "-hide_banner", "-loglevel", "error", "-re", "-i", flight.video, "-map", "0", "-c", "copy",
                "-copy_unknown", "-f", "mpegts", "udp://127.0.0.1:\(port)?pkt_size=1316",
            ])
        var seen: JSON?
        let came = try await eventually(within: 15) {
            seen = try await gateway.findings(token: marking.token).first { Self.picture($0) != nil }
            return seen != nil
        }
        try #require(came && sender.isRunning, "no finding with a picture while the stream runs")
        let found = try #require(seen)
        let id = try #require(found["id"].text)
        let picture = try #require(Self.picture(found))
        let utc = try #require(picture["captured_at"].text)
        let edges = picture["box"].items.compactMap(\.number)
        try #require(edges.count == 4)
        let box = "[" + edges.map { "\($0)" }.joined(separator: ",") + "]"

        // What is refused.
        #expect(try await marking.post(Self.body(utc, box, "waste.exposed"), source: "uav-9").0 == 404)
        let (unknown, problem) = try await marking.post(Self.body(utc, box, "waste.never_heard_of"))
        #expect(unknown == 400 && problem["code"] == .text("unknown_scene_type"))
        let (old, why) = try await marking.post(Self.body("2001-01-01T00:00:00Z", box, "waste.exposed"))
        #expect(old == 409 && why["code"] == .text("frame_not_held"))

        // A mark of what the rules found already.
        let before = try await marking.finding(id)
        let (joined, answer) = try await marking.post(Self.body(utc, box, "waste.exposed"))
        #expect(joined == 201 && answer["finding"] == .text(id), "\(answer)")
        let after = try await marking.finding(id)
        #expect((after["properties"]["revision"].count ?? 0) > (before["properties"]["revision"].count ?? 0))
        #expect(after["properties"]["rule"]["id"] == found["properties"]["rule"]["id"])
        #expect(Self.marks(after).map { $0["values"]["note"] } == [.text("by the weir")])
        // Sent again, it is taken once.
        let (again, same) = try await marking.post(Self.body(utc, box, "waste.exposed"))
        #expect(again == 201 && same["finding"] == .text(id))
        #expect(Self.marks(try await marking.finding(id)).count == 1)

        // Another matter in the same box, and the daemon killed as soon as it has answered.
        let (opened, made) = try await marking.post(Self.body(utc, box, "land.bare_soil", note: "not covered"))
        daemon.send(SIGKILL)
        _ = await daemon.end(within: 5)
        #expect(opened == 201, "\(made)")
        let other = try #require(made["finding"].text)
        #expect(other != id)

        let successor = try await gateway.startReady()
        let kept = try await marking.finding(other)
        let properties = kept["properties"]
        #expect(properties["scene_type"] == .text("land.bare_soil") && properties["status"] == .text("open"))
        #expect(properties["rule"]["id"] == .text("mark") && properties["rule"]["version"] == .text("1"))
        #expect(Self.marks(kept).map { $0["values"]["note"] } == [.text("not covered")])
        #expect(properties["first_seen"].text == utc)
        let proof = try #require(Self.picture(kept))
        #expect(proof["captured_at"].text == utc)
        for (drawn, told) in zip(edges, proof["box"].items.compactMap(\.number)) { #expect(abs(drawn - told) < 0.001) }
        let (place, near) = (try #require(Place(kept)), try #require(Place(after)))
        #expect(place.distance(to: near) < 5, "\(place.distance(to: near)) m")
        #expect(properties["location"]["ce90_m"].number != nil)
        #expect(Self.marks(try await marking.finding(id)).count == 1)
        // A person's mark waits for a person's release like any other finding.
        #expect(try await platform.cases.isEmpty)
        try await DaemonTests.expectBalance(gateway)
        sender.send(SIGKILL)
        successor.send(SIGTERM)
        #expect(await successor.end(within: 10).code == 0)
    }
}
