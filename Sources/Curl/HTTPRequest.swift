/// One header line. Names are compared without case, as HTTP does.
public struct HTTPField: Sendable, Hashable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// What is to be sent: to one http or https address, without following redirects.
public struct HTTPRequest: Sendable, Hashable {
    public enum Method: String, Sendable, Hashable, CaseIterable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    public enum Body: Sendable, Hashable {
        case none
        case bytes([UInt8])
        /// A regular file, streamed from disk.
        case file(path: String)
        /// `count` bytes of it from `offset` on.
        case part(path: String, offset: Int, count: Int)
    }

    public var method: Method
    /// `http://` or `https://`, without a user or password.
    public var url: String
    public var fields: [HTTPField]
    public var body: Body
    public var timeouts = HTTPTimeouts()
    public var tls = TLSOptions()
    /// Path of a Unix-domain socket to speak to instead of the host in ``url``.
    public var unixSocket: String?
    /// Nil permits every address.
    public var addresses: AddressRules?
    /// Limits that its body counts against, all of them.
    public var rates: [SendRate] = []
    /// A response body that is longer fails the request.
    public var maximumResponseBytes = 1 << 20
    /// True for what must not arrive twice. libcurl sends a request again by itself when a connection that it had kept turns out
    /// to be closed without an answer, though the server may have acted; on a connection of its own it does not.
    public var isNeverRepeated = false

    public init(_ method: Method, _ url: String, fields: [HTTPField] = [], body: Body = .none) {
        self.method = method
        self.url = url
        self.fields = fields
        self.body = body
    }
}

/// How long a request may take. Milliseconds unless said otherwise; at least 1.
public struct HTTPTimeouts: Sendable, Hashable {
    /// Name resolution, TCP and TLS together.
    public var connectMilliseconds = 10_000
    /// From start to last byte.
    public var totalMilliseconds = 30_000
    /// A transfer slower than this, in bytes a second, …
    public var lowSpeedBytesPerSecond = 64
    /// … for this many seconds is given up. 0 switches the check off.
    public var lowSpeedSeconds = 20

    public init() {}
}

/// Whom to trust and who to be.
public struct TLSOptions: Sendable, Hashable {
    /// PEM file of the authorities to trust instead of the system's.
    public var authorities: String?
    /// `sha256//<base64>` of the server's public key, several joined by `;`. Checked besides the chain.
    public var pinnedPublicKey: String?
    /// PEM file of this gateway's certificate, and of its key.
    public var certificate: String?
    public var key: String?

    public init() {}
}
