public import Geodesy

/// What one flight said of a finding that was known before it, or that it found itself.
public struct ReflightEntry: Sendable, Hashable {
    public enum Decision: String, Sendable, Hashable, CaseIterable {
        /// Its place was truly looked at, and nothing is there.
        case cleared
        /// It is there still.
        case persisting
        /// It was closed or cleared, and is there.
        case recurred
        /// For ``ReflightEntry/doubt``.
        case undecided
    }

    public var finding: FindingID
    public var flight: FlightID
    public var decision: Decision
    /// Why nothing was decided; nil where something was. ``firstFlight`` of what the flight found itself.
    public var doubt: String?
    /// Looks that count, and those of them with a detection of it: how surely the thing is detected is known by their sum
    /// over flights.
    public var looks: Int
    public var sightings: Int
    /// When it was last looked at so that it counts; nil for never.
    public var lastLook: UTCTime?
    /// By the clock of the pictures, so that a file read again says the same.
    public var decidedAt: UTCTime

    /// Nothing is decided of what the flight was the first to see: its looks only tell how surely it is detected.
    public static let firstFlight = "first_flight"

    public init(
        finding: FindingID, flight: FlightID, decision: Decision, doubt: String? = nil, looks: Int, sightings: Int,
        lastLook: UTCTime?, decidedAt: UTCTime
    ) {
        self.finding = finding
        self.flight = flight
        self.decision = decision
        self.doubt = doubt
        self.looks = looks
        self.sightings = sightings
        self.lastLook = lastLook
        self.decidedAt = decidedAt
    }
}

/// What flights said of findings. Implemented by `Store`.
public protocol ReflightRecords: Sendable {
    /// Bounded: one row a finding and flight; the newest word of a flight replaces its earlier one, but what was decided is
    /// not undecided any more, and what recurred does not merely persist.
    func save(_ entries: [ReflightEntry]) async throws(StoreError)

    /// Of one finding, oldest first, at most 100.
    func reflights(of finding: FindingID) async throws(StoreError) -> [ReflightEntry]

    /// All known findings with one of these statuses that have a place, within the box (nil: anywhere), that are wanted by
    /// what a glance tells of them; in bounded memory, with the newest look that counted (nil: never). In no order that means
    /// anything.
    func eachKnown(
        in statuses: Set<Finding.Status>, within box: BoundingBox?,
        where isWanted: @escaping @Sendable (KnownFinding.Glance) -> Bool,
        _ body: @Sendable (KnownFinding, UTCTime?) -> Void
    ) async throws(StoreError)
}

/// A finding as it stood before a flight.
public struct ReflightSubject: Sendable, Hashable {
    public var known: KnownFinding
    /// By which it was found, of its best detection; nil where that is not known.
    public var rule: String?
    /// Looks at it that counted in other flights, and those of them with a detection of it.
    public var looks: Int
    public var sightings: Int

    public init(known: KnownFinding, rule: String? = nil, looks: Int, sightings: Int) {
        self.known = known
        self.rule = rule
        self.looks = looks
        self.sightings = sightings
    }
}

/// What a flight's review asks of the store, and tells it. Implemented by `Store`.
public protocol ReflightStore: ReflightRecords {
    /// Open, closed and cleared findings within `radius` metres (at most 5000) of a place, as they stood before `flight`:
    /// what it said and saw of them itself before a restart is taken off. Not those that it was the first to see. At most
    /// `limit`, the nearest. Answered at once, on the caller's thread.
    func subjects(
        of flight: Flight, around point: GeodeticPoint, radius: Double, limit: Int
    ) throws(StoreError) -> [ReflightSubject]

    /// Keeps that a finding's place was looked at and nothing is there. An open one is `cleared` by it, as a new revision
    /// with the reason and the pictures; one closed gets them as proof that it was handled, once. Nil when nothing was new:
    /// it was seen since, dismissed or cleared already.
    func clear(
        _ entry: ReflightEntry, reason: Detection.Reason, evidence: [EvidenceItem]
    ) async throws(StoreError) -> FindingRecord?
}
