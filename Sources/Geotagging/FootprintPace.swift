import Geodesy
public import Inspection

/// Says which frames of a flight want a footprint: one a second while anything moves, and one whenever the picture moved by
/// a fifth of itself. One that hardly moved shows nothing new.
public struct FootprintPace: Sendable {
    private struct Pose {
        var time: RunningTime
        var position: GeodeticPoint
        /// Degrees: of platform and camera.
        var angles: [Double]
        var field: Double
        /// Metres: how wide what was seen is.
        var width: Double?
    }

    private var last: Pose?

    /// Seconds.
    private static let interval = 1.0
    /// Of the picture.
    private static let hardly = 0.02
    private static let much = 0.2
    /// Degrees, and metres a metre of height or of what is seen, where the picture's own are not known.
    private static let ordinaryField = 40.0
    private static let ordinaryWidth = 50.0

    public init() {}

    public mutating func wantsFootprint(_ frame: FrameMetadata) -> Bool {
        guard let sample = frame.telemetry, sample.hasFix, let latitude = sample.latitude,
            let longitude = sample.longitude
        else { return false }
        var angles: [Double] = []
        for attitude in [sample.platform, sample.camera?.attitude] {
            angles += [attitude?.yaw ?? 0, attitude?.pitch ?? 0, attitude?.roll ?? 0]
        }
        let pose = Pose(
            time: frame.frame.time,
            position: GeodeticPoint(
                latitude: latitude, longitude: longitude,
                height: sample.heightHAE ?? sample.heightMSL ?? sample.heightAboveTakeoff ?? 0),
            angles: angles, field: sample.horizontalFieldOfView ?? sample.verticalFieldOfView ?? Self.ordinaryField)
        guard pose.position.isOnGlobe, angles.allSatisfy(\.isFinite) else { return false }
        if let last {
            let share = Self.moved(from: last, to: pose)
            let seconds = abs(pose.time.seconds(since: last.time))
            guard share >= Self.much || (share >= Self.hardly && seconds >= Self.interval) else { return false }
        }
        last = pose
        return true
    }

    /// Of the frame that was last wanted.
    public mutating func took(_ footprint: Footprint) { last?.width = max(footprint.area.squareRoot(), 1) }

    public mutating func restart() { last = nil }

    /// A share of the picture.
    private static func moved(from a: Pose, to b: Pose) -> Double {
        let away = a.position.displacement(to: b.position)
        let up = b.position.height - a.position.height
        let distance = (away.north * away.north + away.east * away.east + up * up).squareRoot()
        let turned = zip(a.angles, b.angles).map { abs(($0 - $1).remainder(dividingBy: 360)) }.max() ?? 0
        let zoomed = abs(a.field - b.field)
        return distance / (a.width ?? ordinaryWidth) + (turned + zoomed) / max(min(a.field, b.field), 0.1)
    }
}

extension TelemetrySample.CameraAttitude {
    fileprivate var attitude: Attitude {
        switch self {
        case .body(let attitude), .earth(let attitude): attitude
        }
    }
}
