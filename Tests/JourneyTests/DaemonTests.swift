import Foundation
import Testing

/// The daemon and the case platform as processes, with a simulated flight between them.
@Suite(.serialized) struct DaemonTests {
    static let golden = GoldenCase(name: "two-piles-15-m-apart")

    @Test func `every finding becomes one case, and a restart changes nothing`() async throws {
        let flight = try await Self.golden.flight()
        let platform = try await Platform()
        let gateway = try Deployment(source: flight.video, platform: platform)
        let token = try await gateway.token()

        let daemon = try await gateway.startReady()
        try await gateway.settle()
        let findings = try await gateway.findings(token: token)
        let replayed = try await Self.golden.replay(flight.video).findings
        #expect(findings.count == replayed.count && findings.count == 2)
        for (name, value) in [
            ("scene_type", "waste.exposed"), ("status", "open"), ("gateway", "trial"), ("source", "uav-1"),
        ] {
            for finding in findings { #expect(finding["properties"][name] == .text(value)) }
        }
        #expect(try await platform.cases == Self.one(of: findings))
        let numbered = try await eventually(within: 10) {
            try await gateway.findings(token: token).allSatisfy { $0["properties"]["case"]["number"].text != nil }
        }
        #expect(numbered, "a finding has no case number")
        try await Self.expectBalance(gateway)

        let asked = ContinuousClock.now
        daemon.send(SIGTERM)
        let outcome = await daemon.end(within: 10)
        #expect(outcome.code == 0, "\(outcome.description)")
        #expect(ContinuousClock.now - asked < .seconds(10))

        // Without a daemon the store answers.
        let closed = try await gateway.status()
        #expect(closed["ready"] == .number(0))
        let plain = try await Program.flyonce("status", "--config", gateway.config)
        #expect(plain.output.contains("the store holds \(findings.count) finding"), "\(plain.description)")
        #expect(closed["books"][0]["delivered"] == closed["books"][0]["produced"])

        let before = try await gateway.status()["books"]
        let again = try await gateway.startReady()
        try await gateway.settle()
        #expect(again.complaint.contains("already read to its end"), "\(again.complaint)")
        #expect(try await gateway.status()["books"] == before)
        #expect(try await gateway.findings(token: token).map { $0["id"] } == findings.map { $0["id"] })
        #expect(try await platform.cases == Self.one(of: findings))
        again.send(SIGTERM)
        #expect(await again.end(within: 10).code == 0)
    }

    @Test func `what needs a person's look is held until it is upheld`() async throws {
        let flight = try await Self.golden.flight()
        let platform = try await Platform()
        let gateway = try Deployment(source: flight.video, platform: platform, release: "review")
        let token = try await gateway.token()
        let daemon = try await gateway.startReady()
        try await gateway.settle()
        let findings = try await gateway.findings(token: token)
        #expect(findings.count == 2)
        #expect((try await gateway.status()["books"][0]["held"].count ?? 0) > 0)
        #expect(try await platform.cases.isEmpty)
        try await Self.expectBalance(gateway)
        let isSealed = try await eventually(within: 10) {
            (try await gateway.status()["chain"]["lines"].count ?? 0) > 0
        }
        #expect(isSealed)

        let chosen = try #require(findings.first?["id"].text)
        let path = gateway.page + "/v1/findings/\(chosen)/verdicts"
        let (refused, _) = try await HTTP.send("POST", path, body: #"{"verdict":"upheld"}"#)
        #expect(refused == 401)
        let (status, body) = try await HTTP.send(
            "POST", path, token: token, body: #"{"verdict":"upheld","why":"seen"}"#)
        #expect(status == 200, "\(body)")
        let arrived = try await eventually(within: 15) { try await platform.cases == [chosen: 1] }
        #expect(arrived, "the upheld finding made no case")
        // A dismissed one never goes.
        let other = try #require(findings.last?["id"].text)
        let (dismissed, answer) = try await HTTP.send(
            "POST", gateway.page + "/v1/findings/\(other)/verdicts", token: token,
            body: #"{"verdict":"dismissed","why":"a tarpaulin"}"#)
        #expect(dismissed == 200, "\(answer)")
        try await gateway.settle()
        #expect(try await platform.cases == [chosen: 1])
        try await Self.expectBalance(gateway)
        daemon.send(SIGTERM)
        #expect(await daemon.end(within: 10).code == 0)

        // The platform is a witness of the chain of evidence: what it was told with the report is in it.
        let summary = try JSON(try await HTTP.send("GET", platform.address + "/admin/summary").body)
        let head = try #require(summary["external_ids"][chosen]["chain"].text)
        #expect(try await Program.flyonce("verify", gateway.state, "--head", head).code == 0)
        let forged = head.prefix { $0 != ":" } + ":" + String(repeating: "0", count: 64)
        #expect(try await Program.flyonce("verify", gateway.state, "--head", String(forged)).code == 1)
    }

    @Test func `what is never released makes no case and owes nothing`() async throws {
        let flight = try await Self.golden.flight()
        let platform = try await Platform()
        let gateway = try Deployment(source: flight.video, platform: platform, release: "never")
        let token = try await gateway.token()
        let daemon = try await gateway.startReady()
        try await gateway.settle()
        #expect(try await gateway.findings(token: token).count == 2)
        #expect(try await platform.cases.isEmpty)
        for book in try await gateway.status()["books"].items { #expect(book["produced"].count == 0) }
        daemon.send(SIGTERM)
        #expect(await daemon.end(within: 10).code == 0)
    }

    @Test func `three kills on the way leave the same cases as none`() async throws {
        let flight = try await Self.golden.flight()
        let calm = try await Platform()
        let undisturbed = try Deployment(source: flight.video, platform: calm)
        let daemon = try await undisturbed.startReady()
        try await undisturbed.settle()
        daemon.send(SIGKILL)
        _ = await daemon.end(within: 5)

        let rough = try await Platform()
        let gateway = try Deployment(source: flight.video, platform: rough)
        let moments: [@Sendable (RunningProgram) async throws -> Bool] = [
            { $0.complaint.contains("flight begins") },
            { $0.complaint.contains(" finding ") || $0.complaint.contains("flight ends") },
            { _ in try await !rough.cases.isEmpty },
        ]
        for moment in moments {
            let victim = try gateway.start()
            let came = try await eventually(within: 20, every: 0.002) { try await moment(victim) }
            #expect(came, "\(victim.complaint)")
            victim.send(SIGKILL)
            _ = await victim.end(within: 5)
        }
        let last = try await gateway.startReady()
        try await gateway.settle()
        #expect(try await calm.cases.count == 2)
        #expect(try await rough.cases == calm.cases)
        try await Self.expectBalance(gateway)
        last.send(SIGTERM)
        #expect(await last.end(within: 10).code == 0)
    }

    @Test func `a stop while the file is still read ends in time, and the next start finishes the work`() async throws {
        let flight = try await Self.golden.flight()
        let platform = try await Platform()
        let gateway = try Deployment(source: flight.video, platform: platform)
        let first = try gateway.start()
        let begun = await eventually(within: 20, every: 0.005) { first.complaint.contains("flight begins") }
        #expect(begun)
        first.send(SIGTERM)
        #expect(await first.end(within: 10).code == 0)
        let second = try await gateway.startReady()
        try await gateway.settle()
        let expected = try await gateway.findings(token: try await gateway.token())
        #expect(expected.count == 2)
        #expect(try await platform.cases == Self.one(of: expected))
        second.send(SIGTERM)
        #expect(await second.end(within: 10).code == 0)
    }

    static func one(of findings: [JSON]) -> [String: Int] {
        Dictionary(findings.compactMap { $0["id"].text.map { ($0, 1) } }, uniquingKeysWith: +)
    }

    static func expectBalance(_ gateway: Deployment, location: SourceLocation = #_sourceLocation) async throws {
        let status = try await gateway.status()
        #expect(status["books"].items.count == 1, sourceLocation: location)
        for book in status["books"].items {
            let parts = ["delivered", "pending", "leased", "held", "superseded", "evicted", "dead"]
                .compactMap { book[$0].count }
            #expect(
                parts.count == 7 && book["produced"].count == parts.reduce(0, +), "\(book)", sourceLocation: location)
        }
    }
}
