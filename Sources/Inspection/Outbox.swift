/// What is owed to the destinations. Implemented by `Store`; drained by `Delivery`.
public protocol Outbox: Sendable {
    /// Leases up to `limit` pending rows of `destination` that are due at `now`, the most severe and newest first with a
    /// share for the oldest, one revision a finding (a newer revision waits while an older one is leased). A lease that is
    /// not answered by `until` falls back to pending.
    func lease(_ destination: Name, limit: Int, now: UTCTime, until: UTCTime) async throws(StoreError) -> [OwedDelivery]

    /// Ends a lease. Late answers from an expired lease are ignored: false is returned.
    func settle(_ delivery: OwedDelivery, as outcome: DeliveryOutcome, now: UTCTime) async throws(StoreError) -> Bool

    /// Ends several leases at once, in one write where the store can. Answers for each as ``settle(_:as:now:)`` does.
    func settle(_ settlements: [Settlement], now: UTCTime) async throws(StoreError) -> [Bool]

    /// Earliest time at which a pending row of `destination` is due; nil when nothing is pending.
    func nextDue(_ destination: Name) async throws(StoreError) -> UTCTime?

    /// The books, from the database, a row a destination.
    func books() async throws(StoreError) -> [Book]
}

extension Outbox {
    public func settle(_ settlements: [Settlement], now: UTCTime) async throws(StoreError) -> [Bool] {
        var settled: [Bool] = []
        for settlement in settlements {
            settled.append(try await settle(settlement.delivery, as: settlement.outcome, now: now))
        }
        return settled
    }
}

/// What became of one leased row.
public struct Settlement: Sendable, Hashable {
    public var delivery: OwedDelivery
    public var outcome: DeliveryOutcome

    public init(_ delivery: OwedDelivery, _ outcome: DeliveryOutcome) {
        self.delivery = delivery
        self.outcome = outcome
    }
}

/// One leased row.
public struct OwedDelivery: Sendable, Hashable {
    public var destination: Name
    public var finding: FindingID
    public var revision: Int
    /// Fences the lease.
    public var lease: Int64
    /// Attempts before this one.
    public var attempts: Int
    public var feature: [UInt8]
    public var evidence: [EvidenceItem]
    /// The newest change of any case when the lease began. What is written of the case after it is newer than the answer.
    public var caseChange: Int64

    public init(
        destination: Name, finding: FindingID, revision: Int, lease: Int64, attempts: Int, feature: [UInt8],
        evidence: [EvidenceItem], caseChange: Int64 = .max
    ) {
        self.destination = destination
        self.finding = finding
        self.revision = revision
        self.lease = lease
        self.attempts = attempts
        self.feature = feature
        self.evidence = evidence
        self.caseChange = caseChange
    }
}

public enum DeliveryOutcome: Sendable, Hashable {
    /// The case record comes with the answer where the destination is a case flow.
    case delivered(CaseRecord?)
    /// To be tried again at `at`.
    case retry(at: UTCTime, reason: String)
    /// Nothing was sent: back to the queue as it was before the lease.
    case released
    /// Refused for good; listed, and re-sendable by hand.
    case dead(reason: String)
}

/// produced = delivered + queued + superseded + evicted + dead, where queued = pending + leased + held.
public struct Book: Sendable, Hashable {
    public var destination: Name
    public var produced: Int64
    public var delivered: Int64
    public var pending: Int64
    public var leased: Int64
    /// Waiting for a person.
    public var held: Int64
    public var superseded: Int64
    public var evicted: Int64
    public var dead: Int64

    public init(
        destination: Name, produced: Int64, delivered: Int64, pending: Int64, leased: Int64, held: Int64,
        superseded: Int64, evicted: Int64, dead: Int64
    ) {
        self.destination = destination
        self.produced = produced
        self.delivered = delivered
        self.pending = pending
        self.leased = leased
        self.held = held
        self.superseded = superseded
        self.evicted = evicted
        self.dead = dead
    }

    public var balances: Bool {
        produced == delivered + pending + leased + held + superseded + evicted + dead
    }
}
