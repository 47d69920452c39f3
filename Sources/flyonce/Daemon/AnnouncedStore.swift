import Geodesy
import Inspection

/// The store, with word given after every write that changed the feed: to listeners of events, and to the deliveries.
struct AnnouncedStore: FindingStore, Outbox {
    let store: any FindingStore & Outbox
    /// Given the new revision where the write returns one.
    let announce: @Sendable (FindingRecord?) -> Void
    /// Told which rule's finding was judged, nil where it is not known, before the write returns.
    var judged: @Sendable (String?) async -> Void = { _ in }

    var epoch: String { store.epoch }

    private func announced(_ record: FindingRecord?) -> FindingRecord? {
        if let record { announce(record) }
        return record
    }

    func commit(_ observation: Observation) async throws(StoreError) -> FindingRecord? {
        announced(try await store.commit(observation))
    }

    func attach(_ items: [EvidenceItem], to finding: FindingID) async throws(StoreError) -> FindingRecord? {
        announced(try await store.attach(items, to: finding))
    }

    func record(_ record: CaseRecord, of finding: FindingID) async throws(StoreError) -> FindingRecord? {
        let record = announced(try await store.record(record, of: finding))
        if let record { await judged(record.finding.rule) }
        return record
    }

    func record(_ verdict: Verdict, on finding: FindingID) async throws(StoreError) -> FindingRecord? {
        let record = announced(try await store.record(verdict, on: finding))
        if let record { await judged(record.finding.rule) }
        return record
    }

    func finding(_ id: FindingID) async throws(StoreError) -> FindingRecord? { try await store.finding(id) }

    func changes(after sequence: Int64, limit: Int) async throws(StoreError) -> [StoredFeature] {
        try await store.changes(after: sequence, limit: limit)
    }

    func known(_ query: KnownFindings.Query) throws(StoreError) -> KnownFindings { try store.known(query) }

    func sightings(ofPart part: FindingID) async throws(StoreError) -> Int {
        try await store.sightings(ofPart: part)
    }

    func findings(of flight: FlightID) async throws(StoreError) -> [FindingRecord] {
        try await store.findings(of: flight)
    }

    func save(_ flight: Flight) async throws(StoreError) { try await store.save(flight) }

    func latestFlight(of source: Name) async throws(StoreError) -> Flight? { try await store.latestFlight(of: source) }

    func flights(limit: Int) async throws(StoreError) -> [Flight] { try await store.flights(limit: limit) }

    func isDone(content: String, source: Name) async throws(StoreError) -> Bool {
        try await store.isDone(content: content, source: source)
    }

    func markDone(content: String, source: Name, flight: Flight) async throws(StoreError) {
        try await store.markDone(content: content, source: source, flight: flight)
    }

    func markDone(contents: [String], source: Name, flight: Flight) async throws(StoreError) {
        try await store.markDone(contents: contents, source: source, flight: flight)
    }

    func lease(
        _ destination: Name, limit: Int, now: UTCTime, until: UTCTime
    ) async throws(StoreError) -> [OwedDelivery] {
        try await store.lease(destination, limit: limit, now: now, until: until)
    }

    func settle(
        _ delivery: OwedDelivery, as outcome: DeliveryOutcome, now: UTCTime
    ) async throws(StoreError) -> Bool {
        let settled = try await store.settle(delivery, as: outcome, now: now)
        if settled, case .delivered(let record) = outcome {
            announce(nil)
            if record?.stage.isUpheld != nil { await judged(nil) }
        }
        return settled
    }

    func settle(_ settlements: [Settlement], now: UTCTime) async throws(StoreError) -> [Bool] {
        let settled = try await store.settle(settlements, now: now)
        var isAnnounced = false
        var isJudged = false
        for (settlement, isSettled) in zip(settlements, settled) where isSettled {
            guard case .delivered(let record) = settlement.outcome else { continue }
            isAnnounced = true
            if record?.stage.isUpheld != nil { isJudged = true }
        }
        if isAnnounced { announce(nil) }
        if isJudged { await judged(nil) }
        return settled
    }

    func nextDue(_ destination: Name) async throws(StoreError) -> UTCTime? { try await store.nextDue(destination) }

    func books() async throws(StoreError) -> [Book] { try await store.books() }
}

/// The same for what flights say of findings.
struct AnnouncedReflights: ReflightStore {
    let store: any ReflightStore
    let announce: @Sendable (FindingRecord?) -> Void

    func save(_ entries: [ReflightEntry]) async throws(StoreError) { try await store.save(entries) }

    func reflights(of finding: FindingID) async throws(StoreError) -> [ReflightEntry] {
        try await store.reflights(of: finding)
    }

    func eachKnown(
        in statuses: Set<Finding.Status>, within box: BoundingBox?,
        where isWanted: @escaping @Sendable (KnownFinding.Glance) -> Bool,
        _ body: @Sendable (KnownFinding, UTCTime?) -> Void
    ) async throws(StoreError) {
        try await store.eachKnown(in: statuses, within: box, where: isWanted, body)
    }

    func subjects(
        of flight: Flight, around point: GeodeticPoint, radius: Double, limit: Int
    ) throws(StoreError) -> [ReflightSubject] {
        try store.subjects(of: flight, around: point, radius: radius, limit: limit)
    }

    func clear(
        _ entry: ReflightEntry, reason: Detection.Reason, evidence: [EvidenceItem]
    ) async throws(StoreError) -> FindingRecord? {
        let record = try await store.clear(entry, reason: reason, evidence: evidence)
        if let record { announce(record) }
        return record
    }
}
