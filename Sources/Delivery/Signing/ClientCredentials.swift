public import Curl
public import Inspection

/// Access tokens of OAuth 2.0 by client credentials. Source: RFC 6749 section 4.4.
///
/// One token serves all until shortly before it ends; while one is asked for, everybody waits for it.
public actor ClientCredentials {
    public struct Options: Sendable {
        public var tokenURL: String
        public var clientID: String
        public var secret: String
        public var scope: String?
        /// True sends id and secret as `Authorization: Basic`, false in the form.
        public var isBasic = true
        public var timeouts = HTTPTimeouts()
        public var tls = TLSOptions()

        public init(tokenURL: String, clientID: String, secret: String) {
            self.tokenURL = tokenURL
            self.clientID = clientID
            self.secret = secret
        }
    }

    private struct Token {
        var text: String
        /// Monotonic nanoseconds after which it is not used.
        var until: Int64
    }

    /// Life of a token that says none of its own, and the longest that is believed.
    private static let usualSeconds = 300.0
    private static let longestSeconds = 86_400.0

    private let options: Options
    private let transport: any HTTPTransport
    private let clock: any Clock
    private var token: Token?
    private var asking: Task<Result<Token, CurlError>, Never>?
    /// Requests to the token's address so far.
    public private(set) var asked: Int64 = 0

    public init(options: Options, transport: any HTTPTransport, clock: any Clock) {
        self.options = options
        self.transport = transport
        self.clock = clock
    }

    /// `spent` is a token that was refused: another is fetched unless that has happened already.
    func accessToken(insteadOf spent: String? = nil) async throws(CurlError) -> String {
        if let token, token.text != spent, clock.monotonicNanoseconds < token.until { return token.text }
        let task: Task<Result<Token, CurlError>, Never>
        if let asking {
            task = asking
        } else {
            asked += 1
            task = Task { [options, transport, clock] in
                do throws(CurlError) {
                    return .success(try await Self.fetch(options, transport, clock))
                } catch {
                    return .failure(error)
                }
            }
            asking = task
        }
        let result = await task.value
        if asking == task { asking = nil }
        let fresh = try result.get()
        token = fresh
        return fresh.text
    }

    private static func fetch(
        _ options: Options, _ transport: any HTTPTransport, _ clock: any Clock
    ) async throws(CurlError) -> Token {
        var pairs = [("grant_type", "client_credentials")]
        if let scope = options.scope { pairs.append(("scope", scope)) }
        var request = HTTPRequest(
            .post, options.tokenURL,
            fields: [
                HTTPField("Accept", "application/json"),
                HTTPField("Content-Type", "application/x-www-form-urlencoded"),
            ])
        if options.isBasic {
            // Each is encoded first. Source: RFC 6749 section 2.3.1.
            let pair = [options.clientID, options.secret].map(FourPlatformAdapter.percentEncoded).joined(separator: ":")
            request.fields.append(HTTPField("Authorization", "Basic " + Base64.encode(Array(pair.utf8))))
        } else {
            pairs += [("client_id", options.clientID), ("client_secret", options.secret)]
        }
        request.body = .bytes(Array(FormText.encoded(pairs).utf8))
        request.timeouts = options.timeouts
        request.tls = options.tls
        request.maximumResponseBytes = 65_536
        let start = clock.monotonicNanoseconds
        let response = try await transport.send(request)
        guard response.status == 200 else {
            let isTransient = response.status >= 500 || response.status == 429 || response.status == 408
            throw CurlError(
                kind: isTransient ? .noAnswer : .invalidRequest,
                description: "no access token: HTTP \(response.status) of the token's address")
        }
        guard let value = JSONValue(response.body), let text = value["access_token"]?.string,
            (1...8192).contains(text.utf8.count), text.utf8.allSatisfy({ (33...126).contains($0) }),
            value["token_type"]?.string.map({ $0.lowercased() == "bearer" }) ?? true
        else { throw CurlError(kind: .noAnswer, description: "no access token in the answer of the token's address") }
        var seconds = usualSeconds
        if let life = value["expires_in"]?.scalarText.flatMap(Double.init), life > 0 {
            seconds = min(life, longestSeconds)
        }
        // A tenth of its life before it ends, at most a minute.
        seconds -= min(seconds / 10, 60)
        return Token(text: text, until: start &+ Int64(seconds * 1e9))
    }
}
