import Foundation
import Glibc
import Testing

/// What flights saw of the ground: `flyonce geo coverage`, and the daemon's own account of a simulated flight.
@Suite(.serialized) struct SeenGroundTests {
    /// A camera 100 m above level ground, 60° and 1920 pixels wide, square pixels.
    private static func pose(_ latitude: Double, _ longitude: Double, yaw: Double, pitch: Double = -90) -> String {
        """
        {"sensor":{"lat":\(latitude),"lon":\(longitude),"hae_m":150},"attitude":{"yaw_deg":\(yaw),"pitch_deg":\(pitch),\
        "roll_deg":0},"camera":{"width_px":1920,"height_px":1080,"hfov_deg":60},"ground_hae_m":50}
        """
    }

    /// Metres that its picture is wide and high.
    private static let width = 2 * 100 * tan(30 * Double.pi / 180)
    private static let height = width * 1080 / 1920

    private static func properties(_ outcome: Outcome) throws -> JSON {
        #expect(outcome.code == 0, "\(outcome.description)")
        return try JSON(outcome.lines.joined())["features"][0]["properties"]
    }

    @Test(arguments: [(28.9, 118.5), (60, 25), (60, 179.999), (-33.9, 18.4)])
    func `lanes have the area of their polygon`(latitude: Double, longitude: Double) async throws {
        // 20 pictures northward on each of three lanes, 80 m apart. Radii of curvature by their own formulas.
        let sine = sin(latitude * .pi / 180)
        let w = (1 - 0.00669437999 * sine * sine).squareRoot()
        let north = 6_378_137 * (1 - 0.00669437999) / (w * w * w) * .pi / 180
        let east = 6_378_137 / w * cos(latitude * .pi / 180) * .pi / 180
        var lines: [String] = []
        for lane in 0..<3 {
            for step in 0..<20 {
                var x = longitude + Double(lane) * 80 / east
                if x > 180 { x -= 360 }
                lines.append(Self.pose(latitude + Double(step) * 25 / north, x, yaw: 0))
            }
        }
        let outcome = try await Program.flyonce("geo", "coverage", "-", input: lines.joined(separator: "\n"))
        let seen = try Self.properties(outcome)
        let exact = (19 * 25 + Self.height) * (160 + Self.width) / 1e6
        #expect(abs((seen["km2"].number ?? 0) / exact - 1) < 0.01, "\(seen) of \(exact)")
        #expect(seen["gsd_m"].number == 0.1)
    }

