public import Inspection

/// What one packet of metadata said, whatever its dialect: a pose, objects, or both, and when.
public struct MetadataReading: Sendable, Hashable {
    /// What the boxes of ``objects`` are measured in.
    public enum BoxUnit: Sendable, Hashable {
        /// Shares of the picture's width and height, 0…1.
        case shares
        /// Pixels of a picture of this size, which need not be the stream's full resolution.
        case pixels(width: Double, height: Double)
        /// Pixels of the full-resolution picture.
        case fullResolution
    }

    /// On the stream's own time line, where the packet shares it with the video.
    public var time: RunningTime?
    /// The raw 33-bit PES PTS of the frame that it is about, unwrapped, in microseconds, where the packet states it.
    public var ptsMicroseconds: Int64?
    /// By the clock of whoever wrote the packet, when plausible.
    public var utc: UTCTime?
    /// Nil for a packet without a pose.
    public var sample: TelemetrySample?
    public var objects: [FrameObject]
    public var boxUnit: BoxUnit
    /// True when the packet is about a frame's objects, even if there are none.
    public var reportsObjects: Bool
    /// Tells apart several vehicles, docks or analysers behind one feed; empty where there is one.
    public var stream: String
    /// Labels that whoever reports the objects says it can see; empty where it does not say, or reports none.
    public var declared: [String] = []
    /// It is about one object: others of the same frame have readings of their own.
    public var isOfOneObject = false

    public init(time: RunningTime? = nil, utc: UTCTime? = nil, sample: TelemetrySample? = nil) {
        self.time = time
        self.utc = utc
        self.sample = sample
        objects = []
        boxUnit = .fullResolution
        reportsObjects = false
        stream = ""
    }
}
