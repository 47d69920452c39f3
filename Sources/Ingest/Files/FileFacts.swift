public import Inspection

/// What a source of files asks of other stages while it runs.
public struct FileFacts: Sendable {
    /// When a still picture was taken, as it says itself.
    public struct PictureTime: Sendable, Hashable {
        public var instant: UTCTime
        /// False for a wall clock without a zone: it orders pictures, and says nothing about UTC.
        public var isUTC: Bool

        public init(instant: UTCTime, isUTC: Bool) {
            self.instant = instant
            self.isUTC = isUTC
        }
    }

    /// True when the file of this content was read to its end before. Blocks.
    public var isDone: @Sendable (_ content: String) -> Bool = { _ in false }
    /// Of a picture's header: SOI to the first scan.
    public var pictureTime: @Sendable (_ header: [UInt8]) -> PictureTime? = { _ in nil }

    public init() {}
}
