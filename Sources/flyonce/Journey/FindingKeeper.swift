import Findings
import Geodesy
import Inspection
import Logging
import Rules
import Store

/// Takes a finding's picture and clip and makes both durable before the finding's row. What cannot be had (a frame that
/// left the ring, a decoder that failed) is said and counted; the finding itself is never held back for it.
struct FindingKeeper: Sendable {
    struct ClipOrder: Sendable {
        var finding: FindingID
        var start: RunningTime
        var end: RunningTime
        /// The frame it is about, and its UTC: what the clip's own time is reckoned from.
        var frame: RunningTime
        var frameUTC: UTCTime
    }

    /// Of the metadata beside a clip: KLV packets one after the other. Source: RFC 6597.
    private static let metadataType = "application/smpte336m"

    /// Of the stream: no picture and no clip may show them.
    let unrecorded: UnrecordedSpans
    let store: any FindingStore
    let evidence: any EvidenceStore
    let source: Name
    let routes: @Sendable (Finding) -> [Observation.Route]
    let ground: HeldGround
    let takesEvidence: Bool
    /// Nil leaves heights that are only known above the ellipsoid out of pictures.
    let geoid: Geoid?
    let clock: any Inspection.Clock
    let logger: Logger
    let progress: JourneyProgress
    /// Nil where no floor of precision is held.
    var floors: HeldFloors?
    /// Makes of pictures what may leave; nil where nothing leaves.
    var redaction: KeptRedaction?
    /// Nil where nobody watches the disk, as in a replay.
    var room: RoomOnDisk?

    /// True when it is on disk.
    @discardableResult
    func keep(_ event: FindingEvent, from source: any VideoSource) async -> Bool {
        var finding = event.finding
        if let place = finding.location?.point {
            // Where it lies is told of the place that goes out, which many sightings made.
            let areas = ground.current.areas
            finding.location?.area = areas.name(at: place)
            finding.location?.grid = areas.gridCode(at: place)
        }
        let isHeld = holdUnderFloor(&finding)
        if isHeld, case .opened = event { progress.count(ofRule: finding.rule, "under_floor") }
        var items: [EvidenceItem] = []
        var isNew = false
        guard await mayBeKept(finding) else { return false }
        switch event {
        case .opened, .recognized, .improved:
            let seen = finding.part?.sightings ?? finding.sightings
            let kept = (try? await store.sightings(ofPart: finding.part?.id ?? finding.id)) ?? 0
            let stored = try? await store.finding(finding.id)
            // What is read again opens again, under the id that it has.
            if case .opened = event { isNew = stored == nil }
            let isReread = kept >= seen && stored?.hasPicture ?? false
            // Of what was dismissed no picture is wanted.
            if takesEvidence, !isReread, finding.status != .dismissed {
                items = await pictures(of: event.best, from: source)
            }
        case .marked(_, let mark):
            let known = (try? await store.finding(finding.id))?.finding.reasons ?? []
            let isTaken = mark.reasons.allSatisfy { known.contains($0) }
            if takesEvidence, !isTaken { items = await pictures(of: mark, from: source) }
        case .updated, .corrected: break
        }
        await sayWhatIsLeftOut(&finding, items, event)
        var observation = Observation(finding: finding, evidence: items, routes: released(finding))
        if case .corrected = event { observation.correctsPlace = true }
        let owed = observation
        let isKept = await durably("store the finding", .finding) { () async throws(StoreError) in
            _ = try await store.commit(owed)
        }
        if isNew, isKept { progress.opened() }
        return isKept
    }

    /// True when the rule is under its floor of precision now; the finding's reasons say so, or say so no longer.
    private func holdUnderFloor(_ finding: inout Finding) -> Bool {
        finding.reasons.removeAll(where: \.isUnderFloor)
        guard let reason = floors?.reason(of: finding.rule) else { return false }
        finding.reasons.append(reason)
        return true
    }

    /// What a rule's budget of the day did not admit waits for a person, whatever the release policy says; so does what a
    /// rule finds that is under its floor of precision.
    private func released(_ finding: Finding) -> [Observation.Route] {
        let routes = routes(finding)
        guard finding.reasons.contains(where: { $0.isOverBudget || $0.isUnderFloor }) else { return routes }
        return routes.map { .init(destination: $0.destination, release: $0.release == .auto ? .review : $0.release) }
    }

