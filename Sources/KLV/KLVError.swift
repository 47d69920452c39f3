/// Why a set could not be encoded.
public struct KLVError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Kind: String, Sendable, Hashable {
        /// The table has no such tag, and the value is not raw.
        case unknownTag
        /// The value's kind is not the item's: text for an angle.
        case wrongKind
        /// Longer than the item or the packet may be.
        case tooLong
        /// The set lacks an item it must have.
        case missingItem
    }

    public var kind: Kind
    public var tag: Int
    public var description: String

    public init(kind: Kind, tag: Int, description: String) {
        self.kind = kind
        self.tag = tag
        self.description = description
    }
}
