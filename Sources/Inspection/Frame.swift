/// One coded picture with its presentation time.
public struct Frame: Sendable, Hashable {
    /// Counts from 0 within one run of the source.
    public var index: Int
    /// Presentation time on the stream's time line: what metadata is aligned by.
    public var time: RunningTime
    /// The raw 33-bit PES PTS, unwrapped, in microseconds; nil where the carrier has none.
    public var ptsMicroseconds: Int64?
    /// Full-resolution size, pixels. Zero until the parameter sets were seen.
    public var width: Int
    public var height: Int
    /// True when decoding may begin here.
    public var isKey: Bool
    /// When its bytes reached this gateway, by this gateway's clock (for a file: when they were read).
    public var arrival: UTCTime

    public init(
        index: Int, time: RunningTime, ptsMicroseconds: Int64?, width: Int, height: Int, isKey: Bool, arrival: UTCTime
    ) {
        self.index = index
        self.time = time
        self.ptsMicroseconds = ptsMicroseconds
        self.width = width
        self.height = height
        self.isKey = isKey
        self.arrival = arrival
    }
}

/// Undecoded metadata as it came beside the video.
public struct MetadataPacket: Sendable, Hashable {
    public enum Dialect: String, Sendable, Hashable { case klv }

    public var dialect: Dialect
    /// One PES payload or one datagram; may hold several KLV packets, or part of one.
    public var bytes: [UInt8]
    /// Nil where the carrier gave no PTS.
    public var time: RunningTime?
    public var ptsMicroseconds: Int64?
    /// Elementary stream id in an MPEG transport stream; nil elsewhere. Tells apart several metadata streams of a source.
    public var pid: Int?
    public var arrival: UTCTime

    public init(
        dialect: Dialect, bytes: [UInt8], time: RunningTime?, ptsMicroseconds: Int64?, pid: Int?, arrival: UTCTime
    ) {
        self.dialect = dialect
        self.bytes = bytes
        self.time = time
        self.ptsMicroseconds = ptsMicroseconds
        self.pid = pid
        self.arrival = arrival
    }
}
