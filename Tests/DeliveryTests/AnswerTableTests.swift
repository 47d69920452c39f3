import Curl
import Delivery
import Foundation
import Inspection
import Testing

/// Whatever a platform can answer: every status with every kind of body. None stops the gateway, and none that is not
/// exactly the contract is taken for success.
struct AnswerTableTests {
    private static let id = finding(1).description
    private static let good = #"{"case_number":"LX-1","external_id":"\#(id)","stage":"reported"}"#

    private static let bodies: [(type: String, text: String)] = [
        ("application/json", good), ("text/html", "<html><form>login</form></html>"), ("text/html", good),
        ("application/json", ""), ("application/json", "null"), ("application/json", "[]"), ("application/json", "0"),
        ("application/json", "{"), ("application/json", good + good), ("application/json", "\u{FEFF}" + good),
        ("application/json", #"{"case_number":"LX-1","external_id":"\#(finding(2))","stage":"reported"}"#),
        ("application/json", #"{"case_number":null,"external_id":"\#(id)","stage":"reported"}"#),
        ("application/json", #"{"case_number":["LX-1"],"external_id":"\#(id)","stage":"reported"}"#),
        ("application/json", #"{"case_number":1e999,"external_id":"\#(id)","stage":"reported"}"#),
        ("application/json", #"{"case_number":"LX-1","external_id":"\#(id)","stage":"归档"}"#),
        ("application/json", #"{"case_number":"LX-1","external_id":"\#(id)","stage":4}"#),
        ("application/json", #"{"missing":null}"#), ("application/json", #"{"missing":{"a":1}}"#),
        ("application/json", #"{"missing":[1,null,"../../etc/passwd"]}"#),
        ("application/problem+json", #"{"type":"/problems/key-reused"}"#),
        ("application/problem+json", #"{"type":7,"title":{"a":[]},"detail":false,"status":"x"}"#),
        ("application/json", String(repeating: "[", count: 5_000)),
        ("application/json", String(repeating: #"{"a":"#, count: 5_000)),
        ("application/json", "\"" + String(repeating: "\\ud800", count: 1000) + "\""),
        ("application/json", "{\"cases\":" + String(repeating: "9", count: 5_000) + "}"),
        ("", good), ("application/json; charset=gb18030; x=\u{0}", "\u{0}\u{1}\u{2}"),
    ]

    private static let statuses =
        [0, 1, 99, 100, 101, 199] + Array(200...226) + Array(300...308) + Array(400...431)
        + [444, 451, 499] + Array(500...511) + [520, 599, 600, 999, -1, Int.max]

    private func isGood(_ status: Int, _ body: (type: String, text: String)) -> Bool {
        [200, 201].contains(status) && body.type == "application/json" && body.text == Self.good
    }

    @Test func `no answer but the contract's own is a case`() async {
        var delivered = 0
        let evidence = FolderEvidence()
        for status in Self.statuses {
            await Task.yield()
            for body in Self.bodies {
                let response = HTTPResponse(
                    status: status,
                    fields: [
                        HTTPField("Content-Type", body.type),
                        HTTPField("Retry-After", body.text.prefix(40).description),
                    ], body: Array(body.text.utf8))
                let adapter = FourPlatformAdapter(
                    destination: platform, options: .init(baseURL: "https://platform.example"),
                    transport: ScriptedTransport { _, _ in response }, clock: TestClock(at: 1_787_195_045))
                let answer = await adapter.deliver(owed(), evidence: evidence).answer
                switch answer {
                case .delivered:
                    delivered += 1
                    #expect(isGood(status, body), "HTTP \(status) with \(body.text.prefix(60)) was taken for a case")
                case .refused:
                    #expect([400, 410, 413, 422].contains(status) && body.type.hasPrefix("application/"))
                case .unavailable(_, let wait?): #expect(wait >= .zero)
                case .unavailable, .progressed, .postponed, .unusable, .misconfigured: break
                }
                if isGood(status, body) { continue }
                #expect((answer.reason ?? "").utf8.count < 1000)
            }
        }
        #expect(delivered == 2)
    }

    @Test func `only a 2xx is a message taken`() async throws {
        let secret = try WebhookSecret("whsec_" + Data(repeating: 7, count: 32).base64EncodedString())
        let evidence = FolderEvidence()
        for status in Self.statuses {
            let adapter = try WebhookAdapter(
                destination: platform, options: .init(url: "https://phones.example/hook", secrets: [secret]),
                transport: ScriptedTransport { _, _ in HTTPResponse(status: status) },
                clock: TestClock(at: 1_787_195_045))
            let answer = await adapter.deliver(owed(), evidence: evidence).answer
            #expect((answer == .delivered(nil)) == (200...299).contains(status), "HTTP \(status)")
        }
    }

    @Test func `no page of cases but the contract's own moves the cursor`() async {
        for status in Self.statuses {
            for body in Self.bodies {
                let response = HTTPResponse(
                    status: status, fields: [HTTPField("Content-Type", body.type)], body: Array(body.text.utf8))
                let adapter = FourPlatformAdapter(
                    destination: platform, options: .init(baseURL: "https://platform.example"),
                    transport: ScriptedTransport { _, _ in response }, clock: TestClock(at: 1_787_195_045))
                await #expect(throws: DeliveryError.self) { _ = try await adapter.stageChanges(after: nil, limit: 10) }
            }
        }
    }

    @Test func `no answer to an attachment but success counts as sent`() async throws {
        let evidence = FolderEvidence()
        let item = try await evidence.keep(
            [1, 2, 3], kind: .picture, mediaType: "image/jpeg", capturedAt: UTCTime(microseconds: 0))
        for status in Self.statuses where ![200, 201, 204].contains(status) {
            let transport = ScriptedTransport { request, _ in
                if request.method == .put { return json(status, "{}") }
                return json(424, #"{"missing":["\#(item.sha256)"]}"#)
            }
            let adapter = FourPlatformAdapter(
                destination: platform, options: .init(baseURL: "https://platform.example"), transport: transport,
                clock: TestClock(at: 1_787_195_045))
            let attempt = await adapter.deliver(owed(evidence: [item]), evidence: evidence)
            #expect(attempt.attachmentsSent == 0, "HTTP \(status)")
            if case .delivered = attempt.answer { Issue.record("HTTP \(status) for its attachment made a case") }
        }
    }
}
