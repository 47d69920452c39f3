/// Everything known of one frame: the pose aligned to it, and what was seen in it.
public struct FrameMetadata: Sendable {
    public var frame: Frame
    /// UTC of the frame, and the clock that gave it.
    public var utc: UTCTime
    public var provenance: UTCProvenance
    /// Pose at the frame's time, interpolated; nil when none is near enough.
    public var telemetry: TelemetrySample?
    /// Distance in time from the frame to the nearest pose that was really measured, seconds.
    public var poseAge: Double?
    public var objects: [FrameObject]
    /// One sigma, seconds, of the difference between the clocks of picture and pose, where they come by different ones; 0
    /// where both have times of one stream.
    public var clockError = 0.0
    /// How position and camera change about the frame's time, from the poses around it; nil where these do not tell.
    public var motion: CameraMotion?
    /// Labels that an analyser which looked at this very frame says it can see; empty where none looked or said so. What is
    /// among them and not among the objects was not there to be seen.
    public var lookedFor: [String] = []

    /// Of ``lookedFor``.
    public static let lookedForLimit = 4096

    public init(
        frame: Frame, utc: UTCTime, provenance: UTCProvenance, telemetry: TelemetrySample?, poseAge: Double?,
        objects: [FrameObject]
    ) {
        self.frame = frame
        self.utc = utc
        self.provenance = provenance
        self.telemetry = telemetry
        self.poseAge = poseAge
        self.objects = objects
    }

    /// Another analyser looked at this very frame, and says that it can see these.
    public mutating func addLookedFor(_ labels: [String]) {
        guard !lookedFor.isEmpty else {
            lookedFor = labels.count > Self.lookedForLimit ? Array(labels.prefix(Self.lookedForLimit)) : labels
            return
        }
        guard !labels.isEmpty, labels != lookedFor else { return }
        var known = Set(lookedFor)
        for label in labels where lookedFor.count < Self.lookedForLimit && known.insert(label).inserted {
            lookedFor.append(label)
        }
    }
}
