import Foundation
import Testing

/// Detections held against a register, and areas that silence or forbid, over a flight from end to end.
@Suite struct RegisterTests {
    /// The finding names the site that it is so far from.
    static func expectNearest(_ finding: JSON?, metres: Double) throws {
        let reasons = finding?["properties"]["rule"]["reasons"].items ?? []
        let held = try #require(reasons.first { $0["condition"].text == "held against the register licensed_sites" })
        #expect(held["values"]["nearest_row"].text == "CS-0042")
        #expect(held["values"]["name"].text == "Licensed heap yard")
        let distance = try #require(Double(held["values"]["distance_m"].text ?? ""))
        #expect(abs(distance - metres) < 3)
    }

    @Test func `a dump inside a licensed site is no finding, and 30 m outside it is one that names the site`()
        async throws
    {
        let flight = try await GroundFlight.fly()
        let register = flight.scratch.file("sites.csv")
        try GroundFlight.sites(east: 0).write(toFile: register, atomically: true, encoding: .utf8)
        let inside = try await flight.replay(["--register", "licensed_sites=\(register)"])
        #expect(inside.outcome.code == 0 && inside.findings.isEmpty, "\(inside.outcome.description)")

        try GroundFlight.sites(east: 50).write(toFile: register, atomically: true, encoding: .utf8)
        let outside = try await flight.replay(["--register", "licensed_sites=\(register)"])
        #expect(outside.findings.count == 1, "\(outside.outcome.description)")
        try Self.expectNearest(outside.findings.first, metres: 30)

        let without = try await flight.replay([])
        #expect(without.outcome.code == 78)
        #expect(without.outcome.complaint.contains("licensed_sites"))
    }

    @Test func `the daemon holds a dump against the register, and says in which area and cell it lies`() async throws {
        let flight = try await GroundFlight.fly()
        for (east, count) in [(0.0, 0), (50, 1)] {
            let gateway = try flight.gateway(
                source: flight.video,
                areas: [
                    "name: cells, file: cells.geojson, kind: grid", "name: far, file: far.geojson, kind: site",
                    "name: pits, file: pits.geojson, kind: mine",
                ], registers: ["name: licensed_sites, file: sites.csv"])
            let scratch = gateway.scratch
            try scratch.write(GroundFlight.sites(east: east), "sites.csv")
            try scratch.write(
                GroundFlight.square(half: 500, north: 0, east: 0, properties: #"{"code": "330822100001001"}"#),
                "cells.geojson")
            try scratch.write(
                GroundFlight.square(half: 9, north: 2, east: 100, properties: #"{"name": "Elsewhere"}"#), "far.geojson")
            try scratch.write(
                GroundFlight.square(half: 40, north: 2, east: 3, properties: #"{"名称": "常山石矿"}"#), "pits.geojson")
            let token = try await gateway.token()
            let daemon = try await gateway.startReady()
            try await gateway.settle()
            let findings = try await gateway.findings(token: token)
            #expect(findings.count == count)
            if count > 0 {
                try Self.expectNearest(findings.first, metres: 30)
                let location = findings.first?["properties"]["location"]
                #expect(location?["area"].text == "常山石矿" && location?["grid"].text == "330822100001001")
            }
            daemon.send(SIGTERM)
            #expect(await daemon.end(within: 10).code == 0)
        }
    }

    @Test func `frames that touch what must not be recorded leave a count and nothing else`() async throws {
        let flight = try await GroundFlight.fly()
        let areas = flight.scratch.file("areas.geojson")
        try GroundFlight.square(half: 3, north: 2, east: 3).write(toFile: areas, atomically: true, encoding: .utf8)
        let register = flight.scratch.file("sites.csv")
        try GroundFlight.sites(east: 50).write(toFile: register, atomically: true, encoding: .utf8)
        let folder = flight.scratch.file("kept")
        let secret = try await flight.replay(
            ["--register", "licensed_sites=\(register)", "--area", "no_record=\(areas)", "--output", folder])
        #expect(secret.outcome.code == 0 && secret.findings.isEmpty, "\(secret.outcome.description)")
        #expect(secret.outcome.complaint.contains("frames_not_recorded 3"), "\(secret.outcome.complaint)")
        let kept = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        #expect(!kept.contains { $0.hasSuffix(".jpg") || $0.hasSuffix(".ts") || $0.hasSuffix(".mp4") }, "\(kept)")

        let silent = try await flight.replay([
            "--register", "licensed_sites=\(register)", "--area", "no_alert=\(areas)",
        ])
        #expect(silent.findings.isEmpty)
        #expect(silent.outcome.complaint.contains("detections_not_alerted"))

        // Farther than the picture reaches.
        try GroundFlight.square(half: 3, north: 2, east: 400).write(toFile: areas, atomically: true, encoding: .utf8)
        let open = try await flight.replay(["--register", "licensed_sites=\(register)", "--area", "no_record=\(areas)"])
        #expect(open.findings.count == 1 && !open.outcome.complaint.contains("not_recorded"))
    }

    @Test func `an area that is wrong stops the start with file, line and column`() async throws {
        let flight = try await GroundFlight.fly()
        let areas = flight.scratch.file("areas.geojson")
        try "{\"type\":\"Polygon\",\n\"coordinates\":[[[118,28],[119,29],[119,28],[118,29],[118,28]]]}".write(
            toFile: areas, atomically: true, encoding: .utf8)
        let register = flight.scratch.file("sites.csv")
        try GroundFlight.sites(east: 0).write(toFile: register, atomically: true, encoding: .utf8)
        let found = try await flight.replay(["--register", "licensed_sites=\(register)", "--area", "mine=\(areas)"])
        #expect(found.outcome.code == 78)
        #expect(found.outcome.complaint.contains("areas.geojson:2:"), "\(found.outcome.complaint)")
    }
}
