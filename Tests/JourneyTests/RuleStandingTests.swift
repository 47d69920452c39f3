import Foundation
import Glibc
import Testing

/// Budgets of the day and floors of precision, over flights, verdicts and restarts of the daemon.
@Suite struct RuleStandingTests {
    /// A daemon that watches a folder, into which flights past one heap are put, and a platform that gets what goes out.
    private struct Watching {
        let flight: GroundFlight
        let platform: Platform
        let gateway: Deployment
        let token: String
        private(set) var daemon: RunningProgram
        private var count = 0
        /// Since the daemon was started.
        private var ended = 0

        init(rule key: String) async throws {
            flight = try await GroundFlight.fly()
            platform = try await Platform()
            let inbox = flight.scratch.file("inbox")
            try FileManager.default.createDirectory(atPath: inbox, withIntermediateDirectories: true)
            gateway = try Deployment(source: inbox, keys: "folder: {settle: 200ms}", platform: platform)
            try RuleStandingTests.write(rule: key, gateway)
            token = try await gateway.token()
            daemon = try await gateway.startReady()
        }

        mutating func restart() async throws {
            daemon.send(SIGTERM)
            #expect(await daemon.end(within: 20).code == 0)
            daemon = try await gateway.startReady()
            ended = 0
        }

        /// Another flight past the heap: its finding.
        mutating func fly() async throws -> JSON {
            let known = Set(try await gateway.findings(token: token).map { $0["id"] })
            count += 1
            ended += 1
            let ready = try flight.scratch.write(flight.copy(count), "ready.ts")
            try FileManager.default.moveItem(atPath: ready, toPath: flight.scratch.file("inbox/\(count).ts"))
            let (daemon, wanted) = (daemon, ended)
            let isOver = await eventually(within: 30) { daemon.complaint.matches(of: /flight ends/).count == wanted }
            try #require(isOver, "flight \(count) did not end: \(daemon.complaint)")
            // What it found, with its clip, is stored before anything else is done.
            try await Task.sleep(for: .milliseconds(500))
            let new = try await gateway.findings(token: token).filter { !known.contains($0["id"]) }
            try #require(new.count == 1, "\(new.count) findings: \(daemon.complaint)")
            return new[0]
        }

        func judge(_ finding: JSON, _ verdict: String) async throws {
            let id = try #require(finding["id"].text)
            let (status, body) = try await HTTP.send(
                "POST", gateway.page + "/v1/findings/\(id)/verdicts", token: token,
                body: "{\"verdict\":\"\(verdict)\",\"why\":\"looked\"}")
            #expect(status == 200, "\(body)")
        }

        /// Whether just these became cases.
        func expectCases(_ findings: JSON..., location: SourceLocation = #_sourceLocation) async throws {
            let wanted = Set(findings.compactMap { $0["id"].text })
            let cases = try await eventually(within: 15) { Set(try await platform.cases.keys) == wanted }
            let now = try await platform.cases
            #expect(cases, "\(now) instead of \(wanted)", sourceLocation: location)
        }

        func times(_ text: String) -> Int { daemon.complaint.components(separatedBy: text).count - 1 }
        var held: Int? { get async throws { try await gateway.status()["books"][0]["held"].count } }
        func counter(_ name: String) async throws -> Int? {
            try await gateway.status()["sources"][0]["counters"][name].count
        }
    }

    /// The one rule of the gateway. Each flight past the heap finds it anew, which is what the rule spends and is judged by.
    private static func write(rule key: String, _ gateway: Deployment) throws {
        try gateway.scratch.write(
            """
            pack: standing
            version: "1"
            title: {zh: 预算, en: Standing}
            rules:
              - {id: heap, scene_type: waste.exposed, when: [object.confidence >= 0.5], \(key)}

            """, "pack.yaml")
        let config = try String(contentsOfFile: gateway.config, encoding: .utf8)
        try gateway.scratch.write(
            config + "joining: {across_flights: false}\n"
                + "rules: {catalogue: \"\(Checkout.models)/catalogue.yaml\", packs: [pack.yaml]}\n", "flyonce.yaml")
    }

    private static func conditions(_ finding: JSON) -> [String] {
        finding["properties"]["rule"]["reasons"].items.compactMap { $0["condition"].text }
    }

    private static let overBudget = "over the rule's budget of the day"
    private static let underFloor = "under the rule's floor of precision"

