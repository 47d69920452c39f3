/// Where findings are kept. Implemented by `Store`. A call that returns has been made durable (`synchronous=FULL`).
public protocol FindingStore: Sendable {
    /// Writes what the joining observed of a finding, once: an observation with no more sightings than the stored one is
    /// the same file read again, and changes nothing (nil is returned). New evidence is appended, and so are persons' marks
    /// among the reasons, which outlive what is observed next. Outbox rows of the new revision are made in the same
    /// transaction, by `routes`.
    ///
    /// Sightings are counted by part: one part a flight of a thing, so that a file read again adds nothing to what other
    /// flights saw. What was decided of a finding stays: it is reopened only by a reason of recurrence that is new, and what
    /// is seen of a dismissed one is counted and owed to nobody.
    func commit(_ observation: Observation) async throws(StoreError) -> FindingRecord?

    /// Appends evidence to a finding as a new revision. Items it already has are ignored; nil when nothing was new.
    func attach(_ items: [EvidenceItem], to finding: FindingID) async throws(StoreError) -> FindingRecord?

    /// Stores the platform's number and stage as a new revision; nil when nothing changed.
    func record(_ record: CaseRecord, of finding: FindingID) async throws(StoreError) -> FindingRecord?

    /// Stores an officer's verdict as a new revision and applies it to the status and to held deliveries.
    func record(_ verdict: Verdict, on finding: FindingID) async throws(StoreError) -> FindingRecord?

    func finding(_ id: FindingID) async throws(StoreError) -> FindingRecord?

    /// Revisions after `sequence`, oldest first, the newest revision of each finding only.
    func changes(after sequence: Int64, limit: Int) async throws(StoreError) -> [StoredFeature]

    /// Findings of one scene type near a place, whatever their status; never one whose row is damaged. Answered at once, on
    /// the caller's thread: a thing that is about to become a finding waits for it.
    func known(_ query: KnownFindings.Query) throws(StoreError) -> KnownFindings

    /// Sightings stored of a part; 0 for one not stored.
    func sightings(ofPart part: FindingID) async throws(StoreError) -> Int

    /// Findings that one flight saw, for a live source that goes on after a restart: those that other flights saw too say
    /// what this one's part is.
    func findings(of flight: FlightID) async throws(StoreError) -> [FindingRecord]

    func save(_ flight: Flight) async throws(StoreError)
    /// The newest flight of a source.
    func latestFlight(of source: Name) async throws(StoreError) -> Flight?
    func flights(limit: Int) async throws(StoreError) -> [Flight]

    /// True when the file of this content was read to its end and everything found in it was stored.
    func isDone(content: String, source: Name) async throws(StoreError) -> Bool
    func markDone(content: String, source: Name, flight: Flight) async throws(StoreError)
    /// The same of several files at once, or of none of them: the pictures of one flight.
    func markDone(contents: [String], source: Name, flight: Flight) async throws(StoreError)

    /// Name of the store's life.
    var epoch: String { get }
}

/// One write of the joining.
public struct Observation: Sendable {
    public var finding: Finding
    public var evidence: [EvidenceItem]
    /// Which destinations are owed this, and whether a person must look first. `never` routes are left out.
    public var routes: [Route]
    /// It says anew where the thing is, though it may not have been seen again.
    public var correctsPlace = false

    public struct Route: Sendable, Hashable {
        public var destination: Name
        public var release: Release

        public init(destination: Name, release: Release) {
            self.destination = destination
            self.release = release
        }
    }

    public init(finding: Finding, evidence: [EvidenceItem], routes: [Route]) {
        self.finding = finding
        self.evidence = evidence
        self.routes = routes
    }
}

/// A revision as it goes out: the bytes encoded when it was written.
public struct StoredFeature: Sendable, Hashable {
    public var id: FindingID
    public var revision: Int
    public var sequence: Int64
    public var feature: [UInt8]

    public init(id: FindingID, revision: Int, sequence: Int64, feature: [UInt8]) {
        self.id = id
        self.revision = revision
        self.sequence = sequence
        self.feature = feature
    }
}

public struct StoreError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Kind: String, Sendable, Hashable {
        case locked, newerFormat, full, damaged, unreadable, io, notFound, invalid
    }

    public var kind: Kind
    public var description: String
    public var hint: String

    public init(kind: Kind, description: String, hint: String = "") {
        self.kind = kind
        self.description = description
        self.hint = hint
    }

    /// Whether the same call may succeed later: when there is room, or when the store has opened its file anew.
    public var isTransient: Bool { kind == .full || kind == .io || kind == .damaged }
}
