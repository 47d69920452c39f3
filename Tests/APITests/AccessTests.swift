import HTTPTypes
import Inspection
import Store
import Testing

@testable import API

@Suite struct AccessTests {
    static let guarded = [
        "/metrics", "/v1/status", "/v1/sources", "/v1/flights", "/v1/findings", "/v1/events",
        "/v1/findings/\(String(repeating: "0", count: 36))", "/v1/evidence/\(String(repeating: "0", count: 64))",
        "/healthz", "/readyz",
    ]
    static let cookie: HTTPFields = [.cookie: "a=b; flyonce_session=\(TestGateway.officer); c=d"]
    static let csrf = HTTPField.Name("X-FlyOnce")!

    @Test(arguments: guarded)
    func `nothing is answered without a token`(uri: String) async throws {
        let gateway = try TestGateway()
        for method in [HTTPRequest.Method.get, .head] {
            let answer = try await gateway.call(method, uri, token: nil)
            #expect(answer.status == 401)
            #expect(answer.headers[.wwwAuthenticate] == "Bearer realm=\"flyonce\"")
        }
    }

    @Test(arguments: [
        "Bearer wrong", "Bearer ", "Bearer", "bearer\twrong", "Basic cmVhZGVyOg==", "", TestGateway.reader,
        "Bearer \(TestGateway.reader)x", "Bearer \(TestGateway.reader.uppercased())",
    ])
    func `a header that holds no valid token opens nothing`(header: String) async throws {
        let gateway = try TestGateway()
        for uri in ["/v1/findings", "/healthz"] {
            let answer = try await gateway.call(.get, uri, token: nil, headers: [.authorization: header])
            // What is no bearer token at all is none that is wrong (RFC 6750, 3.1).
            let isToken = header.lowercased().hasPrefix("bearer ") && header.count > 7
            #expect(answer.status == 401 && answer.code == (isToken ? "token_invalid" : "token_missing"))
            let challenge = "Bearer realm=\"flyonce\"" + (isToken ? ", error=\"invalid_token\"" : "")
            #expect(answer.headers[.wwwAuthenticate] == challenge)
        }
    }

    @Test(arguments: ["Bearer \(TestGateway.reader)", "bearer \(TestGateway.reader)", "BEARER  \(TestGateway.reader)"])
    func `the scheme's case does not matter`(header: String) async throws {
        let answer = try await TestGateway().call(.get, "/v1/findings", token: nil, headers: [.authorization: header])
        #expect(answer.status == 200)
    }

    @Test func `the cookie reads, and a wrong one does not`() async throws {
        let gateway = try TestGateway()
        #expect(try await gateway.call(.get, "/v1/findings", token: nil, headers: Self.cookie).status == 200)
        for cookie in [
            "flyonce_session=wrong", "flyonce_session=", "flyonce_session", "other=\(TestGateway.officer)", ";;=",
        ] {
            let answer = try await gateway.call(.get, "/v1/findings", token: nil, headers: [.cookie: cookie])
            #expect(answer.status == 401)
        }
    }

    @Test func `a wrong header is not rescued by a right cookie`() async throws {
        var headers = Self.cookie
        headers[.authorization] = "Bearer wrong"
        #expect(try await TestGateway().call(.get, "/v1/findings", token: nil, headers: headers).status == 401)
    }

    @Test func `a cookie alone commands nothing, since another site's page brings it too`() async throws {
        let gateway = try TestGateway()
        let id = try await gateway.commit(1).finding.id
        let body = #"{"verdict":"upheld"}"#
        let refused = try await gateway.call(
            .post, "/v1/findings/\(id)/verdicts", token: nil, headers: Self.cookie, body: body)
        #expect(refused.status == 401)
        #expect(try await gateway.store.finding(id)?.revision == 1)
        var headers = Self.cookie
        headers[Self.csrf] = "1"
        let taken = try await gateway.call(
            .post, "/v1/findings/\(id)/verdicts", token: nil, headers: headers, body: body)
        #expect(taken.status == 200)
    }

