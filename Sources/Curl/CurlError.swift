/// Why there is no response. Carries no header, body, path or query, so that it can be logged.
public struct CurlError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The request itself cannot be sent: its address, a header, a file.
        case invalidRequest
        /// The host's name leads to an address that may not be spoken to.
        case forbidden
        case resolve, connect, tls, timeout, send, receive
        /// The server closed the connection without a whole answer.
        case noAnswer
        case responseTooLarge
        /// Too many requests are under way.
        case busy
        case cancelled
        case other
    }

    public var kind: Kind
    /// libcurl's own number (`CURLcode`), 0 when the error was found before libcurl was asked.
    public var code: Int
    /// Host and port, when the address could be read.
    public var host: String
    public var description: String

    public init(kind: Kind, code: Int = 0, host: String = "", description: String) {
        self.kind = kind
        self.code = code
        self.host = host
        self.description = description
    }

    /// True when the same request may succeed later without anyone changing anything.
    public var isTransient: Bool {
        switch kind {
        case .invalidRequest, .forbidden, .tls, .responseTooLarge, .cancelled: false
        case .resolve, .connect, .timeout, .send, .receive, .noAnswer, .busy, .other: true
        }
    }

    /// True when the request may have reached the server.
    public var mayHaveActed: Bool {
        switch kind {
        case .invalidRequest, .forbidden, .resolve, .connect, .tls, .busy: false
        case .timeout, .send, .receive, .noAnswer, .responseTooLarge, .cancelled, .other: true
        }
    }
}
