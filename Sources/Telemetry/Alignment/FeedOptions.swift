/// How one feed of metadata beside the video is joined to it.
public struct FeedOptions: Sendable, Hashable {
    public enum Offset: Sendable, Hashable {
        /// Added to the feed's times: positive for a clock that is behind the video's.
        case seconds(Double)
        /// Learned from when its packets arrive: the feed's clock counts for the distance between its readings only.
        case auto
    }

    public enum Join: String, Sendable, Hashable, CaseIterable {
        /// By the UTC of its readings.
        case utc
        /// Of a file: its first reading belongs to the first frame.
        case start
    }

    /// For people: in status and counters.
    public var name: String
    public var offset = Offset.seconds(0)
    /// The offset is a person's word, be it 0.
    public var hasStatedOffset = false
    public var join = Join.utc
    /// A file read as the video needs it: nothing in it is too far ahead.
    public var isRecorded = false
    public var mavlink = MAVLinkOptions()
    public var djiCloud = DJICloudOptions()
    /// The dialect itself is that of the packets.
    public var analysis = AnalysisOptions()

    public init(name: String) { self.name = name }
}
