/// A program map (PMT): the elementary streams of one program.
public struct ProgramDescription: Sendable, Hashable {
    /// program_number, 1…65535.
    public var number: Int
    public var mapPID: Int
    /// version_number, 0…31.
    public var version: Int
    public var pcrPID: Int
    /// In the order of the map.
    public var streams: [ElementaryStream]
    /// True of the program whose units are emitted: the first with video.
    public var isSelected: Bool

    public init(
        number: Int, mapPID: Int, version: Int, pcrPID: Int, streams: [ElementaryStream], isSelected: Bool
    ) {
        self.number = number
        self.mapPID = mapPID
        self.version = version
        self.pcrPID = pcrPID
        self.streams = streams
        self.isSelected = isSelected
    }

    public var video: ElementaryStream? { streams.first { $0.kind.isVideo } }
    public var metadata: [ElementaryStream] { streams.filter { $0.kind.isKLV } }
}

public struct ElementaryStream: Sendable, Hashable {
    public var pid: Int
    /// stream_type as the map says it.
    public var streamType: UInt8
    public var kind: StreamKind
    /// format_identifier of the registration or metadata descriptor: `KLVA`, `HDMV`; nil when there is none.
    public var registration: String?

    public init(pid: Int, streamType: UInt8, kind: StreamKind, registration: String?) {
        self.pid = pid
        self.streamType = streamType
        self.kind = kind
        self.registration = registration
    }
}

public enum StreamKind: Sendable, Hashable {
    public enum Carriage: String, Sendable, Hashable {
        /// PES payload is KLV (stream_type 0x06).
        case asynchronous
        /// PES payload is metadata access unit cells (stream_type 0x15); units come without the cell headers.
        case synchronous
    }

    case h264
    case h265
    case mpeg2
    case klv(Carriage)
    case other

    public var isVideo: Bool {
        switch self {
        case .h264, .h265, .mpeg2: true
        case .klv, .other: false
        }
    }

    public var isKLV: Bool {
        if case .klv = self { true } else { false }
    }
}
