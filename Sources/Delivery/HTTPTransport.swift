public import Curl

/// What sends a request. ``Curl/HTTPClient`` in the daemon.
public protocol HTTPTransport: Sendable {
    func send(_ request: HTTPRequest) async throws(CurlError) -> HTTPResponse
}

extension HTTPClient: HTTPTransport {}
