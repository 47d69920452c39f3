import Foundation
import Glibc
import Testing

/// Areas and registers that change beneath a running daemon.
@Suite(.serialized) struct GroundReloadTests {
    private static let register = "name: licensed_sites, file: sites.csv"

    /// A daemon that watches a folder, into which flights are put one after another.
    private struct Watching {
        let flight: GroundFlight
        let gateway: Deployment
        let token: String
        var daemon: RunningProgram
        private var count = 0

        init() async throws {
            flight = try await GroundFlight.fly()
            let inbox = flight.scratch.file("inbox")
            try FileManager.default.createDirectory(atPath: inbox, withIntermediateDirectories: true)
            gateway = try flight.gateway(source: inbox, registers: [GroundReloadTests.register])
            try gateway.scratch.write(GroundFlight.sites(east: 0), "sites.csv")
            token = try await gateway.token()
            daemon = try await gateway.startReady()
        }

        /// Another flight past the heap: how many findings there are once it has ended.
        mutating func fly() async throws -> [JSON] {
            count += 1
            let ready = try flight.scratch.write(flight.copy(count), "ready.ts")
            try FileManager.default.moveItem(atPath: ready, toPath: flight.scratch.file("inbox/\(count).ts"))
            let (daemon, wanted) = (daemon, count)
            let ended = await eventually(within: 30) {
                daemon.complaint.matches(of: /flight ends/).count == wanted
            }
            try #require(ended, "flight \(count) did not end: \(daemon.complaint)")
            // What it found is stored before anything else is done.
            try await Task.sleep(for: .milliseconds(300))
            return try await gateway.findings(token: token)
        }

        func says(_ text: String, times: Int = 1) async -> Bool {
            await eventually(within: 20) { daemon.complaint.components(separatedBy: text).count > times }
        }

        func write(_ sites: String) throws { try gateway.scratch.write(sites, "sites.csv") }
    }

    @Test func `a register that changes counts from then on, and one that is wrong leaves the old one in force`()
        async throws
    {
        var watching = try await Watching()
        #expect(try await watching.fly().isEmpty)

        try watching.write("id,name,lat,lon\nCS-0042,Yard,28.9,118.5\nCS-0043,No place,,118.5\n")
        let refused = await watching.says("areas and registers stay as they were")
        #expect(refused, "\(watching.daemon.complaint)")
        #expect(watching.daemon.complaint.contains("sites.csv:3:18: has no lat"), "\(watching.daemon.complaint)")
        #expect(try await watching.fly().isEmpty)

        try watching.write(GroundFlight.sites(east: 50))
        #expect(await watching.says("areas and registers were read again"))
        let findings = try await watching.fly()
        #expect(findings.count == 1)
        try RegisterTests.expectNearest(findings.first, metres: 30)
        watching.daemon.send(SIGTERM)
        #expect(await watching.daemon.end(within: 10).code == 0)
    }

    @Test func `SIGHUP takes over other files, or nothing of them when one is wrong`() async throws {
        var watching = try await Watching()
        let inbox = watching.flight.scratch.file("inbox")
        try watching.gateway.scratch.write(GroundFlight.sites(east: 50), "other.csv")
        try watching.gateway.scratch.write(
            "{\"type\":\"Polygon\",\n\"coordinates\":[[[118,28],[119,29],[119,28],[118,29],[118,28]]]}", "mine.geojson")
        let other = ["name: licensed_sites, file: other.csv"]
        try watching.flight.configure(
            watching.gateway, source: inbox, areas: ["name: mines, file: mine.geojson, kind: mine"], registers: other)
        watching.daemon.send(SIGHUP)
        #expect(await watching.says("nothing was taken over"))
        #expect(watching.daemon.complaint.contains("mine.geojson:2:"), "\(watching.daemon.complaint)")
        #expect(try await watching.fly().isEmpty)

        // A register that rules ask must be there.
        try watching.flight.configure(watching.gateway, source: inbox)
        watching.daemon.send(SIGHUP)
        #expect(await watching.says("nothing was taken over", times: 2))
        #expect(try await watching.fly().isEmpty)

        try watching.gateway.scratch.write(
            GroundFlight.square(half: 200, north: 0, east: 0, properties: #"{"name": "East pit"}"#), "mine.geojson")
        try watching.flight.configure(
            watching.gateway, source: inbox, areas: ["name: mines, file: mine.geojson, kind: mine"], registers: other)
        watching.daemon.send(SIGHUP)
        #expect(await watching.says("rules were read again"))
        #expect(watching.daemon.complaint.contains("areas changed: mines"), "\(watching.daemon.complaint)")
        #expect(watching.daemon.complaint.contains("registers changed: licensed_sites"))
        let findings = try await watching.fly()
        #expect(findings.count == 1, "\(watching.daemon.complaint)")
        #expect(findings.first?["properties"]["location"]["area"].text == "East pit")

        // The files of the new configuration are the ones that are followed.
        try watching.gateway.scratch.write("id,lat\n", "other.csv")
        #expect(await watching.says("areas and registers stay as they were"))
        #expect(watching.daemon.complaint.contains("other.csv:1:1: has no column lon"))
        watching.daemon.send(SIGTERM)
        #expect(await watching.daemon.end(within: 10).code == 0)
    }
}
