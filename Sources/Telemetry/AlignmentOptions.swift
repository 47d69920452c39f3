/// How metadata is joined to frames.
public struct AlignmentOptions: Sendable, Hashable {
    public enum ChecksumPolicy: String, Sendable, Hashable, CaseIterable {
        /// A packet whose checksum fails or is missing gives nothing. Counted.
        case strict
        /// It is taken all the same: some encoders sum wrongly. Counted.
        case lenient
    }

    public var checksums = ChecksumPolicy.strict
    /// Seconds of stream time that a frame waits for the packet after it.
    public var maxWait = 0.5
    /// A pose farther from the frame than this, seconds, is not given.
    public var poseAgeLimit = 1.0
    /// An item that was not repeated for this long, seconds, is forgotten (ST 0902 asks for a repetition every 30 s).
    public var staleLimit = 30.0
    /// Objects belong to the nearest frame within this or half a frame interval (at most 0.25 s), seconds.
    public var objectWindow = 0.05
    /// Side of the box given to a target of which only the centroid is known, full-resolution pixels.
    public var centroidBox = 16.0
    /// The stream is a recording: its own clock is believed whatever year it says.
    public var isRecording = false
    /// What a frame arrives later than it was taken, seconds: subtracted where no better clock gives its UTC.
    public var latency = 0.0
    /// One sigma of that, seconds: counts for poses that are joined to frames by their arrival.
    public var latencyError = 0.2
    /// Frames held back at most.
    public var frameLimit = 256
    /// A frame after the newest pose gets one that was carried on at its last rate, by at most this many seconds; 0 holds
    /// the newest as it is.
    public var extrapolation = 0.2
    /// Seconds that are added to the times of poses that come with the video; nil where nobody stated any.
    public var ownOffset: Double?
    /// When the feed that gives the poses was silent for this long, seconds of stream time, the next one gives them.
    public var handover = 5.0
    /// Labels that the analysers of the stream can see, where they do not say it themselves.
    public var declares: [String] = []
    public var subtitles = DJISubtitleOptions()
    /// Feeds beside the video, best first.
    public var feeds: [FeedOptions] = []
    /// How many of the feeds go before the metadata that comes with the video itself.
    public var feedsBeforeVideo = 0

    public init() {}
}
