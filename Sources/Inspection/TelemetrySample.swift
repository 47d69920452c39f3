public import Geodesy

/// The pose of aircraft and camera at one instant, as a dialect stated it. What is unknown is nil; nothing is guessed.
public struct TelemetrySample: Sendable, Hashable {
    /// How the camera's attitude is referenced.
    public enum CameraAttitude: Sendable, Hashable {
        /// Relative to the airframe (ST 0601 items 18–20): the airframe's attitude applies first.
        case body(Attitude)
        /// Already in the local north-east-down frame (DJI gimbals).
        case earth(Attitude)
    }

    /// A point that the aircraft itself states, with the datum its height came in.
    public struct StatedPoint: Sendable, Hashable {
        public var latitude: Double
        public var longitude: Double
        /// Metres above the geoid, when stated so.
        public var heightMSL: Double?
        /// Metres above the ellipsoid, when stated so.
        public var heightHAE: Double?

        public init(latitude: Double, longitude: Double, heightMSL: Double?, heightHAE: Double?) {
            self.latitude = latitude
            self.longitude = longitude
            self.heightMSL = heightMSL
            self.heightHAE = heightHAE
        }
    }

    /// UTC of the pose, by its own clock.
    public var utc: UTCTime?
    /// Sensor position: degrees, WGS 84. False fixes (0,0; off the globe) never get here: `hasFix` is false instead.
    public var latitude: Double?
    public var longitude: Double?
    /// Sensor height above the geoid (EGM96 unless said otherwise), metres.
    public var heightMSL: Double?
    /// Sensor height above the WGS 84 ellipsoid, metres. Preferred where both are known.
    public var heightHAE: Double?
    /// Sensor height above the take-off point, metres.
    public var heightAboveTakeoff: Double?
    /// Airframe attitude in the local north-east-down frame.
    public var platform: Attitude?
    public var camera: CameraAttitude?
    /// Full angles across the picture, degrees, 0…180.
    public var horizontalFieldOfView: Double?
    public var verticalFieldOfView: Double?
    /// Factor that the angles of view at zoom 1 are narrowed by; stated where the angles are not.
    public var zoom: Double?
    /// What the aircraft says its optical axis meets.
    public var frameCenter: StatedPoint?
    /// Picture corners as stated: upper left, upper right, lower right, lower left.
    public var corners: [StatedPoint]
    /// Sensor to frame centre, metres.
    public var slantRange: Double?
    /// True when a laser measured the range, along the optical axis: the frame centre is then what the laser met.
    public var isRangeMeasured = false
    /// Of the lens, where the camera states its calibration.
    public var distortion: LensDistortion?
    /// Over ground, metres a second.
    public var groundSpeed: Double?
    public var hasFix: Bool

    public init() {
        corners = []
        hasFix = false
    }
}

/// Angles of view that are known beforehand, of cameras whose metadata states none: full angles across the picture at zoom 1,
/// degrees, above 0 and below 180.
public struct FieldOfView: Sendable, Hashable {
    public var horizontal: Double?
    public var vertical: Double?
    /// From corner to corner, where neither of the others is known.
    public var diagonal: Double?

    public init(horizontal: Double? = nil, vertical: Double? = nil, diagonal: Double? = nil) {
        self.horizontal = horizontal
        self.vertical = vertical
        self.diagonal = diagonal
    }

    public var isKnown: Bool { horizontal != nil || vertical != nil || diagonal != nil }
}

/// One-sigma errors of a pose and of the ground under it: what an error ellipse is propagated from. The defaults are a
/// single-point GNSS multirotor with a compass-aided gimbal over open terrain.
public struct PoseErrors: Sendable, Hashable {
    /// Metres, north and east alike.
    public var horizontal: Double = 2.0
    /// Metres.
    public var vertical: Double = 3.0
    /// Degrees.
    public var yaw: Double = 1.5
    public var pitch: Double = 0.5
    public var roll: Double = 0.5
    /// Metres, of the ground height used.
    public var ground: Double = 4.0
    /// Pixels, of the box edge used.
    public var pixel: Double = 4.0
    /// Seconds, of the alignment between picture and pose.
    public var time: Double = 0.05
    /// Percent, of the focal length.
    public var focal: Double = 1.0
    /// Pixels, of the principal point. A constant one is part of the yaw and pitch errors already.
    public var principal: Double = 0.0
    /// The parts of the errors above that change within seconds; the rest is common to a flight, moves all its sightings
    /// alike and does not average down. Metres, of position and height alike.
    public var jitter: Double = 0.3
    /// Degrees, of yaw, pitch and roll alike.
    public var angleJitter: Double = 0.2

    public init() {}
}
