import Geodesy
public import Inspection

/// Joins the detections of one flight into findings. Pure: events in, events out; no clock and no dictionary, so the
/// same input gives the same findings with the same ids.
///
/// A detection belongs to a known thing of its scene type by position (within a gate far tighter than the position's
/// error: what is common to the flight parts nothing), by track id (where the positions do not contradict it) or by its
/// box in the frames just before. A thing opens once it was seen in enough frames over enough time; what would open
/// beside an open finding without ever having been seen in one frame with it is taken for that finding. What an object was
/// called now and then that is mostly called something else counts for nothing in this.
public struct FindingJoiner: Sendable {
    public internal(set) var counters = Counters()
    /// Things known now.
    public var tracked: Int { matters.count }

    let flight: Flight
    let gateway: Name
    let ids: any IDs
    let options: Options
    /// What is known near a place; nil where nothing is known beyond this flight.
    let recall: (@Sendable (KnownFindings.Query) -> KnownFindings)?
    var shift = FlightShift()
    /// What the sightings of things that stay say of the time of the poses; nil where nobody asks.
    var timing: TimingEstimate?
    /// Seconds that are taken out of the poses already.
    var timingTaken = 0.0
    /// What they say of the errors of all poses; nil where nobody asks.
    var commonErrors: CommonErrorEstimate?
    /// What is taken out of every place.
    var errorsTaken: CommonErrors?
    var matters: [Matter] = []
    private var votes = LabelVotes()
    /// What became of the detections of the frame that was observed last.
    public private(set) var sights: [JoinedSight] = []
    /// Of things seen in that frame that turned out to be an open finding.
    private(set) var absorbed: [Int: FindingID] = [:]
    var nextSerial = 0
    var plane: LocalPlane?
    var clock = JoiningClock()

    /// `recall` is asked once for a thing that is about to open, from within ``observe(_:at:utc:)`` and ``mark(_:)``.
    public init(
        flight: Flight, gateway: Name, ids: any IDs, options: Options = Options(),
        recall: (@Sendable (KnownFindings.Query) -> KnownFindings)? = nil
    ) {
        self.flight = flight
        self.gateway = gateway
        self.ids = ids
        self.options = options
        self.recall = recall
    }

    /// Makes findings of this flight known that were stored before a restart, dismissed ones too: what is seen of them
    /// again joins them under their status, and no new picture is asked for.
    public mutating func restore(_ findings: [Finding]) {
        for finding in findings.sorted(by: { $0.id < $1.id }) where matters.count < options.maximumTracked {
            if plane == nil { plane = Sighted.usable(finding.location).flatMap { LocalPlane(origin: $0.point) } }
            matters.append(
                Matter(serial: nextSerial, restored: finding, on: plane, now: clock.now, options: options))
            nextSerial += 1
        }
    }

    /// Takes the detections of one frame; call it for frames without any, too, so that what is lost is noticed. `objects` are
    /// all that the frame shows, with those that no rule speaks of: what a thing is mostly called.
    public mutating func observe(
        _ detections: [Detection], at time: RunningTime, utc: UTCTime, objects: [FrameObject] = []
    ) -> [FindingEvent] {
        clock.advance(to: time, utc: utc)
        votes.follow(objects, now: clock.now, run: clock.run, options: options)
        counters.detections += detections.count
        var events = expire()
        sights = []
        absorbed = [:]
        guard !detections.isEmpty else { return events }
        let sighted = prepare(detections)
        var association = Association(options: options, now: clock.now, run: clock.run)
        let assigned = association.assign(sighted, to: matters)
        counters.trackDisagreements += association.disagreements
        var seen: [Int] = []
        var shown: [(serial: Int, sighted: Sighted)] = []
        var isNew: [Sighted] = []
        for (index, one) in sighted.enumerated() {
            if one.place == nil { counters.withoutLocation += 1 }
            if let matter = assigned[index] {
                matters[matter].see(one, now: clock.now, run: clock.run)
                noteTiming(one, of: matters[matter].serial)
                noteErrors(one, of: matters[matter].serial)
                seen.append(matters[matter].serial)
                shown.append((matters[matter].serial, one))
            } else {
                isNew.append(one)
            }
        }
        for one in isNew {
            events += makeRoom()
            matters.append(
                Matter(serial: nextSerial, first: one, base: firstFinding(one), now: clock.now, run: clock.run))
            noteTiming(one, of: nextSerial)
            noteErrors(one, of: nextSerial)
            seen.append(nextSerial)
            shown.append((nextSerial, one))
            nextSerial += 1
        }
        introduce(seen)
        for serial in seen.sorted() { events += report(serial) }
        sights = sights(of: shown)
        return events
    }

    /// Ends the flight: what open findings gained since they were last told of.
    public mutating func finish() -> [FindingEvent] {
        var events: [FindingEvent] = []
        for index in matters.indices {
            if matters[index].stage == .tentative { counters.forgotten += 1 } else { events += update(index) }
        }
        matters.removeAll()
        return events
    }

    // MARK: - Preparing a frame

