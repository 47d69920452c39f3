import Curl
import Inspection
import Testing

@testable import Delivery

struct EgressTests {
    private let body = [UInt8](repeating: 97, count: 4096)

    private func kind(_ transport: EgressTransport, _ url: String) async -> CurlError.Kind? {
        do throws(CurlError) {
            _ = try await transport.send(HTTPRequest(.get, url))
            return nil
        } catch { return error.kind }
    }

    @Test(arguments: [
        ("https://city.example/v1/reports", true), ("https://CITY.example:443/v1", true),
        ("https://city.example:8443/v1", false), ("https://evil.example/v1", false), ("http://169.254.169.254/", false),
        ("https://city.example.evil.example/", false), ("https://city.example@evil.example/", false),
        ("https://login.city.example/token", true), ("", false), ("file:///etc/passwd", false),
    ]) func `speaks to the hosts of its destination and to no other`(url: String, goes: Bool) async {
        let base = ScriptedTransport { _, _ in json(200, "{}") }
        let transport = EgressTransport(
            base, rules: EgressRules(urls: ["https://city.example/gateway", "https://login.city.example/token"]))
        #expect(await kind(transport, url) == (goes ? nil : .forbidden))
        #expect(base.requests.count == (goes ? 1 : 0))
    }

    @Test(arguments: [
        ("https://city.example", false), ("http://127.0.0.1:8190", true), ("http://localhost", true),
        ("http://[::1]:80/x", true), ("http://127.0.0.1.evil.example", false), ("https://10.0.0.1", false),
    ]) func `speaks to this machine only where an address says so`(url: String, allows: Bool) {
        #expect(EgressRules(urls: [url]).addresses.allowsLoopback == allows)
    }

    @Test func `every request carries the rules, whatever the adapter set`() async throws {
        let base = ScriptedTransport { _, _ in json(200, "{}") }
        var rules = EgressRules(urls: ["https://city.example"], allowed: [try #require(AddressBlock("10.0.0.0/8"))])
        rules.tls.authorities = "/ca.pem"
        rules.rates = [SendRate(bytesPerSecond: 1000)]
        _ = try await EgressTransport(base, rules: rules).send(
            HTTPRequest(.post, "https://city.example/", body: .bytes(body)))
        let sent = try #require(base.requests.first)
        #expect(sent.tls == rules.tls && sent.addresses == rules.addresses && sent.rates == rules.rates)
        #expect(sent.body == .bytes(body))
    }

    @Test func `packs bodies that gain by it`() async throws {
        let base = ScriptedTransport { _, _ in json(200, "{}") }
        var rules = EgressRules(urls: ["https://city.example"])
        rules.compresses = true
        let transport = EgressTransport(base, rules: rules)
        _ = try await transport.send(HTTPRequest(.post, "https://city.example/", body: .bytes(body)))
        _ = try await transport.send(HTTPRequest(.post, "https://city.example/", body: .bytes([1, 2, 3])))
        let packed = try #require(base.requests.first)
        #expect(packed.fields.contains(HTTPField("Content-Encoding", "gzip")))
        guard case .bytes(let bytes) = packed.body else { return }
        #expect(bytes.count < 200 && bytes.starts(with: [0x1F, 0x8B]))
        #expect(base.requests[1].body == .bytes([1, 2, 3]) && base.requests[1].fields.isEmpty)
    }

    @Test(arguments: [400, 415]) func `who cannot unpack gets it plain, from then on at once`(status: Int) async throws
    {
        let base = ScriptedTransport { request, _ in
            request.fields.contains(HTTPField("Content-Encoding", "gzip")) ? json(status, "{}") : json(200, "{}")
        }
        var rules = EgressRules(urls: ["https://city.example"])
        rules.compresses = true
        let transport = EgressTransport(base, rules: rules)
        for _ in 0..<2 {
            let response = try await transport.send(HTTPRequest(.post, "https://city.example/", body: .bytes(body)))
            #expect(response.status == 200)
        }
        #expect(base.requests.count == 3)
    }

    @Test func `a refusal that has nothing to do with packing stays one`() async throws {
        let base = ScriptedTransport { _, _ in json(400, #"{"title":"no such scene"}"#) }
        var rules = EgressRules(urls: ["https://city.example"])
        rules.compresses = true
        let response = try await EgressTransport(base, rules: rules)
            .send(HTTPRequest(.post, "https://city.example/", body: .bytes(body)))
        #expect(response.status == 400 && base.requests.count == 2)
    }

    @Test(
        arguments: [
            ("Sun, 22 Nov 2026 01:00:30 GMT", "Sun, 22 Nov 2026 01:00:00 GMT", 30.0),
            ("Sun, 22 Nov 2026 01:00:30 GMT", nil, 0.0), ("7", "Sun, 22 Nov 2026 01:00:00 GMT", 7.0),
            ("Sun, 22 Nov 2026 01:00:30 GMT", "rubbish", 0.0),
        ] as [(String, String?, Double)])
    func `a date to come back at is measured from the answer's own clock`(
        after: String, date: String?, seconds: Double
    ) throws {
        var fields = [HTTPField("Retry-After", after)]
        if let date { fields.append(HTTPField("Date", date)) }
        let wrong = try #require(UTCTime(rfc3339: "2030-01-01T00:00:00Z"))
        let wait = AnswerReading.retryAfter(of: HTTPResponse(status: 503, fields: fields), now: wrong)
        #expect(wait == .seconds(seconds))
    }
}
