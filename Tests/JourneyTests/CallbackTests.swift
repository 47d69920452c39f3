import Foundation
import Testing

/// The platform tells the gateway of its cases; the poll is so rare that nothing else can.
@Suite(.serialized) struct CallbackTests {
    static let golden = GoldenCase(name: "two-piles-15-m-apart")
    static let secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="

    private func stages(_ gateway: Deployment, _ token: String) async throws -> [String?] {
        try await gateway.findings(token: token).map { $0["properties"]["case"]["stage"].text }
    }

    @Test func `a case's stages come back by callback, and survive a kill`() async throws {
        let flight = try await Self.golden.flight()
        let port = try FreePort.tcp()
        let platform = try await Platform([
            "--advance-every", "200ms", "--callback-url", "http://127.0.0.1:\(port)/v1/cases/callback",
            "--callback-secret", Self.secret,
        ])
        let gateway = try Deployment(
            source: flight.video, platform: platform, port: port, casePoll: "1d", county: "callback_secret_file: word")
        try gateway.scratch.write(Self.secret + "\n", "word")
        let token = try await gateway.token()
        let daemon = try await gateway.startReady()
        let closed = try await eventually(within: 40, every: 0.25) {
            try await stages(gateway, token) == ["closed", "closed"]
        }
        let last = try await stages(gateway, token)
        #expect(closed, "\(last) \(daemon.complaint)")
        #expect((try await gateway.status()["counters"]["case_callbacks_taken"].count ?? 0) >= 2)

        // What was answered with success was on disk.
        daemon.send(SIGKILL)
        _ = await daemon.end(within: 5)
        let again = try await gateway.startReady()
        #expect(try await stages(gateway, token) == ["closed", "closed"])
        again.send(SIGTERM)
        #expect(await again.end(within: 10).code == 0)
    }

    @Test func `a callback that nobody signed changes nothing`() async throws {
        let flight = try await Self.golden.flight()
        let platform = try await Platform()
        let gateway = try Deployment(
            source: flight.video, platform: platform, casePoll: "1d", county: "callback_secret_file: word")
        try gateway.scratch.write(Self.secret, "word")
        let token = try await gateway.token()
        let daemon = try await gateway.startReady()
        try await gateway.settle()
        let finding = try #require(try await gateway.findings(token: token).first?["id"].text)
        let body = #"{"case_number":"LX-9","external_id":"\#(finding)","stage":"closed"}"#
        for bearer in [nil, token] {
            let (status, answer) = try await HTTP.send(
                "POST", gateway.page + "/v1/cases/callback", token: bearer, body: body)
            #expect(status == 401 && answer.contains("not_signed"), "\(answer)")
        }
        #expect(try await stages(gateway, token).allSatisfy { $0 == "reported" })
        daemon.send(SIGTERM)
        #expect(await daemon.end(within: 10).code == 0)
    }

    @Test func `two platforms may not share a callback secret`() async throws {
        let scratch = try Scratch()
        try scratch.write(Self.secret, "word")
        let config = try scratch.write(
            """
            gateway: {name: trial}
            state_directory: state
            http: {listen: "127.0.0.1:\(try FreePort.tcp())"}
            destinations:
              city: {kind: four-platform, url: "https://a.example", callback_secret_file: word}
              county: {kind: four-platform, url: "https://b.example", callback_secret_file: word}

            """, "flyonce.yaml")
        BadInputTests.expect(
            try await Program.flyonce("run", "--config", config), code: 78, says: ["county", "city", "callback secret"])
    }
}
