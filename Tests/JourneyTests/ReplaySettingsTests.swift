import Foundation
import Testing

/// A recording replayed by the settings of a gateway, and what is said of a command line that is wrong.
@Suite struct ReplaySettingsTests {
    private static let pack = """
        pack: held
        version: "1"
        title: {zh: 碰撞, en: Held against registers}
        rules:
          - id: dump-unlicensed
            scene_type: waste.exposed
            parameters: {least: 0.5}
            when:
              - object.confidence >= param.least
              - '!register("licensed_sites").covers(ground.position, now)'
            overrides:
              - {sources: ["dock-quarry"], parameters: {least: 0.99}}
        """

    /// Two docks; the register has columns of its own, and its one site lies `east` of the heap.
    private static func configure(_ flight: GroundFlight, east: Double, sources: String) throws -> String {
        let place = GroundFlight.place(north: 2, east: 3 + east)
        try flight.scratch.write(
            "许可证号,纬度,经度,半径,止\nCS-0042,\(place.latitude),\(place.longitude),20,2026-08-20\n", "sites.csv")
        try flight.scratch.write(pack, "held.yaml")
        return try flight.scratch.write(
            """
            gateway: {name: county}
            state_directory: state
            rules: {catalogue: "\(Checkout.models)/catalogue.yaml", packs: [held.yaml]}
            sources:
              \(sources)
            registers:
              - name: licensed_sites
                file: sites.csv
                utc_offset: "+08:00"
                columns: {id: 许可证号, lat: 纬度, lon: 经度, radius_m: 半径, to: 止}
            destinations:
              desk: {kind: webhook, url: "https://desk.invalid", secret_file: no-such-secret}

            """, "flyonce.yaml")
    }

    private static func replay(_ flight: GroundFlight, _ words: [String]) async throws -> (
        findings: [JSON], outcome: Outcome
    ) {
        let outcome = try await Program.flyonce.run(
            ["replay", flight.video, "--output", flight.scratch.file(UUID().uuidString)] + words)
        return (try outcome.lines.map { try JSON($0) }, outcome)
    }

    private static let docks = "dock-quarry: {url: \"udp://127.0.0.1:5004\"}\n  dock-2: {url: \"udp://127.0.0.1:5005\"}"

    @Test
    func `a recording is replayed by a gateway's registers, rules and name, and nothing of the gateway is touched`()
        async throws
    {
        let flight = try await GroundFlight.fly()
        for (east, count) in [(0.0, 0), (50, 1)] {
            let config = try Self.configure(flight, east: east, sources: "dock-2: {url: \"udp://127.0.0.1:5005\"}")
            let found = try await Self.replay(flight, ["--config", config])
            #expect(found.outcome.code == 0 && found.findings.count == count, "\(found.outcome.description)")
            guard let finding = found.findings.first else { continue }
            #expect(
                finding["properties"]["gateway"].text == "county" && finding["properties"]["source"].text == "dock-2")
            #expect(!FileManager.default.fileExists(atPath: flight.scratch.file("state")))
            // Another file in the form of the register that it stands for.
            let place = GroundFlight.place(north: 2, east: 3)
            let other = try flight.scratch.write(
                "许可证号,纬度,经度,半径\nCS-1,\(place.latitude),\(place.longitude),20\n", "other.csv")
            let held = try await Self.replay(flight, ["--config", config, "--register", "licensed_sites=\(other)"])
            #expect(held.outcome.code == 0 && held.findings.isEmpty, "\(held.outcome.description)")
        }
    }

    @Test func `a recording is replayed as the source that is named, with its overrides`() async throws {
        let flight = try await GroundFlight.fly()
        let config = try Self.configure(flight, east: 50, sources: Self.docks)
        for (words, source) in [
            ([], "flight"), (["--source", "dock-2"], "dock-2"), (["--source", "dock-quarry"], nil),
        ] {
            let found = try await Self.replay(flight, ["--config", config] + words)
            #expect(found.findings.first?["properties"]["source"].text == source, "\(found.outcome.description)")
            #expect(found.outcome.code == 0 && !found.outcome.complaint.contains("never fits"))
        }
        let unknown = try await Self.replay(flight, ["--config", config, "--source", "dock-3"])
        BadInputTests.expect(unknown.outcome, code: 2, says: ["no source dock-3", "did you mean dock-2?"])

        // Without settings there are no sources that an override could miss, and any may be named.
        let words = [
            "--rules", flight.scratch.file("held.yaml"), "--register", "licensed_sites=\(try Self.elsewhere(flight))",
        ]
        let plain = try await Self.replay(flight, words)
        #expect(
            plain.findings.count == 1 && !plain.outcome.complaint.contains("override"), "\(plain.outcome.description)")
        let named = try await Self.replay(flight, words + ["--source", "dock-quarry"])
        #expect(named.outcome.code == 0 && named.findings.isEmpty, "\(named.outcome.description)")
    }

    /// A register of a site that is far from the heap.
    private static func elsewhere(_ flight: GroundFlight) throws -> String {
        try flight.scratch.write(GroundFlight.sites(east: 50), "elsewhere.csv")
    }

    @Test func `everything that is wrong with a command line is said at once, by its arguments`() async throws {
        let flight = try await GroundFlight.fly()
        let cells = try flight.scratch.write(
            GroundFlight.square(half: 500, north: 0, east: 0, properties: #"{"code": "330822100001"}"#), "cells.geojson"
        )
        let found = try await flight.replay(["--area", "rivr=\(cells)", "--area", "grid=\(cells)", "--hfov", "500"])
        BadInputTests.expect(
            found.outcome, code: 2,
            says: [
                "--area rivr=\(cells): is no kind of area (did you mean river?; kinds are no_record, no_alert, grid,",
                "--hfov 500.0: ",
                "--register NAME=FILE: the rule dump-unlicensed asks the register licensed_sites", "cells.geojson:1:",
                "15",
            ])
        #expect(!found.outcome.complaint.contains("areas["), "\(found.outcome.complaint)")
        let missing = try await flight.replay(["--area", "river=nosuch"])
        BadInputTests.expect(
            missing.outcome, code: 78, says: ["--area river=nosuch: ", "is not there", "licensed_sites"])
        let form = try await flight.replay(["--area", "river.geojson"])
        BadInputTests.expect(form.outcome, code: 2, says: ["river.geojson is not of the form --area KIND=FILE"])
    }
}