    @Test(arguments: [
        (nil, false), ("http://10.0.0.2:8080", false), ("https://gateway.example", true), ("null", false),
    ])
    func `a session is a cookie that no script and no other site can use`(origin: String?, isSecure: Bool) async throws
    {
        var headers: HTTPFields = [Self.csrf: "1", HTTPField.Name("X-Forwarded-Proto")!: "https"]
        if let origin { headers[.origin] = origin }
        let gateway = try TestGateway()
        let answer = try await gateway.call(
            .post, "/session", token: nil, headers: headers, body: " \(TestGateway.officer)\n")
        #expect(answer.status == 204 && answer.body.isEmpty)
        let cookie = try #require(answer.headers[.setCookie])
        #expect(cookie.hasPrefix("flyonce_session=\(TestGateway.officer);"))
        let attributes = cookie.split(separator: ";").map { $0.lowercased().drop { $0 == " " } }
        for attribute in ["httponly", "samesite=strict", "path=/"] { #expect(attributes.contains { $0 == attribute }) }
        #expect(attributes.contains("secure") == isSecure)
        let value = String(cookie.prefix { $0 != ";" })
        #expect(try await gateway.call(.get, "/v1/status", token: nil, headers: [.cookie: value]).status == 200)
    }

    @Test func `a session is refused for a wrong token, from another site, and for a flood`() async throws {
        let gateway = try TestGateway()
        let flood = String(repeating: "a", count: 2000)
        for (body, headers, status) in [
            ("wrong", [Self.csrf: "1"], 401), ("", [Self.csrf: "1"], 401), (TestGateway.officer, [:], 403),
            (flood, [Self.csrf: "1"], 413), ("a\r\nSet-Cookie: b=c", [Self.csrf: "1"], 401),
        ] as [(String, HTTPFields, Int)] {
            let answer = try await gateway.call(.post, "/session", token: nil, headers: headers, body: body)
            #expect(answer.status == status && answer.headers[.setCookie] == nil)
        }
    }

    @Test func `the control socket's routes want no token and decide as the operator`() async throws {
        let gateway = try TestGateway()
        let id = try await gateway.commit(1).finding.id
        let answer = try await gateway.callControl(
            .post, "/v1/findings/\(id)/verdicts", body: #"{"verdict":"upheld"}"#)
        #expect(answer.status == 200 && answer.text.contains(#""by":"operator""#))
    }

    @Test(arguments: ["/nothing", "/v1", "/v1/", "/v2/findings", "/v1/findings/a/b/c", "/Session", "/metrics/x"])
    func `an address that is none is not found, the same with and without a token`(uri: String) async throws {
        let gateway = try TestGateway()
        for token in [nil, TestGateway.reader] {
            let answer = try await gateway.call(.get, uri, token: token)
            #expect(answer.status == 404 && answer.type == "application/problem+json")
        }
    }

    @Test(arguments: [HTTPRequest.Method.post, .put, .delete, .patch, .options, .trace])
    func `a method that an address does not have is told those that it has`(method: HTTPRequest.Method) async throws {
        let gateway = try TestGateway()
        for token in [nil, TestGateway.reader] {
            let answer = try await gateway.call(method, "/v1/status", token: token, body: method == .trace ? nil : "x")
            #expect(answer.status == 405 && answer.code == "method_not_allowed")
            #expect(answer.headers[.allow] == "GET, HEAD")
        }
    }

    @Test func `every address knows its methods, and none answers to another`() async throws {
        let gateway = try TestGateway()
        let document = OpenAPIDocument.shared
        for path in Set(document.operations.map(\.path)) {
            let uri = path.replacing("{id}", with: "x").replacing("{sha256}", with: "x")
            // The call itself holds status and Allow to the document.
            let mayDelete = document.operations.contains { $0.path == path && $0.method == "delete" }
            #expect(try await gateway.call(.delete, uri).status == (mayDelete ? 403 : 405), "\(path)")
            #expect(try await gateway.call(.init("PROPFIND")!, uri).status == 405, "\(path)")
        }
        for (uri, allow) in [
            ("/v1/cases/callback", "POST"), ("/v1/findings/x/verdicts", "POST"), ("/v1/findings/x", "GET, HEAD"),
        ] {
            #expect(document.allow(at: uri) == allow)
        }
    }
}
