/// How the messages of an analyser are understood.
public struct AnalysisOptions: Sendable, Hashable {
    /// Of the picture that an analyser looked at, pixels.
    public struct PictureSize: Sendable, Hashable {
        public var width: Double
        public var height: Double

        /// Nil unless both are 1…1,000,000.
        public init?(width: Double, height: Double) {
            guard width >= 1, height >= 1, width <= 1e6, height <= 1e6 else { return nil }
            self.width = width
            self.height = height
        }
    }

    public var dialect = AnalysisDialect.auto
    /// For dialects that give pixels and do not say of how large a picture (`nvmsgconv`: that of the stream muxer;
    /// `frigate`: that of `detect`). Nil takes the stream's full resolution.
    public var pictureSize: PictureSize?
    /// Of several cameras behind one feed, the one that is this source: `source`, `sensorId` or `sensor.id`, `camera`, as the
    /// dialect calls it. Nil takes every message.
    public var camera: String?
    /// The messages are of a recording, read with it: a time that counts from the analyser's start counts from the
    /// recording's. Of a live stream it says nothing.
    public var isRecorded = false
    /// Labels that the analyser can see, where no `hello` of its own says it. Nil takes those of the source.
    public var declares: [String]?
    /// The messages are persons' marks, from the gateway's own API.
    public var areMarks = false

    public init() {}
}
