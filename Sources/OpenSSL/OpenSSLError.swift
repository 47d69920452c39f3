/// Why libcrypto did not do what it was asked.
public struct OpenSSLError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Not a key, or not one of SM2.
        case key
        /// The library refused; its own reasons are not shown, for they may quote a key.
        case library
    }

    public var kind: Kind
    public var description: String

    init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }

    static func library(_ operation: String) -> OpenSSLError {
        OpenSSLError(.library, "OpenSSL could not \(operation)")
    }
}
