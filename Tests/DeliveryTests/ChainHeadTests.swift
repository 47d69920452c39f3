import CasePlatform
import Curl
import Foundation
import Inspection
import Testing

@testable import Delivery

@Suite struct ChainHeadTests {
    private static let head = "17:" + String(repeating: "ab", count: 32)

    @Test func `what is brought says the chain's end, what is asked for does not`() async throws {
        let base = ScriptedTransport { _, _ in json(200, "{}") }
        let transport = ChainHeadTransport(base) { Self.head }
        for method in [HTTPRequest.Method.post, .put, .get, .head] {
            _ = try await transport.send(HTTPRequest(method, "https://a.example/x"))
        }
        #expect(
            base.requests.map { $0.fields.first { $0.name == "FlyOnce-Chain" }?.value } == [
                Self.head, Self.head, nil, nil,
            ])
        _ = try await ChainHeadTransport(base) { nil }.send(HTTPRequest(.post, "https://a.example/x"))
        #expect(base.requests.last?.fields.isEmpty == true)
    }

    @Test func `a signature may cover it`() async throws {
        var options = HeaderSigning.Options()
        options.text = "${chain}\n${body}"
        options.fields = [HTTPField("X-Signature", "${signature}")]
        let signing = try HeaderSigning(SigningAlgorithm(.hmacSHA256, secret: "word"), options: options)
        let base = ScriptedTransport { _, _ in json(200, "{}") }
        func signature(_ head: String?) async throws -> String? {
            let signed = SigningTransport(base, signing: .headers(signing), clock: TestClock(at: 1_787_195_045))
            _ = try await ChainHeadTransport(signed) { head }.send(
                HTTPRequest(.post, "https://a.example/x", body: .bytes([1])))
            return base.requests.last?.fields.first { $0.name == "X-Signature" }?.value
        }
        let (first, other, none) = (
            try await signature(Self.head), try await signature("18" + Self.head.dropFirst(2)), try await signature(nil)
        )
        #expect(first != nil && first != other && first != none && other != none)
    }

    @Test func `an event says it as an attribute`() async throws {
        let transport = ScriptedTransport { _, _ in json(202, "") }
        for mode in CloudEventsAdapter.Mode.allCases {
            var options = CloudEventsAdapter.Options(url: "https://a.example/e")
            options.mode = mode
            options.chain = { Self.head }
            let adapter = try CloudEventsAdapter(
                destination: platform, options: options, transport: transport, clock: TestClock())
            _ = await adapter.deliver(owed(), evidence: FolderEvidence())
        }
        guard case .bytes(let body)? = transport.requests.first?.body else { throw CancellationError() }
        #expect(JSONValue(body)?["evidencechain"]?.string == Self.head)
        #expect(transport.requests.last?.fields.first { $0.name == "ce-evidencechain" }?.value == Self.head)
    }

    @Test(arguments: [("case_overdue", "case.overdue"), ("case_due_soon", "case.due_soon")])
    func `a late case is a kind of message of its own, in the revision that says so`(
        _ member: String, _ kind: String
    ) async throws {
        var row = owed()
        let said = #""\#(member)":{"platform":"p","number":"n","step":"handle","revision":7},"status""#
        let feature = String(decoding: row.feature, as: UTF8.self).replacingOccurrences(of: #""status""#, with: said)
        try #require(feature.contains(member))
        row.feature = Array(feature.utf8)
        for (revision, type) in [
            (7, kind), (8, "finding.updated"), (1, "finding.opened"), (70, "finding.updated"),
        ] {
            row.revision = revision
            #expect(JSONValue(WebhookAdapter.body(of: row))?["type"]?.string == type)
            let event = CloudEvent(row, page: nil, dataSchema: nil)
            #expect(event?.attributes.first { $0.name == "type" }?.value == "org.flyonce." + type)
        }
    }
}
