/// How a broker is reached. Two users with equal options may share one connection.
public struct MQTTOptions: Sendable, Hashable {
    /// The broker's certificate is always checked, and its name with it.
    public struct TLS: Sendable, Hashable {
        /// PEM file of the authorities that vouch for the broker; the system's where neither this nor a directory is given.
        public var authorityFile: String?
        /// Directory of such files, hashed as OpenSSL wants it.
        public var authorityDirectory: String?
        /// PEM files of this client's certificate and of its key, which must not be encrypted; both or neither.
        public var certificateFile: String?
        public var keyFile: String?

        public init() {}
    }

    /// What the broker says of this gateway when it vanishes.
    public struct Will: Sendable, Hashable {
        /// A topic of the gateway's own; those of aircraft and docks are refused.
        public var topic: String
        public var payload: [UInt8]
        public var isRetained: Bool

        public init(topic: String, payload: [UInt8], isRetained: Bool = false) {
            self.topic = topic
            self.payload = payload
            self.isRetained = isRetained
        }
    }

    public var host: String
    public var port: Int
    public var username: String?
    public var password: String?
    /// Nil for a connection in the clear.
    public var tls: TLS?
    /// Unique at the broker: a second client of the same id throws the first one out. Nil lets the broker choose.
    public var clientID: String?
    public var will: Will?
    /// A silent connection is tried at this interval, seconds, 5…65535.
    public var keepAlive = 30
    /// The broker's answer to the connection must come within this, seconds.
    public var connectSeconds = 10.0
    /// A longer message is not taken, bytes. Said to a broker of MQTT 5, which then does not send it.
    public var messageLimit = 256 << 10
    /// First and longest wait between attempts to connect, seconds; each wait is spread over half to the whole of it.
    public var firstRetry = 1.0
    public var lastRetry = 10.0

    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Host and port, for messages.
    public var broker: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Topics of aircraft and docks begin with these; nothing is ever said on them.
    static let foreignTopics = ["thing", "sys"]

    func check() throws(MosquittoError) {
        func refuse(_ text: String) -> MosquittoError {
            MosquittoError(kind: .invalid, broker: broker, description: text)
        }
        guard !host.isEmpty, host.utf8.count <= 255, !host.utf8.contains(where: { $0 <= 32 || $0 == 127 }) else {
            throw refuse("the broker's host is missing or no host name")
        }
        guard (1...65_535).contains(port) else { throw refuse("the broker's port must be 1 to 65535, not \(port)") }
        guard (5...65_535).contains(keepAlive) else { throw refuse("keep-alive must be 5 to 65535 s") }
        guard (1...268_435_455).contains(messageLimit) else { throw refuse("the message limit is out of range") }
        guard connectSeconds > 0, connectSeconds <= 600, firstRetry > 0, lastRetry >= firstRetry, lastRetry <= 86_400
        else { throw refuse("the times to connect and to wait are out of range") }
        for text in [username, password, clientID] {
            guard let text else { continue }
            if text.utf8.count > 65_535 || text.utf8.contains(0) {
                throw refuse("a credential is too long, or has a NUL")
            }
        }
        if password != nil, username == nil { throw refuse("a password without a user name") }
        if let tls, (tls.certificateFile == nil) != (tls.keyFile == nil) {
            throw refuse("a client certificate needs its key, and a key its certificate")
        }
        if let will { try check(will) }
    }

    private func check(_ will: Will) throws(MosquittoError) {
        let levels = will.topic.split(separator: "/", omittingEmptySubsequences: false)
        let first = levels.first { !$0.isEmpty }?.lowercased() ?? ""
        guard !will.topic.isEmpty, !will.topic.utf8.contains(where: { $0 < 32 || $0 == 35 || $0 == 43 }),
            !first.hasPrefix("$"), !Self.foreignTopics.contains(first), will.topic.utf8.count <= 1024,
            will.payload.count <= 4096
        else {
            throw MosquittoError(
                kind: .invalid, broker: broker,
                description: "the will must go to a topic of the gateway's own, not to \(will.topic)")
        }
    }
}
