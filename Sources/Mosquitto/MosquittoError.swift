/// Why there is no connection to a broker, or no messages of a topic. Never holds a password.
public struct MosquittoError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// An option cannot be meant: found before anything was opened.
        case invalid
        case resolve, connect, timeout
        /// The connection was closed before the broker said anything.
        case noAnswer
        /// The certificate of the broker or of this client, or the handshake.
        case tls
        /// The user name or the password is wrong.
        case badCredentials
        /// Known, and not allowed to connect.
        case notAuthorized
        /// The broker does not let this client read a topic.
        case subscriptionRefused
        /// The broker speaks no protocol version that this client speaks.
        case version
        /// The broker refused for another reason, or closed the connection.
        case refused
        case lost
        case other
    }

    public var kind: Kind
    /// Host and port.
    public var broker: String
    public var description: String

    public init(kind: Kind, broker: String = "", description: String) {
        self.kind = kind
        self.broker = broker
        self.description = description
    }

    /// True when the same connection may succeed later without anyone changing anything here.
    public var isTransient: Bool {
        switch kind {
        case .resolve, .connect, .timeout, .noAnswer, .refused, .lost, .other: true
        case .invalid, .tls, .badCredentials, .notAuthorized, .subscriptionRefused, .version: false
        }
    }
}
