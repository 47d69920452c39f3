import HTTPTypes
import Inspection
import Store
import Testing

@testable import API

@Suite struct VerdictTests {
    private func path(_ number: Int) -> String { "/v1/findings/\(Finding.numbered(number).id)/verdicts" }

    @Test(arguments: [
        (#"{"verdict":"upheld"}"#, "open", "upheld"),
        (#"{"verdict":"handled","why":"cleared away"}"#, "open", "handled"),
        (#"{"verdict":"dismissed","why":"影子"}"#, "dismissed", "dismissed"),
        (#"{"why":"x","verdict":"dismissed","extra":[1]}"#, "dismissed", "dismissed"),
    ])
    func `an officer's answer is a new revision that says who and why`(
        body: String, status: String, verdict: String
    ) async throws {
        let gateway = try TestGateway()
        _ = try await gateway.commit(1)
        let answer = try await gateway.call(.post, path(1), token: TestGateway.officer, body: body)
        #expect(answer.status == 200 && answer.type == "application/geo+json")
        #expect(answer.properties["status"] as? String == status && answer.properties["revision"] as? Int == 2)
        let last = (answer.properties["verdicts"] as? [[String: Any]])?.last
        #expect(last?["verdict"] as? String == verdict && last?["by"] as? String == "officer")
        let stored = try await gateway.store.finding(Finding.numbered(1).id)
        #expect(stored?.feature() == answer.body)
    }

    @Test func `the same answer said again adds nothing, a changed mind does`() async throws {
        let gateway = try TestGateway()
        _ = try await gateway.commit(1)
        func say(_ body: String) async throws -> Int? {
            try await gateway.call(.post, path(1), token: TestGateway.officer, body: body).properties["revision"]
                as? Int
        }
        #expect(try await say(#"{"verdict":"upheld"}"#) == 2)
        #expect(try await say(#"{"verdict":"upheld"}"#) == 2)
        #expect(try await say(#"{"verdict":"dismissed","why":"shadow"}"#) == 3)
        #expect(try await say(#"{"verdict":"upheld"}"#) == 4)
    }

    @Test func `a token that may only read decides nothing`() async throws {
        let gateway = try TestGateway()
        _ = try await gateway.commit(1)
        let answer = try await gateway.call(.post, path(1), body: #"{"verdict":"upheld"}"#)
        #expect(answer.status == 403 && answer.code == "may_not_decide")
        #expect(try await gateway.store.finding(Finding.numbered(1).id)?.revision == 1)
    }

    @Test(arguments: [
        #"{"verdict":"dismissed"}"#, #"{"verdict":"dismissed","why":""}"#, #"{"verdict":"dismissed","why":" \n　"}"#,
    ])
    func `a dismissal without a reason is refused`(body: String) async throws {
        let gateway = try TestGateway()
        _ = try await gateway.commit(1)
        let answer = try await gateway.call(.post, path(1), token: TestGateway.officer, body: body)
        #expect(answer.status == 400 && answer.code == "why_missing")
        #expect(try await gateway.store.finding(Finding.numbered(1).id)?.revision == 1)
    }

    @Test(arguments: [
        "", "null", "[]", "{", "upheld", #"{"verdict":"maybe"}"#, #"{"verdict":1}"#, #"{"why":"x"}"#,
        #"{"verdict":"upheld","why":{}}"#, "\u{0}\u{1}", String(repeating: "[", count: 15_000),
        String(repeating: #"{"a":"#, count: 3000),
    ])
    func `a body that is no verdict is refused with the words that are`(body: String) async throws {
        let gateway = try TestGateway()
        _ = try await gateway.commit(1)
        let answer = try await gateway.call(.post, path(1), token: TestGateway.officer, body: body)
        #expect(answer.status == 400 && answer.code == "bad_verdict")
        #expect((answer.object["detail"] as? String)?.contains("upheld, handled, dismissed") == true)
    }

    @Test func `a body beyond 16 KiB is too large`() async throws {
        let gateway = try TestGateway()
        _ = try await gateway.commit(1)
        let body = #"{"verdict":"upheld","why":""# + String(repeating: "a", count: 16 * 1024) + #""}"#
        let answer = try await gateway.call(.post, path(1), token: TestGateway.officer, body: body)
        #expect(answer.status == 413 && answer.code == "too_large")
    }

    @Test(arguments: [(2000, 200), (2001, 400)])
    func `a reason holds 2000 characters`(length: Int, status: Int) async throws {
        let gateway = try TestGateway()
        _ = try await gateway.commit(1)
        let body = #"{"verdict":"dismissed","why":""# + String(repeating: "误", count: length) + #""}"#
        let answer = try await gateway.call(.post, path(1), token: TestGateway.officer, body: body)
        #expect(answer.status == status)
    }

    @Test func `a finding that is not there takes no verdict`() async throws {
        let answer = try await TestGateway().call(
            .post, path(1), token: TestGateway.officer, body: #"{"verdict":"upheld"}"#)
        #expect(answer.status == 404 && answer.code == "no_finding")
    }

    @Test func `an id that is none is refused before the body is read`() async throws {
        let answer = try await TestGateway().call(
            .post, "/v1/findings/../verdicts", token: TestGateway.officer, body: "{}")
        #expect(answer.status == 400 && answer.code == "bad_id")
    }

    @Test(arguments: [
        (StoreError.Kind.notFound, 404), (.invalid, 409), (.full, 503), (.io, 500), (.damaged, 503), (.locked, 503),
        (.unreadable, 500), (.newerFormat, 500),
    ])
    func `the store's troubles keep their paths to themselves`(kind: StoreError.Kind, status: Int) {
        let problem = Problem(StoreError(kind: kind, description: "write /var/lib/flyonce/flyonce.db: failed"))
        #expect(problem.status.code == status && !problem.detail.contains("/var"))
    }
}
