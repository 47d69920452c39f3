public import Curl

/// Says the end of the evidence's chain in a header of all that is brought to a destination: the receiver becomes a witness of
/// everything that was sealed by then. It stands in a header and not in the body, because a repetition has the same body.
public struct ChainHeadTransport: HTTPTransport {
    /// `NUMBER:HASH`, as `flyonce verify --head` takes it.
    public static let field = "FlyOnce-Chain"

    private let base: any HTTPTransport
    private let head: @Sendable () -> String?

    /// `head` is nil where nothing was sealed yet.
    public init(_ base: any HTTPTransport, head: @escaping @Sendable () -> String?) {
        self.base = base
        self.head = head
    }

    public func send(_ request: HTTPRequest) async throws(CurlError) -> HTTPResponse {
        guard request.method != .get, request.method != .head, let head = head() else {
            return try await base.send(request)
        }
        var request = request
        request.fields.append(HTTPField(Self.field, head))
        return try await base.send(request)
    }
}
