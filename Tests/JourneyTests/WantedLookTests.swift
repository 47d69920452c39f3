import Foundation
import Glibc
import Testing

/// What the daemon's store holds, as the plan of the next flight: `GET /v1/reflights`.
@Suite(.serialized) struct WantedLookTests {
    private static let day = 86_400.0

    /// RFC 3339, UTC, so many days before now.
    private static func daysAgo(_ days: Double) -> String {
        ISO8601DateFormatter().string(from: Date(timeIntervalSinceNow: -days * day))
    }

    private static func wishes(_ gateway: Deployment, _ token: String, _ query: String = "") async throws -> [JSON] {
        let answer = try await HTTP.send("GET", gateway.page + "/v1/reflights" + query, token: token)
        try #require(answer.status == 200, "\(answer.body)")
        let json = try JSON(answer.body)
        #expect(json["type"].text == "FeatureCollection" && json["more"].count == 0)
        return json["features"].items
    }

    @Test func `a heap that nobody looked at for weeks is in the plan, by the settings and the catalogue`() async throws
    {
        let flight = try await GroundFlight.fly(start: Self.daysAgo(20))
        let gateway = try flight.gateway(source: flight.video, registers: ["name: licensed_sites, file: sites.csv"])
        try gateway.scratch.write(GroundFlight.sites(east: 500), "sites.csv")
        let settings = String(decoding: try bytes(of: gateway.config), as: UTF8.self)
        let token = try await gateway.token()
        func run(_ more: String, _ body: (RunningProgram) async throws -> Void) async throws {
            try gateway.scratch.write(settings + more, "flyonce.yaml")
            let daemon = try await gateway.startReady()
            try await gateway.settle()
            do {
                try await body(daemon)
            } catch {
                daemon.send(SIGTERM)
                throw error
            }
            daemon.send(SIGTERM)
            #expect(await daemon.end(within: 20).code == 0)
        }

        try await run("") { _ in
            let found = try #require(try await gateway.findings(token: token).first)
            let wishes = try await Self.wishes(gateway, token)
            try #require(wishes.count == 1)
            let (wish, properties) = (wishes[0], wishes[0]["properties"])
            #expect(wish["id"] == found["id"] && wish["geometry"] == found["geometry"])
            for name in ["scene_type", "severity", "status", "source", "first_seen", "last_seen"] {
                #expect(properties[name] == found["properties"][name], "\(name)")
            }
            #expect(properties["title_zh"] == found["properties"]["title"]["zh"])
            #expect(properties["title_en"] == found["properties"]["title"]["en"])
            #expect(properties["reason"].text == "stale")
            #expect(abs((properties["age_s"].number ?? 0) - 20 * Self.day) < 600)
            // As fine as when it was found, nearly.
            #expect((properties["gsd_m"].number ?? 0) > 0.0625 && properties["looks"].count == 4)
            #expect(properties["depression_deg"].number == 35 && properties["views"].count == 2)
            // At least half of the thing, and the error of a footprint of which nothing better is known.
            let error = try #require(properties["ce90_m"].number)
            #expect((properties["margin_m"].number ?? 0) > max(error, 8) + 0.5)
            let place = GroundFlight.place(north: 2, east: 3)
            let box = [-0.001, 0.001].map { "\(place.longitude + $0),\(place.latitude + $0)" }
            for (query, count) in [
                ("bbox=\(box.joined(separator: ","))", 1), ("bbox=0,0,90,90", 0), ("reason=overdue,verify", 0),
                ("source=uav-1", 1),
            ] {
                let asked = try await Self.wishes(gateway, token, "?" + query)
                #expect(asked.count == count, "\(query)")
            }
        }
        try await run("\nreflights: {as_found: 0}\n") { _ in
            let gsd = try await Self.wishes(gateway, token).first?["properties"]["gsd_m"].number
            #expect(gsd == 0.0625)
        }
        try await run("\nreflights: {stale_after: 25d}\n") { _ in
            let wishes = try await Self.wishes(gateway, token)
            #expect(wishes.isEmpty)
        }
        try await run("\nreflights: {enabled: false}\n") { _ in
            let wishes = try await Self.wishes(gateway, token)
            #expect(wishes.isEmpty)
        }
        try await run("\nreflights: {overdue_after: 15d, size_m: 0.8, looks: 6, depression_deg: 50, views: 3}\n") { _ in
            let properties = try #require(try await Self.wishes(gateway, token).first?["properties"])
            #expect(properties["reason"].text == "overdue")
            #expect(properties["gsd_m"].number == 0.05 && properties["looks"].count == 6)
            #expect(properties["depression_deg"].number == 50 && properties["views"].count == 3)
        }

        // The catalogue's own word, which comes into force without a new start.
        let catalogue = String(decoding: try bytes(of: Checkout.models + "/catalogue.yaml"), as: UTF8.self)
        func write(_ reflight: String) throws {
            let entry = "  - id: waste.exposed\n"
            try #require(catalogue.contains(entry))
            try gateway.scratch.write(
                catalogue.replacing(entry, with: entry + "    reflight: \(reflight)\n"), "catalogue.yaml")
        }
        try write("{size_m: 0.4}")
        try gateway.scratch.write(
            settings.replacing("\(Checkout.models)/catalogue.yaml", with: gateway.scratch.file("catalogue.yaml"))
                + "\nreflights: {as_found: 0}\n", "flyonce.yaml")
        let daemon = try await gateway.startReady()
        try await gateway.settle()
        let small = try await Self.wishes(gateway, token).first?["properties"]["gsd_m"].number
        #expect(small == 0.025)
        try write("{clears: false}")
        daemon.send(SIGHUP)
        let gone = try await eventually(within: 20, every: 0.1) { try await Self.wishes(gateway, token).isEmpty }
        #expect(gone, "\(daemon.complaint)")
        daemon.send(SIGTERM)
        #expect(await daemon.end(within: 20).code == 0)
    }

