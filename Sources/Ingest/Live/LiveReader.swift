import GStreamer

/// What came over a connection, in the order it came.
enum LiveItem {
    /// `lost` units before it were dropped because the receiver was slow.
    case video(Sample, VideoCodec, lost: Int)
    /// One RTP packet of an ONVIF metadata stream, with its header.
    case scene(Sample)
    /// One RTP packet of a KLV stream (RFC 6597), with its header.
    case klvFragment(Sample)
    /// A piece of a transport stream.
    case transport([UInt8])
    /// So many called since the last time and were turned away: no sign of the stream's life.
    case callersRefused(Int)
    /// The sender ended the stream. `isFinal` when it said so of the stream itself, and not only of this connection.
    case endOfStream(isFinal: Bool)
}

/// How a kind of connection behaves where kinds differ.
struct LiveManner: Sendable, Hashable {
    enum Silence: Sendable, Hashable {
        /// The connection is made anew.
        case breaks
        /// The socket stays open, and what comes back is heard at once.
        case isWaitedOut
        /// Waited out before the first data (nobody called yet), and breaks after it.
        case isWaitedOutAtFirst
    }

    var silence = Silence.breaks
    /// Media comes in pieces this many seconds apart: a shorter silence is no fault.
    var pieceSeconds = 0.0
    /// The next connection may give the same bytes from their beginning.
    var mayRepeat = false
}

/// One connection, or one open socket. Used by one thread.
protocol LiveReader: AnyObject {
    /// The next item, waiting at most `seconds`; nil when nothing came. Throws what the peer or the network reported.
    func next(timeout seconds: Double) throws(GStreamerError) -> LiveItem?

    func close()
}
