import HTTPTypes
import Inspection
import Synchronization
import Testing

@testable import API

/// `POST /v1/cases/callback`, with a receiver that answers as it is told.
@Suite struct CaseCallbackRouteTests {
    static let uri = "/v1/cases/callback"
    static let signed: HTTPFields = [
        .webhookID: "LX-2026-000001-3", .webhookTimestamp: "1787195045", .webhookSignature: "v1,AAAA",
    ]

    @Test(
        arguments: [
            (CallbackAnswer.stored, 204, nil), (.underWay, 503, "under_way"), (.unknownFinding, 404, "no_finding"),
            (.notAuthentic(reason: "the callback's signature is not valid"), 401, "not_authentic"),
            (.unusable(reason: "the callback breaks the contract"), 400, "bad_callback"),
            (.notConfigured, 404, "no_callback"),
        ] as [(CallbackAnswer, Int, String?)])
    func `each outcome has its answer`(outcome: CallbackAnswer, status: Int, code: String?) async throws {
        let gateway = try TestGateway { _ in outcome }
        let answer = try await gateway.call(.post, Self.uri, token: nil, headers: Self.signed, body: "{}")
        #expect(answer.status == status && answer.code == code)
        if status == 401 { #expect(answer.headers[.wwwAuthenticate] != nil) }
        if status == 503 { #expect(answer.headers[.retryAfter] == "1") }
    }

    @Test func `the receiver gets the message byte for byte`() async throws {
        let heard = Mutex<[SignedMessage]>([])
        let gateway = try TestGateway { message in
            heard.withLock { $0.append(message) }
            return .stored
        }
        let body = #"{"case_number":"立案〔2026〕7号", "stage":"handling"}"#
        _ = try await gateway.call(.post, Self.uri, token: nil, headers: Self.signed, body: body)
        let message = try #require(heard.withLock { $0.first })
        #expect(message.body == Array(body.utf8) && message.id == "LX-2026-000001-3")
        #expect(message.timestamp == "1787195045" && message.signature == "v1,AAAA")
    }

    @Test(arguments: ["webhook-id", "webhook-timestamp", "webhook-signature"])
    func `what is not signed is refused unread, whatever token it brings`(missing: String) async throws {
        let gateway = try TestGateway { _ in
            Issue.record("it was read")
            return .stored
        }
        var headers = Self.signed
        headers[try #require(HTTPField.Name(missing))] = nil
        let answer = try await gateway.call(
            .post, Self.uri, token: TestGateway.officer, headers: headers, body: "{}")
        #expect(answer.status == 401 && answer.code == "not_signed")
    }

    @Test func `a flood is cut off`() async throws {
        let gateway = try TestGateway { _ in .stored }
        let answer = try await gateway.call(
            .post, Self.uri, token: nil, headers: Self.signed, body: String(repeating: "x", count: 70_000))
        #expect(answer.status == 413)
    }

    @Test func `what the store could not keep is not answered with success`() async throws {
        let gateway = try TestGateway { _ in
            throw StoreError(kind: .full, description: "/secret/place: no space")
        }
        let answer = try await gateway.call(.post, Self.uri, token: nil, headers: Self.signed, body: "{}")
        #expect(answer.status == 503 && !answer.text.contains("secret"))
    }
}