    @Test func `a finer limit cuts what lies aslant, and none that is met is an error`() async throws {
        let pose = Self.pose(28.9, 118.5, yaw: 30, pitch: -35)
        let wide = try await Program.flyonce("geo", "coverage", "-", "--gsd", "1", input: pose)
        let near = try await Program.flyonce("geo", "coverage", "-", "--gsd", "0.15", input: pose)
        let whole = try #require(try Self.properties(wide)["km2"].number)
        let part = try #require(try Self.properties(near)["km2"].number)
        #expect(part > 0 && part < whole * 0.8, "\(part) of \(whole)")
        let none = try await Program.flyonce("geo", "coverage", "-", "--gsd", "0.01", input: pose)
        #expect(
            none.code == 65 && none.output.hasPrefix("{\"type\":\"FeatureCollection\",\"features\":[]}"),
            "\(none.description)")
        #expect(none.complaint.contains("too_coarse") && !none.complaint.contains("too_oblique"), "\(none.description)")
        let bad = try await Program.flyonce("geo", "coverage", "-", input: "{\"lat\":1}\nnoise")
        #expect(bad.code == 65 && bad.complaint.contains("sensor is missing"), "\(bad.description)")
        let mixed = [
            Self.pose(28.9, 118.5, yaw: 0), Self.pose(0, 0, yaw: 0), Self.pose(28.9, 118.5, yaw: 0, pitch: 40),
            Self.pose(90, 0, yaw: 0),
            Self.pose(28.9, 118.5, yaw: 0).replacing("\"ground_hae_m\":50", with: "\"pose_age_ms\":900"),
            Self.pose(28.9, 118.5, yaw: 0).replacing(":150", with: ":40"), "noise",
        ]
        let some = try await Program.flyonce("geo", "coverage", "-", input: mixed.joined(separator: "\n"))
        #expect(some.code == 0, "\(some.description)")
        for reason in [
            "no_fix", "too_oblique", "near_pole", "stale_pose", "below_ground",
            "line 7 is no pose and was left out: it is not JSON",
        ] {
            #expect(some.complaint.contains(reason), "\(reason): \(some.complaint)")
        }
        let text = try await Program.flyonce(
            "geo", "coverage", "-", "--format", "text", input: Self.pose(28.9, 118.5, yaw: 0))
        #expect(text.code == 0 && text.lines.count == 1 && text.lines[0].contains("km²"), "\(text.description)")
    }

    @Test(arguments: ["\"datum\":\"gcj02\"", "\"crs\":\"EPSG:4548\""])
    func `a pose of another datum is refused with the words of geo project`(label: String) async throws {
        let good = Self.pose(28.9, 118.5, yaw: 0)
        let bad = good.replacing("\"hae_m\":150", with: "\"hae_m\":150,\(label)")
        let answer = try await Program.flyonce(
            "geo", "project",
            input: bad.replacing("\"ground_hae_m\"", with: "\"pixel\":{\"u\":1,\"v\":1},\"ground_hae_m\""))
        let words = try #require(try JSON(answer.lines.joined())["error"].text)
        #expect(words.contains("is not WGS 84"))
        let mixed = try await Program.flyonce("geo", "coverage", "-", input: [good, bad, bad].joined(separator: "\n"))
        #expect(mixed.code == 0, "\(mixed.description)")
        #expect(
            mixed.complaint.contains("line 2 is no pose and was left out: \(words) (so are 1 more)"),
            "\(mixed.complaint)")
        #expect(mixed.complaint.contains("2 lines left out"))
        let alone = try await Program.flyonce("geo", "coverage", "-", input: bad)
        #expect(alone.code == 65 && alone.complaint.contains(words) && alone.output.isEmpty, "\(alone.description)")
    }

    /// Of the flight of ``GroundFlight``, by plane geometry: what its picture shows at the start, and what its far edge
    /// goes over from there.
    private static func exact(meters: Double) -> Double {
        let focal = 160 / tan(20 * Double.pi / 180)
        let half = atan(90 / focal)
        func edge(_ depression: Double) -> (north: Double, width: Double) {
            (60 / tan(depression), 320 / focal * 60 / sin(depression) * cos(half))
        }
        let (near, far) = (edge(50 * .pi / 180 + half), edge(50 * .pi / 180 - half))
        return (near.width + far.width) / 2 * (far.north - near.north) + far.width * meters
    }

    @Test func `the daemon tells what a flight saw, and of which areas, as the command does`() async throws {
        let flight = try await GroundFlight.fly()
        let gateway = try flight.gateway(
            source: flight.video, areas: ["name: yards, file: yard.geojson, kind: site"],
            registers: ["name: licensed_sites, file: sites.csv"])
        try gateway.scratch.write(GroundFlight.sites(east: 50), "sites.csv")
        // All of what is seen, and the eastern half of it.
        let yards = [
            GroundFlight.square(half: 500, north: 0, east: 0, properties: "{\"name\":\"all\"}"),
            GroundFlight.square(half: 500, north: 0, east: 500, properties: "{\"name\":\"east\"}"),
        ]
        try gateway.scratch.write(
            "{\"type\":\"FeatureCollection\",\"features\":[\(yards.joined(separator: ","))]}", "yard.geojson")
        let settings = try String(decoding: bytes(of: gateway.scratch.file("flyonce.yaml")), as: UTF8.self)
        try gateway.scratch.write(settings + "\ncoverage: {gsd_m: 0.5, utc_offset: \"-05:00\"}\n", "flyonce.yaml")
        let token = try await gateway.token()
        let daemon = try await gateway.startReady()
        try await gateway.settle()
        let answer = try await HTTP.send("GET", gateway.page + "/v1/coverage", token: token)
        let metrics = try await HTTP.send("GET", gateway.page + "/metrics", token: token)
        daemon.send(SIGTERM)
        _ = await daemon.end(within: 20)
        #expect(answer.status == 200, "\(answer.body)")
        let features = try JSON(answer.body)["features"].items
        try #require(features.count == 1)
        let seen = features[0]["properties"]
        let area = (seen["km2"].number ?? 0) * 1e6
        #expect(abs(area / Self.exact(meters: 13.5) - 1) < 0.03, "\(area) of \(Self.exact(meters: 13.5))")
        // It began at 03:00 UTC.
        #expect(seen["day"].text == "2026-08-19")
        #expect(seen["source"].text == "uav-1")
        let areas = seen["areas"].items
        #expect(areas.compactMap { $0["name"].text } == ["all", "east"])
        #expect(areas.first?["km2"].number == seen["km2"].number)
        #expect(abs((areas.last?["km2"].number ?? 0) * 2e6 / area - 1) < 0.05, "\(areas)")
        #expect(abs((areas.first?["share"].number ?? 0) - area / 1e6) < 0.0002)
        #expect(metrics.body.contains("flyonce_source_covered_square_meters_total{source=\"uav-1\"}"))

        let told = try await Program.flyonce("geo", "coverage", flight.video, "--gsd", "0.5")
        #expect(try Self.properties(told)["km2"].number == seen["km2"].number)
    }
}
