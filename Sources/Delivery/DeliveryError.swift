/// Why a destination's answer or setting cannot be used.
public struct DeliveryError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A setting that cannot be meant: an address, a secret, a pattern.
        case invalidOption
        case unreachable
        /// The answer is not what the contract says.
        case unusableAnswer
        case misconfigured
        /// A signature or a timestamp.
        case notAuthentic
        /// A message whose id was taken before.
        case repeated
    }

    public var kind: Kind
    public var description: String

    public init(kind: Kind, description: String) {
        self.kind = kind
        self.description = description
    }

    public var isTransient: Bool { kind == .unreachable || kind == .unusableAnswer }
}