    func clip(_ order: ClipOrder, from source: any VideoSource) async {
        guard takesEvidence, await hasRoom(for: .clip) else { return }
        if let stored = try? await store.finding(order.finding), stored.evidence.contains(where: { $0.kind == .clip }) {
            return
        }
        do {
            var start = order.start
            var capture = try await source.clip(from: start, to: order.end)
            // A clip begins with a key frame, which may lie before what was asked for: then a later one is sought.
            let step = max(order.frame.seconds(since: start) / 8, 0.2)
            while start < order.frame, unrecorded.touches(capture.time, order.end) {
                start = min(start.advanced(by: step), order.frame)
                capture = try await source.clip(from: start, to: order.end)
            }
            guard !unrecorded.touches(capture.time, order.end) else { return progress.count("clips_not_recorded") }
            await durably("store the clip", .clip) { () async throws(StoreError) in
                let begin = order.frameUTC.advanced(
                    byMicroseconds: Int64((capture.time.seconds(since: order.frame) * 1e6).rounded()))
                var items = [
                    try await evidence.keep(
                        capture.bytes, kind: .clip, mediaType: capture.mediaType, capturedAt: begin)
                ]
                if !capture.metadata.isEmpty {
                    items.append(
                        try await evidence.keep(
                            capture.metadata, kind: .metadata, mediaType: Self.metadataType, capturedAt: begin))
                }
                _ = try await store.attach(items, to: order.finding)
            }
        } catch {
            progress.count("clips_missed")
            logger.warning("no clip for finding \(order.finding): \(error.description)")
        }
    }

    func save(_ flight: Flight) async {
        await durably("store the flight") { () async throws(StoreError) in try await store.save(flight) }
    }

    func save(_ coverage: FlightCoverage, in store: any CoverageStore) async {
        await durably("store what the flight saw") { () async throws(StoreError) in try await store.save(coverage) }
    }

    func save(_ spending: [RuleSpending], in records: any RuleRecords) async {
        await durably("store what rules spent of their budgets") { () async throws(StoreError) in
            try await records.save(spending, of: source)
        }
    }

    func markDone(contents: [String], flight: Flight) async {
        await durably("mark the file as done") { () async throws(StoreError) in
            try await store.markDone(contents: contents, source: source, flight: flight)
        }
    }

    /// The picture, and its thumbnail behind it. Where it is marked, only when it is the very frame.
    private func pictures(of best: Detection, from source: any VideoSource) async -> [EvidenceItem] {
        guard await hasRoom(for: .picture) else { return [] }
        do {
            let capture = try await source.picture(
                at: best.frame.time, stamp: PictureStamp(of: best, geoid: geoid))
            guard !unrecorded.touches(capture.time, capture.time) else {
                progress.count("pictures_not_recorded")
                return []
            }
            var items: [EvidenceItem] = []
            await durably("store the picture", .picture) { () async throws(StoreError) in
                let moved = capture.time.seconds(since: best.frame.time) * 1e6
                let taken = best.utc.advanced(byMicroseconds: Int64(exactly: moved.rounded()) ?? 0)
                var kept = [
                    try await evidence.keep(
                        capture.bytes, kind: .picture, mediaType: capture.mediaType, capturedAt: taken)
                ]
                if let thumbnail = capture.thumbnail {
                    kept.append(
                        try await evidence.keep(
                            thumbnail, kind: .thumbnail, mediaType: "image/jpeg", capturedAt: taken))
                }
                if capture.time == best.frame.time {
                    let box = best.object?.box?.shares(ofWidth: best.frame.width, height: best.frame.height)
                    for index in kept.indices { kept[index].box = box.map(best.frame.orientation.shown) }
                }
                items = kept
            }
            let hidden = redaction?.hidden(in: capture, of: best)
            return items + (await redacted(capture, items, hiding: hidden))
        } catch {
            progress.count("pictures_missed")
            logger.warning("no picture for rule \(best.rule): \(error.description)")
            return []
        }
    }

    /// Tries until it is on disk: a full disk is waited for, with an alarm, where that holds nobody up; anything else is reported
    /// and counted. False when it was given up. `wish` is what of the finding it is.
    @discardableResult
    func durably(
        _ what: String, _ wish: DiskRoom.Wish? = nil, _ body: () async throws(StoreError) -> Void
    ) async -> Bool {
        var delay = 1.0
        while true {
            do {
                try await body()
                return true
            } catch {
                progress.count("store_failures")
                logger.error("could not \(what): \(error.description)", metadata: ["hint": "\(error.hint)"])
                guard error.isTransient, !Task.isCancelled, !givesUp(wish, error) else { return false }
                try? await Task.sleep(for: .seconds(delay))
                delay = min(delay * 2, 30)
            }
        }
    }
}

extension FindingRecord {
    var hasPicture: Bool { evidence.contains { $0.kind == .picture } }
}
