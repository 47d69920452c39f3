/// What a transport stream says as it is read, in stream order.
public enum TransportEvent: Sendable, Hashable {
    /// A program map was read for the first time, or changed. Every program of the stream is reported; units come only
    /// from the one that ``ProgramDescription/isSelected`` marks.
    case program(ProgramDescription)
    /// One access unit of the selected program.
    case unit(ElementaryUnit)
}

/// The payload of one PES packet; of synchronous KLV, of one metadata access unit with its cells joined.
public struct ElementaryUnit: Sendable, Hashable {
    public var pid: Int
    public var kind: StreamKind
    /// Presentation time in 90 kHz ticks: the raw 33-bit PTS, unwrapped; nil where the PES header has none.
    public var pts: Int64?
    /// Decoding time in 90 kHz ticks, unwrapped; nil unless the PES header has one of its own.
    public var dts: Int64?
    public var bytes: [UInt8]
    /// The adaptation field's random_access_indicator. Not every multiplexer sets it.
    public var isRandomAccess: Bool
    /// Bytes of it were lost: a continuity gap, a packet in error, or the end of the stream.
    public var isDamaged: Bool
    /// The multiplexer said that the stream's continuity broke before this unit.
    public var isDiscontinuous: Bool

    public init(
        pid: Int, kind: StreamKind, pts: Int64?, dts: Int64? = nil, bytes: [UInt8], isRandomAccess: Bool = false,
        isDamaged: Bool = false, isDiscontinuous: Bool = false
    ) {
        self.pid = pid
        self.kind = kind
        self.pts = pts
        self.dts = dts
        self.bytes = bytes
        self.isRandomAccess = isRandomAccess
        self.isDamaged = isDamaged
        self.isDiscontinuous = isDiscontinuous
    }

    /// ``pts`` in microseconds.
    public var ptsMicroseconds: Int64? { pts.map(PTS.microseconds) }
}
