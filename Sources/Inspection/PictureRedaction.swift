/// What of a picture must not be recognisable in what leaves the gateway.
public enum HiddenParts: Sendable, Hashable {
    /// All of it, coarsely: something is in it that must be hidden, and where is not known.
    case everything
    /// Rectangles as shares of the width and height of the picture as it lies in its file, 0…1. None: nothing in it is to be
    /// hidden.
    case parts([FrameObject.Box])
}

/// A picture that may leave in place of another.
public struct RedactedPicture: Sendable, Hashable {
    /// JPEG, of the original's pixels as they are to be shown: turned as its EXIF says, without EXIF and XMP.
    public var bytes: [UInt8]
    /// The same as a small JPEG; nil when none could be made.
    public var thumbnail: [UInt8]?

    public init(bytes: [UInt8], thumbnail: [UInt8]?) {
        self.bytes = bytes
        self.thumbnail = thumbnail
    }
}

/// Makes parts of pictures unrecognisable. Implemented by `Ingest`.
public protocol PictureRedaction: Sendable {
    /// A new picture in which nothing of the hidden parts is left but the mean colours of a few cells. `original`: the SHA-256
    /// of the picture, written into the new one.
    func redacted(
        _ picture: [UInt8], hiding: HiddenParts, original: String
    ) async throws(RedactionError) -> RedactedPicture
}

/// Why a picture could not be redacted. It stays at the gateway then.
public struct RedactionError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Kind: String, Sendable, Hashable {
        /// No JPEG, or one that no decoder reads.
        case notAPicture
        case tooLarge
        /// Memory, or an element of the pipeline.
        case failed
    }

    public var kind: Kind
    public var description: String

    public init(kind: Kind, description: String) {
        self.kind = kind
        self.description = description
    }

    /// True when trying again may help.
    public var isTransient: Bool { kind == .failed }
}
