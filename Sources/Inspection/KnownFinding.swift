public import Geodesy

/// What the store tells of a finding to whoever asks what is known near a place: enough to decide whether a thing seen now is
/// the same matter.
public struct KnownFinding: Sendable, Hashable {
    public var id: FindingID
    public var sceneType: String
    public var severity: Severity
    public var status: Finding.Status
    /// When it got that status, by this gateway's clock; of what a flight cleared, by the clock of its pictures.
    public var statusSince: UTCTime
    public var firstSeen: UTCTime
    public var lastSeen: UTCTime
    /// Of all flights.
    public var sightings: Int
    public var point: GeodeticPoint
    /// One sigma.
    public var ellipse: ErrorEllipse
    /// Metres of ground a pixel at which it was first found (``Geotag/gsd``); nil where it is not known.
    public var gsd: Double?

    public init(
        id: FindingID, sceneType: String, severity: Severity, status: Finding.Status, statusSince: UTCTime,
        firstSeen: UTCTime, lastSeen: UTCTime, sightings: Int, point: GeodeticPoint, ellipse: ErrorEllipse,
        gsd: Double? = nil
    ) {
        self.id = id
        self.sceneType = sceneType
        self.severity = severity
        self.status = status
        self.statusSince = statusSince
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.sightings = sightings
        self.point = point
        self.ellipse = ellipse
        self.gsd = gsd
    }
}

extension KnownFinding {
    /// What tells of most findings that nobody needs to know more of them.
    public struct Glance: Sendable, Hashable {
        public var sceneType: String
        public var severity: Severity
        public var status: Finding.Status
        public var statusSince: UTCTime
        public var firstSeen: UTCTime
        public var lastSeen: UTCTime

        public init(
            sceneType: String, severity: Severity, status: Finding.Status, statusSince: UTCTime, firstSeen: UTCTime,
            lastSeen: UTCTime
        ) {
            self.sceneType = sceneType
            self.severity = severity
            self.status = status
            self.statusSince = statusSince
            self.firstSeen = firstSeen
            self.lastSeen = lastSeen
        }
    }

    public var glance: Glance {
        Glance(
            sceneType: sceneType, severity: severity, status: status, statusSince: statusSince, firstSeen: firstSeen,
            lastSeen: lastSeen)
    }
}

/// What is known near a place.
public struct KnownFindings: Sendable, Hashable {
    /// Answered at most, those first seen last.
    public static let limit = 256

    public struct Query: Sendable, Hashable {
        /// The id that the thing has as a matter of its own.
        public var part: FindingID
        public var sceneType: String
        public var point: GeodeticPoint
        /// Metres, at most 1000.
        public var radius: Double
        /// What was seen last before this is not asked for.
        public var seenSince: UTCTime

        public init(part: FindingID, sceneType: String, point: GeodeticPoint, radius: Double, seenSince: UTCTime) {
            self.part = part
            self.sceneType = sceneType
            self.point = point
            self.radius = radius
            self.seenSince = seenSince
        }
    }

    /// The finding that the part was counted on before: it is the same file read again. Its own id means that it was new.
    public var decided: FindingID?
    /// Of the scene type, within the radius. The decided one is among them wherever it lies.
    public var near: [KnownFinding]

    public init(decided: FindingID? = nil, near: [KnownFinding] = []) {
        self.decided = decided
        self.near = near
    }
}