    @Test func `what is closed is to be verified, and what is dismissed is left alone`() async throws {
        let platform = try await Platform(["--advance-every", "100ms"])
        let flight = try await GroundFlight.fly(start: Self.daysAgo(2))
        let gateway = try flight.gateway(source: flight.video, registers: ["name: licensed_sites, file: sites.csv"])
        try gateway.scratch.write(GroundFlight.sites(east: 500), "sites.csv")
        let settings = String(decoding: try bytes(of: gateway.config), as: UTF8.self)
        try gateway.scratch.write(
            settings + """

                joining: {recurs_after: 0s}
                destinations:
                  county: {kind: four-platform, url: \(platform.address), entitled_to_originals: true,
                    release: {default: auto}, case_poll: 1s}

                """, "flyonce.yaml")
        let token = try await gateway.token()
        let daemon = try await gateway.startReady()
        let wanted = try await eventually(within: 40, every: 0.25) {
            try await Self.wishes(gateway, token).first?["properties"]["reason"].text == "verify"
        }
        let found = try #require(try await gateway.findings(token: token).first)
        #expect(wanted, "\(found) \(daemon.complaint)")
        #expect(found["properties"]["status"].text == "closed")
        let plan = try await HTTP.send("GET", gateway.page + "/v1/reflights?format=kml", token: token)
        let id = try #require(found["id"].text)
        #expect(plan.status == 200 && plan.body.contains("尚未复核") && plan.body.contains("<value>\(id)</value>"))
        let dismissed = try await HTTP.send(
            "POST", gateway.page + "/v1/findings/\(id)/verdicts", token: token,
            body: #"{"verdict":"dismissed","why":"光影误判"}"#)
        #expect(dismissed.status == 200, "\(dismissed.body)")
        #expect(try await Self.wishes(gateway, token).isEmpty)
        daemon.send(SIGTERM)
        #expect(await daemon.end(within: 20).code == 0)
    }
}