    /// In an order that depends on the content alone, without the doubles of one thing.
    private mutating func prepare(_ detections: [Detection]) -> [Sighted] {
        if plane == nil {
            for detection in detections where plane == nil && detection.object != nil {
                plane = Sighted.usable(detection.geotag).flatMap { LocalPlane(origin: $0.point) }
            }
        }
        let placed = errorsTaken.map { errors in detections.map { $0.without(errors) } } ?? detections
        var sighted = placed.map { Sighted($0, on: plane) }
        sighted.sort(by: Self.precedes)
        if sighted.count > options.maximumPerFrame {
            counters.overflowed += sighted.count - options.maximumPerFrame
            sighted.removeLast(sighted.count - options.maximumPerFrame)
        }
        var kept: [Sighted] = []
        for one in sighted {
            if kept.contains(where: { Self.areOne($0, one) }) { counters.duplicates += 1 } else { kept.append(one) }
        }
        return kept
    }

    /// The more severe and the better seen first, so that of doubles the better is kept.
    private static func precedes(_ a: Sighted, _ b: Sighted) -> Bool {
        let (x, y) = (a.detection, b.detection)
        if x.severity != y.severity { return x.severity > y.severity }
        if a.score != b.score { return a.score > b.score }
        if x.sceneType.id != y.sceneType.id { return x.sceneType.id < y.sceneType.id }
        if x.rule != y.rule { return x.rule < y.rule }
        return identity(x) < identity(y)
    }

    private static func areOne(_ a: Sighted, _ b: Sighted) -> Bool {
        guard a.detection.sceneType.id == b.detection.sceneType.id else { return false }
        if a.isWholeFrame || b.isWholeFrame {
            return a.isWholeFrame && b.isWholeFrame && a.detection.rule == b.detection.rule
        }
        if let track = a.track, track == b.track { return true }
        guard let box = a.box, let other = b.box else { return false }
        // Heaps do not stand in front of each other, people do.
        return box.overlap(other) >= 0.6 || (!a.mayMove && box.containment(other) >= 0.85)
    }

    func firstFinding(_ first: Sighted) -> Finding {
        let detection = first.detection
        var parts = [gateway.text, flight.content, detection.rule, Self.identity(detection)]
        // Rules name one scene type each; persons may mark several in one box.
        if first.isMark { parts.append(detection.sceneType.id) }
        let id = ids.uuid(at: detection.utc, of: parts)
        return Finding(
            id: id, sceneType: detection.sceneType.id, title: detection.sceneType.title, severity: detection.severity,
            confidence: first.confidence, status: .open, firstSeen: detection.utc, lastSeen: detection.utc,
            provenance: detection.provenance, sightings: 1, flight: flight.id, source: flight.source, gateway: gateway,
            rule: detection.rule, ruleVersion: detection.ruleVersion, reasons: detection.reasons, location: nil,
            refusal: detection.refusal)
    }

    /// What tells a first detection from every other of its rule: its time, its track, its box in whole pixels, and
    /// without a box its place in millionths of a degree.
    private static func identity(_ detection: Detection) -> String {
        var text = "\(detection.utc.microseconds)"
        guard let object = detection.object else { return text }
        text += "|" + (object.track ?? "")
        if let box = object.box {
            for edge in [box.left, box.top, box.right, box.bottom] {
                text += "|" + (abs(edge) < 1e7 ? String(Int(edge.rounded())) : "-")
            }
        } else if let point = Sighted.usable(detection.geotag)?.point {
            text += "|\(Int((point.latitude * 1e6).rounded()))|\(Int((point.longitude * 1e6).rounded()))"
        }
        return text
    }

    // MARK: - What becomes of things

    /// Things seen in one frame are surely different things, or one thing that two rules speak of.
    private mutating func introduce(_ seen: [Int]) {
        let present = seen.compactMap { index(of: $0) }
        for a in present {
            guard let place = matters[a].recent else { continue }
            for b in present where b != a {
                guard let distance = matters[b].recent.map({ place.distance(to: $0) }) else { continue }
                if matters[a].sceneType != matters[b].sceneType {
                    if matters[a].stage == .tentative, distance <= 2 * options.joinRadius {
                        matters[a].accompany(matters[b].serial)
                    }
                } else if distance <= 4 * options.maximumJoinRadius {
                    matters[a].meet(matters[b].serial)
                }
            }
        }
    }

    /// What lies at its place was called something else three times as often in this flight, in other frames, and is called so
    /// still.
    private func isOutvoted(_ matter: Matter) -> Bool {
        matters.contains { other in
            other.sceneType != matter.sceneType && other.sightings > 3 * matter.sightings
                && other.lastSeen > matter.firstSeen
                && matter.isInTurn(with: other, joinRadius: options.joinRadius)
        }
    }

