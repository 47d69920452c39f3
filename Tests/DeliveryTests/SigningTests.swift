import Crypto
import Curl
import Delivery
import Inspection
import OpenSSL
import Synchronization
import Testing

struct SigningTests {
    private static let now: Int64 = 1_787_195_045
    private static let request = HTTPRequest(
        .post, "https://city.example/gw/report?b=2&a=x%20y", fields: [HTTPField("Content-Type", "application/json")],
        body: .bytes(Array(#"{"n":1}"#.utf8)))

    private func sent(_ signing: RequestSigning, _ request: HTTPRequest = request) async throws -> HTTPRequest {
        let transport = ScriptedTransport { _, _ in json(200, "{}") }
        _ = try await SigningTransport(transport, signing: signing, clock: TestClock(at: Self.now)) { "nonce-1" }.send(
            request)
        return try #require(transport.requests.first)
    }

    private func field(_ request: HTTPRequest, _ name: String) -> String? {
        request.fields.first { $0.name == name }?.value
    }

    private func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    @Test(arguments: [SigningAlgorithm.Kind.hmacSHA256, .hmacSM3]) func `a header signature covers what it says`(
        kind: SigningAlgorithm.Kind
    ) async throws {
        var options = HeaderSigning.Options()
        options.keyID = "gw-1"
        let signing = try HeaderSigning(SigningAlgorithm(kind, secret: "s3cret"), options: options)
        let request = try await sent(.headers(signing))
        let body = hexadecimal(SHA256.hash(data: Array(#"{"n":1}"#.utf8)))
        let text = Array("POST\n/gw/report\nb=2&a=x%20y\n\(Self.now)\nnonce-1\n\(body)".utf8)
        let key = Array("s3cret".utf8)
        let expected =
            kind == .hmacSM3
            ? try SM3.authenticationCode(for: text, key: key)
            : Array(HMAC<SHA256>.authenticationCode(for: text, using: SymmetricKey(data: key)))
        #expect(field(request, "X-Signature") == hexadecimal(expected))
        #expect(field(request, "X-Key-Id") == "gw-1" && field(request, "X-Timestamp") == "\(Self.now)")
        #expect(field(request, "X-Nonce") == "nonce-1")
        #expect(request.body == Self.request.body && request.url == Self.request.url)
        #expect(!"\(signing)".contains("s3cret"))
    }

    @Test(arguments: [
        (SigningAlgorithm.Form.der, SigningAlgorithm.Encoding.base64), (.raw, .hex), (.raw, .upperHex),
        (.der, .base64url),
    ]) func `a signature of SM2 is taken by the public key`(
        form: SigningAlgorithm.Form, encoding: SigningAlgorithm.Encoding
    ) async throws {
        let scalar = "ee4a5e2d528f17f417fd0a6d4cb1fe93d7d4cc3c8a8377a99e9ffd548309f924"
        let point =
            "793c66a35d115dd92f1916020151886477827798a5262673a53ca6074447a72db247255de5f8c72ed0d8f67610d6a19d758acff6ae514d69da17387a2ff2fda6"
        var options = HeaderSigning.Options()
        options.text = "${timestamp}.${body}"
        options.fields = [HTTPField("Sign", "SM2 ${signature}")]
        let signing = try HeaderSigning(
            SigningAlgorithm(.sm2, secret: scalar, form: form, encoding: encoding, identity: "city"), options: options)
        let request = try await sent(.headers(signing))
        let signature = String(try #require(field(request, "Sign")).dropFirst(4))
        let verifying = try SigningAlgorithm(
            .sm2, secret: point, form: form, encoding: encoding, identity: "city", isForVerifying: true)
        #expect(verifying.verifies(signature, of: Array("\(Self.now).{\"n\":1}".utf8)))
        #expect(!verifying.verifies(signature, of: Array("\(Self.now).{\"n\":2}".utf8)))
        #expect(!verifying.verifies(String(signature.dropLast()), of: Array("\(Self.now).{\"n\":1}".utf8)))
        if form == .raw { #expect(signature.count == 128) }
    }

    /// The text is that of many gateways: parameters in order, the secret at the end.
    @Test func `parameters are sorted and signed, and stand in the address`() async throws {
        let options = ParameterSigning.Options(keyID: "app", secret: "k")
        let signing = try ParameterSigning(SigningAlgorithm(.sha256, secret: ""), options: options)
        let request = try await sent(.parameters(signing))
        let text = "a=x y&app_key=app&b=2&nonce=nonce-1&timestamp=\(Self.now)000&key=k"
        let sign = hexadecimal(SHA256.hash(data: Array(text.utf8)))
        #expect(request.url.hasSuffix("b=2&a=x%20y&app_key=app&timestamp=\(Self.now)000&nonce=nonce-1&sign=\(sign)"))
    }

    @Test func `a form's own parameters are signed with the others`() async throws {
        var options = ParameterSigning.Options(keyID: "app", secret: "k")
        options.place = .body
        options.text = "${secret}${pairs}${secret}"
        options.time = .compact
        options.zoneSeconds = 28_800
        let signing = try ParameterSigning(SigningAlgorithm(.sm3, secret: "", encoding: .upperHex), options: options)
        var request = HTTPRequest(
            .post, "https://x.example/r", fields: [HTTPField("Content-Type", "application/x-www-form-urlencoded")])
        request.body = .bytes(Array("z=%E5%9E%83&empty=&c=1+2".utf8))
        let signed = try await sent(.parameters(signing), request)
        let stamp = "20260820110405"
        let sign = try hexadecimal(SM3.hash(Array("kapp_keyappc1 2noncenonce-1timestamp\(stamp)z垃k".utf8))).uppercased()
        guard case .bytes(let body) = signed.body else { return }
        #expect(
            String(decoding: body, as: UTF8.self)
                == "z=%E5%9E%83&empty=&c=1+2&app_key=app&timestamp=\(stamp)&nonce=nonce-1&sign=\(sign)")
    }

    @Test(arguments: [(#"{"n":1}"#, #"{"n":1,"#), ("{ }", "{ ")]) func `a JSON body gets members`(
        body: String, head: String
    ) async throws {
        var options = ParameterSigning.Options(keyID: "app", secret: "k")
        options.place = .body
        let signing = try ParameterSigning(SigningAlgorithm(.hmacSM3, secret: "k"), options: options)
        var request = Self.request
        request.body = .bytes(Array(body.utf8))
        guard case .bytes(let bytes) = try await sent(.parameters(signing), request).body else { return }
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.hasPrefix(head + #""app_key":"app","timestamp":"#) && text.hasSuffix("\"}"), "\(text)")
    }

    @Test(arguments: ["${oops}", "${signature", "plain"]) func `what cannot be meant is refused`(text: String) {
        var headers = HeaderSigning.Options()
        headers.fields = [HTTPField("X", text)]
        #expect(throws: DeliveryError.self) {
            _ = try HeaderSigning(SigningAlgorithm(.hmacSM3, secret: "s"), options: headers)
        }
    }

    @Test func `a digest without a key needs the secret in its text, and SM2 a key`() {
        var options = ParameterSigning.Options(keyID: "app", secret: "k")
        options.text = "${parameters}"
        #expect(throws: DeliveryError.self) {
            _ = try ParameterSigning(SigningAlgorithm(.sm3, secret: ""), options: options)
        }
        let error = #expect(throws: DeliveryError.self) { _ = try SigningAlgorithm(.sm2, secret: "deadbeef") }
        #expect(error?.description.contains("deadbeef") == false)
    }
}

struct ClientCredentialsTests {
    private func credentials(_ transport: ScriptedTransport, _ clock: TestClock, basic: Bool = true)
        -> ClientCredentials
    {
        var options = ClientCredentials.Options(tokenURL: "https://idp.example/token", clientID: "a:b", secret: "s/1")
        options.isBasic = basic
        options.scope = "cases"
        return ClientCredentials(options: options, transport: transport, clock: clock)
    }

    private static func isToken(_ request: HTTPRequest) -> Bool { request.url.hasSuffix("/token") }

    @Test func `one token serves until shortly before it ends`() async throws {
        let issued = Mutex(0)
        let transport = ScriptedTransport { request, _ in
            guard Self.isToken(request) else { return json(200, "{}") }
            let number = issued.withLock {
                $0 += 1
                return $0
            }
            return json(200, #"{"access_token":"T\#(number)","token_type":"Bearer","expires_in":600}"#)
        }
        let clock = TestClock(at: 1000)
        let signing = SigningTransport(
            transport, signing: .clientCredentials(credentials(transport, clock)), clock: clock)
        let request = HTTPRequest(.get, "https://api.example/x")
        for _ in 0..<3 { _ = try await signing.send(request) }
        clock.advance(seconds: 539)
        _ = try await signing.send(request)
        #expect(issued.withLock { $0 } == 1)
        clock.advance(seconds: 2)
        _ = try await signing.send(request)
        #expect(issued.withLock { $0 } == 2)
        #expect(transport.requests.last?.fields.contains(HTTPField("Authorization", "Bearer T2")) == true)
        let asked = try #require(transport.requests.first { Self.isToken($0) })
        #expect(asked.fields.contains(HTTPField("Authorization", "Basic YSUzQWI6cyUyRjE=")))
        #expect(asked.body == .bytes(Array("grant_type=client_credentials&scope=cases".utf8)))
    }

    @Test func `a refused token is replaced once`() async throws {
        let transport = ScriptedTransport { request, count in
            Self.isToken(request) ? json(200, #"{"access_token":"T\#(count)"}"#) : json(401, "{}")
        }
        let clock = TestClock(at: 1)
        let signing = SigningTransport(
            transport, signing: .clientCredentials(credentials(transport, clock, basic: false)), clock: clock)
        let response = try await signing.send(HTTPRequest(.get, "https://api.example/x"))
        #expect(response.status == 401)
        #expect(transport.requests.map { Self.isToken($0) } == [true, false, true, false])
        #expect(
            transport.requests[0].body
                == .bytes(Array("grant_type=client_credentials&scope=cases&client_id=a%3Ab&client_secret=s%2F1".utf8)))
    }

    @Test func `many requests at once ask for one token`() async throws {
        let transport = ScriptedTransport { request, _ in
            Self.isToken(request) ? json(200, #"{"access_token":"T"}"#) : json(200, "{}")
        }
        let clock = TestClock(at: 1)
        let tokens = credentials(transport, clock)
        let signing = SigningTransport(transport, signing: .clientCredentials(tokens), clock: clock)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask { _ = try? await signing.send(HTTPRequest(.get, "https://api.example/x")) }
            }
        }
        #expect(await tokens.asked == 1)
    }

    @Test(arguments: [
        (400, "{}", CurlError.Kind.invalidRequest), (401, "", .invalidRequest), (503, "", .noAnswer),
        (429, "", .noAnswer),
        (200, "<html>", .noAnswer), (200, #"{"access_token":""}"#, .noAnswer),
        (200, #"{"access_token":"a b"}"#, .noAnswer),
        (200, #"{"access_token":7}"#, .noAnswer), (200, #"{"access_token":"T","token_type":"mac"}"#, .noAnswer),
    ]) func `without a token nothing is sent`(status: Int, body: String, kind: CurlError.Kind) async {
        let transport = ScriptedTransport { _, _ in json(status, body) }
        let clock = TestClock(at: 1)
        let signing = SigningTransport(
            transport, signing: .clientCredentials(credentials(transport, clock)), clock: clock)
        let error = await #expect(throws: CurlError.self) {
            _ = try await signing.send(HTTPRequest(.get, "https://api.example/x"))
        }
        #expect(error?.kind == kind && error?.description.contains("s/1") == false)
        #expect(transport.requests.count == 1)
    }
}