    @Test func `what a budget spent in the morning is spent after a restart and after a change of the rules`()
        async throws
    {
        var watching = try await Watching(rule: "budget: {per_day: 2}")
        let first = try await watching.fly()
        try await watching.restart()
        let second = try await watching.fly()
        try await watching.expectCases(first, second)
        #expect(watching.times("over its budget") == 0)

        try await watching.restart()
        let third = try await watching.fly()
        #expect(Self.conditions(third).contains(Self.overBudget))
        #expect(watching.times("the rule heap is over its budget of 2 a day") == 1)
        #expect(try await watching.counter("rule_over_budget_heap") ?? 0 > 0)
        let held = try await watching.held
        #expect(held == 1)

        watching.daemon.send(SIGHUP)
        let daemon = watching.daemon
        #expect(await eventually(within: 20) { daemon.complaint.contains("rules were read again") })
        let fourth = try await watching.fly()
        #expect(Self.conditions(fourth).contains(Self.overBudget))
        #expect(watching.times("is over its budget") == 1)
        try await watching.expectCases(first, second)
        for finding in [first, second] { #expect(!Self.conditions(finding).contains(Self.overBudget)) }
        // What a person upholds goes out.
        try await watching.judge(third, "upheld")
        try await watching.expectCases(first, second, third)
    }

    @Test func `what a live stream spent of a budget outlives a daemon that is killed`() async throws {
        guard let ffmpeg = Program(installed: "ffmpeg") else {
            print("left out: ffmpeg is not installed")
            return
        }
        let flight = try await GroundFlight.fly()
        let port = try FreePort.udp()
        let gateway = try Deployment(source: "udp://127.0.0.1:\(port)", platform: nil)
        try Self.write(rule: "budget: {per_day: 1}", gateway)
        let token = try await gateway.token()
        func fly() async throws {
            let listening = await eventually(within: 10, every: 0.05) { LiveStreamTests.isBound(port) }
            #expect(listening)
            let sent = try await ffmpeg(
                "-hide_banner", "-loglevel", "error", "-re", "-i", flight.video, "-map", "0", "-c", "copy",
                "-copy_unknown", "-f", "mpegts", "udp://127.0.0.1:\(port)?pkt_size=1316")
            #expect(sent.code == 0, "\(sent.description)")
        }
        let killed = try await gateway.startReady()
        try await fly()
        #expect(try await eventually(within: 10) { try await gateway.findings(token: token).count == 1 })
        #expect(!killed.complaint.contains("over its budget"), "\(killed.complaint)")
        killed.send(SIGKILL)
        _ = await killed.end(within: 10)

        let daemon = try await gateway.startReady()
        try await fly()
        let said = await eventually(within: 10) {
            daemon.complaint.contains("the rule heap is over its budget of 1 a day")
        }
        #expect(said, "\(daemon.complaint)")
        daemon.send(SIGTERM)
        #expect(await daemon.end(within: 20).code == 0)
    }

    @Test func `verdicts hold back a rule that is mostly wrong, and let it go when it is right again`() async throws {
        var watching = try await Watching(rule: "precision_floor: {least: 0.5, of: 4, after: 2}")
        let first = try await watching.fly()
        let second = try await watching.fly()
        try await watching.expectCases(first, second)
        try await watching.judge(first, "dismissed")
        #expect(watching.times("under its precision floor") == 0)
        try await watching.judge(second, "dismissed")
        #expect(
            watching.times("the rule heap is under its precision floor of 0.5: 0 of its last 2 judged findings") == 1)

        let third = try await watching.fly()
        #expect(Self.conditions(third).contains(Self.underFloor))
        #expect(try await watching.counter("rule_under_floor_heap") == 1)
        #expect(try await watching.held == 1)
        let rule = try await watching.gateway.status()["rules"][0]
        #expect(rule["rule"] == .text("heap") && rule["under_floor"].count == 1 && rule["dismissed"].count == 2)
        let status = try await Program.flyonce("status", "--config", watching.gateway.config)
        #expect(status.output.contains("rule heap: 0 of its last 2 judged findings were upheld, under its floor"))

        try await watching.restart()
        #expect(watching.times("the rule heap is under its precision floor") == 1)
        let fourth = try await watching.fly()
        #expect(Self.conditions(fourth).contains(Self.underFloor))
        try await watching.expectCases(first, second)
        try await watching.judge(third, "upheld")
        #expect(watching.times("above its precision floor again") == 0)
        try await watching.judge(fourth, "upheld")
        #expect(
            watching.times("the rule heap is above its precision floor again: 2 of its last 4 judged findings") == 1)

        let fifth = try await watching.fly()
        #expect(!Self.conditions(fifth).contains(Self.underFloor))
        try await watching.expectCases(first, second, third, fourth, fifth)
        #expect(watching.times("under its precision floor") == 1)
    }
}
