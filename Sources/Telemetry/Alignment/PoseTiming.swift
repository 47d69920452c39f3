import Inspection

/// By how much the poses of one origin are looked up earlier than the pictures that they belong to.
public struct PoseTiming: Sendable, Hashable {
    /// ``PoseOrigin/text``.
    public var origin: String
    /// Negative for metadata that are late: the pose of a picture is then stated after it.
    public private(set) var seconds: Double

    /// More is a fault of another kind.
    public static let limit = 5.0

    /// Nil for a time that is none, or more than ``limit``.
    public init?(origin: String, seconds: Double) {
        guard abs(seconds) <= Self.limit else { return nil }
        (self.origin, self.seconds) = (origin, seconds)
    }
}

/// What gives the poses of a source, by a name that lasts over its recordings.
public struct PoseOrigin: Sendable, Hashable {
    /// `video klv pid 257`, `beside subtitle`, `mqtt://… dji_cloud`.
    public var text: String
    /// Somebody stated its offset: it is not for an estimate to move.
    public var isConfigured: Bool

    init(feed: FeedOptions?, dialect: MetadataPacket.Dialect, pid: Int?) {
        // A file beside a recording has another name each time.
        let carrier = feed.map { $0.isRecorded ? "beside" : $0.name } ?? "video"
        text = "\(carrier) \(dialect.rawValue)" + (pid.map { " pid \($0)" } ?? "")
        isConfigured = feed?.hasStatedOffset ?? false
    }
}
