public import GStreamer
public import Inspection

/// A decoded picture on its way to whoever looks at pixels: the measuring of features, an analyser.
public struct DecodedPicture: Sendable {
    /// `video/x-raw` in system memory, in whatever format the decoder gave. Rows may be padded: read its planes through
    /// its video meta, as `videoconvert` and ``GStreamer/Sample/withLuma(_:)`` do, never by width.
    public var sample: Sample
    public var time: RunningTime

    public init(sample: Sample, time: RunningTime) {
        self.sample = sample
        self.time = time
    }
}
