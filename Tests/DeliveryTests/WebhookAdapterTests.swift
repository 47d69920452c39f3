import Curl
import Delivery
import Inspection
import Testing

struct WebhookAdapterTests {
    private static let secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
    private static let older = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    private func adapter(_ transport: ScriptedTransport, _ clock: TestClock) throws -> WebhookAdapter {
        let options = WebhookAdapter.Options(
            url: "https://hook.example/in", secrets: [try WebhookSecret(Self.secret), try WebhookSecret(Self.older)])
        return try WebhookAdapter(destination: platform, options: options, transport: transport, clock: clock)
    }

    private func body(_ request: HTTPRequest) -> [UInt8] {
        if case .bytes(let bytes) = request.body { bytes } else { [] }
    }

    @Test func `keeps id and body over retries, and signs each attempt anew with every secret`() async throws {
        let transport = ScriptedTransport { _, _ in HTTPResponse(status: 204) }
        let clock = TestClock(at: 1_787_195_045)
        let adapter = try adapter(transport, clock)
        for _ in 0..<2 {
            #expect(await adapter.deliver(owed(revision: 2), evidence: FolderEvidence()).answer == .delivered(nil))
            clock.advance(seconds: 60)
        }
        let requests = transport.requests
        func field(_ request: HTTPRequest, _ name: String) -> String {
            request.fields.first { $0.name == name }?.value ?? ""
        }
        #expect(requests.map { field($0, "webhook-id") } == Array(repeating: "\(finding(1))-2", count: 2))
        #expect(!field(requests[0], "webhook-id").contains("."))
        #expect(requests.map { field($0, "webhook-timestamp") } == ["1787195045", "1787195105"])
        #expect(body(requests[0]) == body(requests[1]))
        for request in requests {
            for secret in [Self.secret, Self.older] {
                #expect(
                    try WebhookSecret(secret).verifies(
                        signatures: field(request, "webhook-signature"), id: field(request, "webhook-id"),
                        timestamp: field(request, "webhook-timestamp"), body: body(request)))
            }
        }
    }

    @Test(arguments: [(1, "finding.opened"), (2, "finding.updated")])
    func `wraps the stored feature byte for byte`(revision: Int, type: String) async throws {
        let transport = ScriptedTransport { _, _ in HTTPResponse(status: 200) }
        let row = owed(revision: revision)
        _ = try await adapter(transport, TestClock(at: 1)).deliver(row, evidence: FolderEvidence())
        let expected =
            #"{"type":"\#(type)","timestamp":"2026-08-20T03:04:07.000000Z","data":"#
            + String(decoding: row.feature, as: UTF8.self) + "}"
        #expect(String(decoding: body(try #require(transport.requests.first)), as: UTF8.self) == expected)
    }

    @Test func `links the finding on the officers' page, the same on every attempt`() async throws {
        let transport = ScriptedTransport { _, _ in HTTPResponse(status: 200) }
        var options = WebhookAdapter.Options(url: "https://hook.example/in", secrets: [try WebhookSecret(Self.secret)])
        options.page = "https://gateway.example:8443"
        let adapter = try WebhookAdapter(
            destination: platform, options: options, transport: transport, clock: TestClock(at: 1))
        var long = owed()
        long.feature = Array(#"{"properties":{"x":"\#(String(repeating: "x", count: 20_000))"}}"#.utf8)
        for row in [owed(), long] { _ = await adapter.deliver(row, evidence: FolderEvidence()) }
        for request in transport.requests {
            let text = String(decoding: body(request), as: UTF8.self)
            #expect(text.contains(#""url":"https://gateway.example:8443/#finding=\#(finding(1))","data":"#))
            #expect(text.utf8.count < 20_000)
        }
        #expect(transport.requests.count == 2)
    }

    @Test func `stays under 20 kB by sending the id alone`() async throws {
        let transport = ScriptedTransport { _, _ in HTTPResponse(status: 200) }
        var row = owed()
        row.feature = Array(#"{"properties":{"x":"\#(String(repeating: "x", count: 20_000))"}}"#.utf8)
        _ = try await adapter(transport, TestClock(at: 1)).deliver(row, evidence: FolderEvidence())
        let text = String(decoding: body(try #require(transport.requests.first)), as: UTF8.self)
        #expect(text.utf8.count < 20_000)
        #expect(text.contains(#""data":{"id":"\#(finding(1))","revision":1,"too_long":true}"#))
    }

    @Test(arguments: [
        (200, "delivered"), (202, "delivered"), (299, "delivered"), (410, "refused"), (400, "refused"),
        (422, "refused"),
        (401, "misconfigured"), (403, "misconfigured"), (404, "misconfigured"), (302, "misconfigured"),
        (429, "unavailable"), (500, "unavailable"), (502, "unavailable"), (504, "unavailable"), (409, "postponed"),
        (700, "unusable"),
    ]) func `reads the status`(status: Int, expected: String) async throws {
        let transport = ScriptedTransport { _, _ in HTTPResponse(status: status) }
        let answer = try await adapter(transport, TestClock(at: 1)).deliver(owed(), evidence: FolderEvidence()).answer
        #expect("\(answer)".hasPrefix(expected))
    }

    @Test func `needs a secret`() {
        #expect(throws: DeliveryError.self) {
            try WebhookAdapter(
                destination: platform, options: .init(url: "https://x", secrets: []),
                transport: ScriptedTransport { _, _ in HTTPResponse(status: 200) }, clock: TestClock())
        }
    }
}
