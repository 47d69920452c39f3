import Testing

@testable import API

/// What only a real connection shows.
@Suite struct WireTests {
    @Test func `health is free from this machine, and nothing else is`() async throws {
        let gateway = try TestGateway()
        try await gateway.serving { port in
            for (uri, status) in [
                ("/healthz", 200), ("/readyz", 200), ("/metrics", 401), ("/v1/findings", 401), ("/", 200),
            ] {
                try await LiveConnection.open(to: port) { connection in
                    try await connection.ask(uri, token: nil, headers: "Connection: close\r\n")
                    try await connection.hear { _ in false }
                    #expect(connection.heard.hasPrefix("HTTP/1.1 \(status) "), "\(uri)")
                    #expect(connection.heard.lowercased().contains("\r\ncontent-security-policy: default-src 'none'"))
                }
            }
        }
    }

    @Test func `answers to HEAD keep a connection in step, errors among them`() async throws {
        let gateway = try TestGateway()
        let uris = ["/nothing", "/v1/findings", "/v1/findings/x", "/v1/findings?limit=0", "/v1/events", "/page.js"]
        try await gateway.serving { port in
            for uri in uris {
                try await LiveConnection.open(to: port) { connection in
                    try await connection.say(
                        "HEAD \(uri) HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer \(TestGateway.reader)\r\n\r\n")
                    try await connection.ask("/healthz", headers: "Connection: close\r\n")
                    try await connection.hear { _ in false }
                    let heads = connection.heard.components("\r\n\r\n")
                    #expect(heads.count == 3 && heads[1].hasPrefix("HTTP/1.1 200 ") && heads[2] == "ok\n", "\(uri)")
                }
            }
        }
    }

    static let oddities: [[UInt8]] =
        [
            "GET /% HTTP/1.1", "GET /v1/findings?cursor=%zz%4 HTTP/1.1", "GET /v1/findings?%ff=%fe&%=%% HTTP/1.1",
            "GET /v1/findings/%C0%AE%C0%AE HTTP/1.1", "GET ? HTTP/1.1", "GET ?? HTTP/1.1", "GET # HTTP/1.1",
            "GET http:// HTTP/1.1", "GET http://a HTTP/1.1", "GET http://a: HTTP/1.1", "GET http://a:? HTTP/1.1",
            "GET http://a:99999999999/?a HTTP/1.1", "GET :// HTTP/1.1", "GET //// HTTP/1.1", "GET /?=&=&& HTTP/1.1",
            "OPTIONS * HTTP/1.1", "CONNECT a:1 HTTP/1.1", "GET /v1/events?cursor=. HTTP/1.1", "GET /\u{e9} HTTP/1.1",
            "GET / HTTP/9.9", "G@T / HTTP/1.1", "GET /v1/evidence/%00 HTTP/1.1",
            "GET /v1/findings HTTP/1.1\r\nCookie: =;;=; flyonce_session", "GET / HTTP/1.1\r\nRange: bytes=",
            "POST /session HTTP/1.1\r\nX-FlyOnce: 1\r\nContent-Length: 99999999999999999999",
            "POST /session HTTP/1.1\r\nX-FlyOnce: 1\r\nContent-Length: -1",
            "POST /session HTTP/1.1\r\nX-FlyOnce: 1\r\nContent-Length: 900000",
            "GET /v1/findings?scene_type=" + String(repeating: "a", count: 100_000) + " HTTP/1.1",
            "GET /" + String(repeating: "a/", count: 20_000) + " HTTP/1.1",
            "GET /v1/findings?" + String(repeating: "%", count: 60_000) + " HTTP/1.1",
        ].map { Array(($0 + "\r\nHost: g\r\nConnection: close\r\n\r\n").utf8) } + [
            Array("GET /v1/findings/".utf8) + [0xFF, 0xFE, 0x80] + Array(" HTTP/1.1\r\nConnection: close\r\n\r\n".utf8),
            Array("GET /v1/findings?a=".utf8) + [0x80, 0xBF] + Array(" HTTP/1.1\r\nConnection: close\r\n\r\n".utf8),
            [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00], [0, 0, 0, 0], Array("\r\n\r\n\r\n".utf8),
        ]

    @Test func `whatever is said to it, the gateway refuses it and lives`() async throws {
        let gateway = try TestGateway()
        try await gateway.serving { port in
            for oddity in Self.oddities {
                let what = String(decoding: oddity.prefix(60), as: UTF8.self)
                try? await LiveConnection.open(to: port) { connection in
                    try await connection.say(oddity)
                    // A few wait for more to come: they are left.
                    guard oddity.count > 10, !what.contains("900000") else { return }
                    try await connection.hear { _ in false }
                    let isRefused = connection.heard.hasPrefix("HTTP/1.1 4") || connection.heard.isEmpty
                    #expect(isRefused || connection.heard.hasPrefix("HTTP/1.1 200"), "\(what)")
                }
                try await LiveConnection.open(to: port) { connection in
                    try await connection.ask("/healthz", headers: "Connection: close\r\n")
                    try await connection.hear { _ in false }
                    #expect(connection.heard.hasSuffix("ok\n"), "after \(what)")
                }
            }
        }
    }
}

extension String {
    fileprivate func components(_ separator: String) -> [Substring] {
        split(separator: separator, omittingEmptySubsequences: false)
    }
}
