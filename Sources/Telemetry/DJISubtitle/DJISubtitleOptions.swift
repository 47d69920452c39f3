/// How subtitles of DJI aircraft are understood.
public struct DJISubtitleOptions: Sendable, Hashable {
    /// What the controller's clock was ahead of UTC, seconds (east of Greenwich positive). Nil where it is not known: the
    /// wall clock of a subtitle then gives no UTC.
    public var utcOffset: Int?
    /// Width of the video's picture over its height; nil takes 16:9, and 5:4 for thermal video.
    public var aspect: Double?

    public init(utcOffset: Int? = nil, aspect: Double? = nil) {
        self.utcOffset = utcOffset
        self.aspect = aspect
    }
}
