/// How one source is read. Every figure is checked by whoever reads it from outside; here it is only clamped.
public struct SourceOptions: Sendable, Hashable {
    public enum DecodePolicy: String, Sendable, Hashable, CaseIterable {
        /// Nothing is decoded but what a picture asks for.
        case onDemand = "on_demand"
        /// Every frame.
        case all
        /// Every key frame.
        case keyframes
        /// ``SourceOptions/sampledPerSecond`` of the frames, and those that they are built on.
        case sampled

        /// What a source needs whose settings do not say: pixels only when its rules ask for what is measured of them.
        public static func fitting(asksForPictures: Bool) -> DecodePolicy { asksForPictures ? .sampled : .onDemand }
    }

    public enum Decoders: String, Sendable, Hashable, CaseIterable {
        /// Of the hardware where one opens, else software.
        case auto
        case software
    }

    public enum Transport: String, Sendable, Hashable, CaseIterable { case tcp, udp }

    public var decode: DecodePolicy = .onDemand
    /// For `.sampled`: pictures a second of stream time, 0.01…60.
    public var sampledPerSecond = 2.0
    public var decoders: Decoders = .auto
    /// `max-threads` of a software decoder; 0 lets it choose.
    public var decoderThreads = 1
    /// Measures ``Inspection/PictureFeatures`` of every picture that the policy wants.
    public var measuresPictures = false
    /// For `.sampled`: nothing is decoded while nobody wants it. Nil where it is always wanted.
    public var demand: PictureDemand?
    /// What the pre-roll ring holds at least, seconds of stream time, as long as the bytes allow.
    public var prerollSeconds = 20.0
    /// What the pre-roll ring holds at most.
    public var prerollBytes = 64 << 20
    /// 1…100.
    public var jpegQuality = 90
    /// A live stream silent for longer is given up and made anew.
    public var watchdogSeconds = 5.0
    /// Reads a file in real time instead of as fast as its receiver takes it.
    public var isPaced = false
    public var backoff = Backoff()
    /// A picture or clip that takes longer fails.
    public var captureSeconds = 10.0
    /// Pictures and clips waiting at once; more are refused.
    public var capturesWaiting = 16
    /// Of RTP behind RTSP.
    public var rtspTransport: Transport = .tcp
    /// Jitter buffer of RTSP, milliseconds.
    public var rtspLatencyMilliseconds = 200
    /// PEM file of the authority that vouches for `rtsps://` and `https://` servers, instead of the system's.
    public var certificateAuthority: String?
    /// Still pictures of one folder with more than this between them are of two flights, seconds.
    public var flightGapSeconds = 30.0
    /// Files of telemetry that belong to the one recording that is read; empty takes those that lie beside it under its name.
    public var telemetryFiles: [String] = []
    /// What the camera's clock is ahead of UTC, seconds, where a recording's name says its local time. Nil: not known.
    public var utcOffset: Int?
    /// Of a recording, its metadata are meant and not its pictures: those need not be of a coding that is read.
    public var wantsMetadataAlone = false
    public var folder = FolderOptions()
    /// Socket receive buffer of UDP; the kernel grants at most `net.core.rmem_max`.
    public var receiveBufferBytes = 8 << 20

    public init() {}
}
