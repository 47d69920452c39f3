public import Curl
public import Inspection

/// How the requests to one destination are signed.
public enum RequestSigning: Sendable {
    case bearer(String)
    case headers(HeaderSigning)
    case parameters(ParameterSigning)
    case clientCredentials(ClientCredentials)
}

/// Signs each request on its way. Every attempt is signed anew, with its own time and nonce.
public struct SigningTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let signing: RequestSigning
    private let clock: any Clock
    private let nonce: @Sendable () -> String

    public init(
        _ base: any HTTPTransport, signing: RequestSigning, clock: any Clock,
        nonce: @escaping @Sendable () -> String = Self.randomNonce
    ) {
        self.base = base
        self.signing = signing
        self.clock = clock
        self.nonce = nonce
    }

    public func send(_ request: HTTPRequest) async throws(CurlError) -> HTTPResponse {
        var signed: HTTPRequest
        do throws(DeliveryError) {
            switch signing {
            case .bearer(let token): signed = Self.bearing(token, request)
            case .headers(let signing): signed = try signing.signed(request, now: clock.utc, nonce: nonce())
            case .parameters(let signing): signed = try signing.signed(request, now: clock.utc, nonce: nonce())
            case .clientCredentials: signed = request
            }
        } catch {
            throw CurlError(kind: .invalidRequest, description: error.description)
        }
        switch signing {
        // A receiver that remembers nonces takes the same request for a replay.
        case .headers, .parameters: signed.isNeverRepeated = true
        case .bearer, .clientCredentials: break
        }
        if case .clientCredentials(let tokens) = signing { return try await sent(signed, tokens) }
        return try await base.send(signed)
    }

    /// A token that is refused before its time is replaced once.
    private func sent(_ request: HTTPRequest, _ tokens: ClientCredentials) async throws(CurlError) -> HTTPResponse {
        let token = try await tokens.accessToken()
        let response = try await base.send(Self.bearing(token, request))
        guard response.status == 401 else { return response }
        return try await base.send(Self.bearing(try await tokens.accessToken(insteadOf: token), request))
    }

    private static func bearing(_ token: String, _ request: HTTPRequest) -> HTTPRequest {
        var request = request
        request.fields.append(HTTPField("Authorization", "Bearer \(token)"))
        return request
    }

    /// 128 random bits.
    public static let randomNonce: @Sendable () -> String = {
        var random = SystemRandomNumberGenerator()
        let halves = [random.next() as UInt64, random.next()]
        return SigningAlgorithm.hexadecimal(
            halves.flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> UInt64($0 * 8)) } })
    }
}
