/// What a source says as it runs, in stream order.
public enum SourceEvent: Sendable {
    /// The pipeline is up and the video's form is known. Comes again when the form changes.
    case began(StreamDescription)
    case frame(Frame)
    case packet(MetadataPacket)
    /// The stream stopped and another run begins; running time goes on growing. Live sources, and folders that cannot be looked
    /// into.
    case interrupted(SourceError)
    /// Nobody has called at this address yet; said once of each wait. Live sources that are called.
    case waiting(String)
    /// So many called at this address and were turned away: with another passphrase, or while another caller is served.
    case callersRefused(String, Int)
    /// Nothing came for a moment; said again and again while nothing does, so that its receiver can notice the time. Live
    /// sources, and folders between files.
    case idle
    /// One of several files came to its end, and with it its flight; the next begins with ``began(_:)``, its running time at
    /// zero. With an error: it could not be read to its end, and is not done. Folders and rows of still pictures only.
    case fileEnded(SourceError?)
    /// No more will come: a file was read to its end, or the source was told to stop.
    case ended
}

public struct StreamDescription: Sendable, Hashable {
    /// `h264`, `h265`, `mpeg2`; `jpeg` for still pictures, of which there are no clips.
    public var codec: String
    public var width: Int
    public var height: Int
    /// For a file: an identity of its content that survives a rename. For a live stream: nil.
    public var content: String?
    /// Of still pictures: the content of each. What is done is marked by these, since pictures may be added to a folder.
    public var parts: [String] = []
    /// The file being read, or the folder of the pictures; nil for a live stream.
    public var path: String?
    /// Files of telemetry or objects that lie beside the file under its name.
    public var sidecars: [String] = []
    /// What decodes it: the name of a GStreamer element. Nil when nothing is decoded but on demand.
    public var decoder: String?

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
    /// Of a picture: the same as a small JPEG. Nil when none could be made, and for a clip.
    public var thumbnail: [UInt8]?
    /// Of a clip: the metadata packets of its span, one after the other as they came. Empty when there were none.
    public var metadata: [UInt8] = []

    public init(bytes: [UInt8], mediaType: String, time: RunningTime, seconds: Double) {
        self.bytes = bytes
        self.mediaType = mediaType
        self.time = time
        self.seconds = seconds
    }
}

/// What is written into a picture's EXIF block before it is hashed: when and where the camera was, as far as known.
public struct PictureStamp: Sendable, Hashable {
    public var utc: UTCTime
    public var provenance: UTCProvenance
    /// Of the camera: degrees, WGS 84.
    public var latitude: Double?
    public var longitude: Double?
    /// Of the camera, metres above the geoid.
    public var heightMSL: Double?
    /// Of the optical axis, degrees from true north, 0…360.
    public var direction: Double?

    public init(utc: UTCTime, provenance: UTCProvenance) {
        self.utc = utc
        self.provenance = provenance
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

    /// The full-resolution JPEG of the frame nearest `time` still held, decoded on demand off the live path. `stamp` goes
    /// into its EXIF block; a still picture is given as it is.
    func picture(at time: RunningTime, stamp: PictureStamp?) async throws(SourceError) -> Capture

    /// The coded pictures from the key frame at or before `start` up to `end` (which must have been delivered, or the
    /// stream ended), remuxed without re-encoding.
    func clip(from start: RunningTime, to end: RunningTime) async throws(SourceError) -> Capture

    /// Leaves the rest of the file that is being read; a source of one file stops.
    func skip()

    /// How far a source of files has come; nil for any other.
    var files: FileProgress? { get }

    /// Counters since the start, for status and metrics: `frames`, `packets`, `bytes`, `restarts`, `dropped_frames`, …
    var counters: [String: Int64] { get }
}

extension VideoSource {
    public func skip() { stop() }

    public var files: FileProgress? { nil }

    public func picture(at time: RunningTime) async throws(SourceError) -> Capture {
        try await picture(at: time, stamp: nil)
    }
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
