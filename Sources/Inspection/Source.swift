/// What a source says as it runs, in stream order.
public enum SourceEvent: Sendable {
    /// The pipeline is up and the video's form is known. Comes again when the form changes.
    case began(StreamDescription)
    case frame(Frame)
    case packet(MetadataPacket)
    /// The stream stopped and another run begins; running time goes on growing. Live sources only.
    case interrupted(SourceError)
    /// Nothing came for a moment; said again and again while nothing does, so that its receiver can notice the time. Live
    /// sources only.
    case idle
    /// No more will come: a file was read to its end, or the source was told to stop.
    case ended
}

public struct StreamDescription: Sendable, Hashable {
    /// `h264`, `h265`.
    public var codec: String
    public var width: Int
    public var height: Int
    /// For a file: an identity of its content that survives a rename. For a live stream: nil.
    public var content: String?

    public init(codec: String, width: Int, height: Int, content: String?) {
        self.codec = codec
        self.width = width
        self.height = height
        self.content = content
    }
}

/// A picture or a clip as taken from the stream, before it is evidence.
public struct Capture: Sendable {
    public var bytes: [UInt8]
    public var mediaType: String
    /// Of the picture, or of the clip's first frame.
    public var time: RunningTime
    /// Of the clip; zero for a picture.
    public var seconds: Double

    public init(bytes: [UInt8], mediaType: String, time: RunningTime, seconds: Double) {
        self.bytes = bytes
        self.mediaType = mediaType
        self.time = time
        self.seconds = seconds
    }
}

/// One configured stream, listener or file. Implemented by `Ingest`.
public protocol VideoSource: AnyObject, Sendable {
    /// Reads until the end of a file or until ``stop()``; a live source reconnects by itself. Blocks its thread, and calls
    /// `deliver` on it: a slow receiver slows a file, and makes a live stream drop at the source's own bounded queue.
    /// Throws only what no retry can mend (no such file, no permission, an unknown codec).
    func run(_ deliver: (SourceEvent) -> Void) throws(SourceError)

    /// Makes ``run(_:)`` return soon. Callable from any thread, more than once.
    func stop()

    /// The full-resolution JPEG of the frame nearest `time` still held, decoded on demand off the live path.
    func picture(at time: RunningTime) async throws(SourceError) -> Capture

    /// The coded pictures from the key frame at or before `start` up to `end` (which must have been delivered, or the
    /// stream ended), remuxed without re-encoding.
    func clip(from start: RunningTime, to end: RunningTime) async throws(SourceError) -> Capture

    /// Counters since the start, for status and metrics: `frames`, `packets`, `bytes`, `restarts`, `dropped_frames`, …
    var counters: [String: Int64] { get }
}

public struct SourceError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Kind: String, Sendable, Hashable {
        case notFound, noPermission, unknownCodec, noVideo, connection, damaged, timedOut, notHeld, missingPlugin,
            stopped
        case failed
    }

    public var kind: Kind
    /// What was tried, with what, and what went wrong, in one sentence. Never holds a password.
    public var description: String
    /// What the operator can do.
    public var hint: String

    public init(kind: Kind, description: String, hint: String = "") {
        self.kind = kind
        self.description = description
        self.hint = hint
    }

    /// True when trying again may help.
    public var isTransient: Bool {
        switch kind {
        case .connection, .timedOut, .damaged, .failed: true
        case .notFound, .noPermission, .unknownCodec, .noVideo, .notHeld, .missingPlugin, .stopped: false
        }
    }
}
