import Foundation
import Glibc
import Testing

/// What a daemon leaves of frames over an area that must not be recorded.
@Suite(.serialized) struct NoRecordTests {
    private static let register = "name: licensed_sites, file: sites.csv"
    private static let secret = "name: bases, file: base.geojson, kind: no_record"

    /// Runs the flight to its end; `area` must not be recorded.
    private static func run(_ flight: GroundFlight, area: String) async throws -> (Deployment, JSON, [JSON], String) {
        let gateway = try flight.gateway(source: flight.video, areas: [secret], registers: [register])
        try gateway.scratch.write(area, "base.geojson")
        try gateway.scratch.write(GroundFlight.sites(east: 50), "sites.csv")
        let token = try await gateway.token()
        let daemon = try await gateway.startReady()
        try await gateway.settle()
        let findings = try await gateway.findings(token: token)
        let status = try await gateway.status()
        let flights = try await HTTP.send("GET", gateway.page + "/v1/flights", token: token)
        #expect(flights.status == 200)
        daemon.send(SIGTERM)
        let outcome = await daemon.end(within: 20)
        #expect(outcome.code == 0, "\(outcome.description)")
        return (gateway, status["sources"][0]["counters"], findings, outcome.complaint + flights.body)
    }

    /// Everything in the evidence folder, however deep.
    private static func evidence(_ gateway: Deployment) throws -> [String] {
        let folder = gateway.state + "/evidence"
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return try names.map { folder + "/" + $0 }.filter {
            try FileManager.default.attributesOfItem(atPath: $0)[.type] as? FileAttributeType == .typeRegular
        }
    }

    /// Degrees of the flight's neighbourhood with four decimals or more: a place to ten metres.
    private static func places(_ text: String) -> [String] {
        text.matches(of: /(28\.9|118\.5)[0-9]{3,}/).map { String($0.output.0) }
    }

    @Test func `frames that all touch it leave a count, and no place in any file or line`() async throws {
        let flight = try await GroundFlight.fly()
        // Under the picture from the first frame to the last.
        let area = GroundFlight.square(half: 3, north: 2, east: 3)
        let (gateway, counters, findings, said) = try await Self.run(flight, area: area)
        #expect(counters["frames_not_recorded"].number == 30, "\(counters)")
        #expect(findings.isEmpty)
        #expect(try Self.evidence(gateway) == [])
        #expect(Self.places(said) == [], "\(said)")
        // The store's own files, byte for byte; a log of frame metadata, which is no text, is not there at all.
        let names = FileManager.default.enumerator(atPath: gateway.state)?.compactMap { $0 as? String } ?? []
        #expect(!names.contains { $0.hasSuffix(".metadata") }, "\(names)")
        for name in names {
            guard let held = FileManager.default.contents(atPath: gateway.state + "/" + name) else { continue }
            #expect(Self.places(String(decoding: held, as: UTF8.self)) == [], "\(name)")
        }
    }

    @Test func `of a flight that begins over it, clip and sidecar begin behind it`() async throws {
        let flight = try await GroundFlight.fly(seconds: 6)
        // Under the aircraft for the first three seconds, out of every picture.
        let half = 14.0
        let area = GroundFlight.square(half: half, north: -60, east: 0)
        let (gateway, counters, findings, said) = try await Self.run(flight, area: area)
        let withheld = counters["frames_not_recorded"].number ?? 0
        #expect((25...35).contains(withheld), "\(counters)")
        #expect(findings.count == 1)
        let north = GroundFlight.place(north: -60 + half, east: 0).latitude
        for place in Self.places(said).compactMap(Double.init) where place < 100 {
            #expect(place > north, "a line tells a place inside")
        }
        let items = findings.first?["properties"]["evidence"].items ?? []
        #expect(Set(items.compactMap { $0["kind"].text }).isSuperset(of: ["picture", "clip", "metadata"]), "\(items)")
        // 3 s after the flight began the aircraft leaves the area.
        for item in items {
            let captured = try #require(item["captured_at"].text)
            #expect(captured >= "2026-08-20T03:00:02.9", "\(item)")
        }
        var positions = 0
        for path in try Self.evidence(gateway) {
            let told = try await Program.flyonce("inspect", path, "--format", "ndjson")
            for line in told.lines {
                for match in line.matches(of: /28\.[0-9]+/) {
                    let latitude = try #require(Double(match.output))
                    positions += 1
                    #expect(latitude > north - 1e-6, "\(path): \(line.prefix(300))")
                }
            }
        }
        #expect(positions > 10, "nothing was looked at")
    }
}
