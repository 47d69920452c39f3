/// What a log of frame metadata begins with, and what it says again when a flight goes on after a restart or rules are
/// exchanged: whose frames these are, and everything beside them that decides what rules make of them.
public struct MetadataLogHeader: Sendable, Hashable {
    /// A pack of the rules in force.
    public struct Pack: Sendable, Hashable {
        public var id: String
        public var version: String

        public init(id: String, version: String) {
            self.id = id
            self.version = version
        }
    }

    /// How objects are put on the ground.
    public struct PlacementInputs: Sendable, Hashable {
        public var errors = PoseErrors()
        /// Metres above the ellipsoid, where it is known beforehand.
        public var groundHeight: Double?
        /// Of the camera at zoom 1, where the metadata states none.
        public var fieldOfView = FieldOfView()
        /// Of the lens, where the metadata states none.
        public var distortion: LensDistortion?
        /// Seconds from a frame to the nearest measured pose.
        public var poseAgeLimit = 0.5
        /// Heights above the geoid could be used.
        public var hasGeoid = false

        public init() {}
    }

    /// When detections become a finding.
    public struct JoiningInputs: Sendable, Hashable {
        public var openAfterSightings: Int
        /// Metres.
        public var joinRadius: Double

        public init(openAfterSightings: Int = 3, joinRadius: Double = 6) {
            self.openAfterSightings = openAfterSightings
            self.joinRadius = joinRadius
        }
    }

    public var gateway: Name
    public var source: Name
    public var flight: FlightID
    /// What the frames came from: part of every finding's id.
    public var content: String
    /// By the gateway's clock.
    public var writtenAt: UTCTime
    public var rules: [Pack] = []
    public var placement = PlacementInputs()
    public var joining = JoiningInputs()

    public init(gateway: Name, source: Name, flight: FlightID, content: String, writtenAt: UTCTime) {
        self.gateway = gateway
        self.source = source
        self.flight = flight
        self.content = content
        self.writtenAt = writtenAt
    }
}