    private mutating func report(_ serial: Int) -> [FindingEvent] {
        guard let index = index(of: serial) else { return [] }
        let matter = matters[index]
        if matter.stage == .tentative {
            let isMark = matter.best?.isMark ?? false
            let isSure =
                matter.sightings >= options.openAfterSightings
                && matter.lastSeen - matter.firstSeen >= options.openAfterSeconds - 1e-6
            guard isMark || isSure else { return [] }
            let believed = matter.sightings - votes.outvoted(matter)
            if !isMark,
                believed < options.openAfterSightings || votes.outvotes(matter.newest, matter.labels)
                    || isOutvoted(matter)
            {
                counters.outvoted += 1
                return []
            }
            if let known = knownFinding(of: matter) {
                if known.isReturning { matters[known.index].absorb(matter) }
                absorbed[serial] = matters[known.index].base.id
                matters.remove(at: index)
                counters.absorbed += 1
                return []
            }
            let isKnown = recognize(index)
            matters[index].stage = .visible
            if isKnown { return tell(index) { .recognized($0, best: $1) } }
            counters.opened += 1
            return tell(index) { .opened($0, best: $1) }
        }
        if matter.hasOutgrownDismissal {
            outgrow(index)
            counters.opened += 1
            return tell(index) { .opened($0, best: $1) }
        }
        if matter.severity > matter.reportedSeverity { return update(index) }
        guard let best = matter.best, matter.improvements < options.maximumImprovements,
            best.detection.frame.index == matter.lastFrame,
            best.score >= options.improvementFactor * matter.reportedScore,
            clock.now - matter.reportedAt >= options.improvementSeconds
        else { return [] }
        matters[index].improvements += 1
        return tell(index) { .improved($0, best: $1) }
    }

    /// The open finding that a thing about to open really is. Returning: it was out of sight while the other was
    /// seen, and the place is right. Else the two were seen in turn, never together: strays of one position, which
    /// are dropped.
    private func knownFinding(of matter: Matter) -> (index: Int, isReturning: Bool)? {
        guard let mean = matter.fusion?.mean else { return nil }
        let association = Association(options: options, now: clock.now, run: clock.run)
        var nearest: (index: Int, isReturning: Bool, distance: Double)?
        for (index, known) in matters.enumerated()
        where known.stage != .tentative && known.sceneType == matter.sceneType && !known.isWholeFrame
            && !matter.isBeside(known.serial)
        {
            guard let fusion = known.fusion, let own = matter.fusion else { continue }
            let gate = association.gate(own.best.ellipse.semiMajor, fusion.best.ellipse.semiMajor)
            let isReturning = known.lastSeen <= matter.firstSeen
            let apart = min(options.gateSigmas * (own.separation(from: fusion) ?? 0), options.maximumJoinRadius)
            let reach = isReturning ? max(gate, apart) : min(2 * gate, 1.5 * options.maximumJoinRadius)
            let distance = mean.distance(to: fusion.mean)
            if distance <= reach, distance < nearest?.distance ?? .infinity {
                nearest = (index, isReturning, distance)
            }
        }
        return nearest.map { ($0.index, $0.isReturning) }
    }

    private mutating func expire() -> [FindingEvent] {
        var events: [FindingEvent] = []
        for index in matters.indices where matters[index].stage == .visible {
            if clock.now - matters[index].lastSeen > options.lostAfterSeconds {
                matters[index].stage = .lost
                events += update(index)
            }
        }
        let before = matters.count
        let (now, patience) = (clock.now, options.forgetAfterSeconds)
        func isForgotten(_ matter: Matter) -> Bool { matter.stage == .tentative && now - matter.lastSeen > patience }
        for matter in matters where isForgotten(matter) {
            timing?.remove(matter.serial)
            commonErrors?.remove(matter.serial)
        }
        matters.removeAll(where: isForgotten)
        counters.forgotten += before - matters.count
        return events
    }

    mutating func makeRoom() -> [FindingEvent] {
        guard matters.count >= max(options.maximumTracked, 1) else { return [] }
        func order(_ matter: Matter) -> (Int, Double, Int) {
            (matter.stage == .tentative ? 0 : 1, matter.lastSeen, matter.serial)
        }
        guard let index = matters.indices.min(by: { order(matters[$0]) < order(matters[$1]) }) else { return [] }
        let events = matters[index].stage == .tentative ? [] : update(index)
        matters.remove(at: index)
        counters.retired += 1
        return events
    }

    private mutating func update(_ index: Int) -> [FindingEvent] {
        guard matters[index].sightings > matters[index].reportedSightings else { return [] }
        return tell(index) { .updated($0, best: $1) }
    }

    mutating func tell(
        _ index: Int, _ event: (Finding, Detection) -> FindingEvent
    ) -> [FindingEvent] {
        guard let best = matters[index].best else { return [] }
        matters[index].reportedSightings = matters[index].sightings
        matters[index].reportedSeverity = matters[index].severity
        let told = event(matters[index].finding(on: plane, options: options), best.detection)
        switch told {
        case .updated, .corrected: return [told]
        case .opened, .recognized, .improved, .marked: break
        }
        matters[index].reportedScore = best.score
        matters[index].reportedAt = clock.now
        return [told]
    }

    /// Serials only grow and things are kept in their order.
    func index(of serial: Int) -> Int? {
        var (low, high) = (0, matters.count)
        while low < high {
            let middle = (low + high) / 2
            if matters[middle].serial < serial { low = middle + 1 } else { high = middle }
        }
        return low < matters.count && matters[low].serial == serial ? low : nil
    }
}
