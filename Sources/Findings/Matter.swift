import Geodesy
import Inspection

/// One thing that the joining follows, whether it is a finding yet or not.
struct Matter: Sendable {
    enum Stage: Sendable, Hashable {
        /// Not believed yet.
        case tentative
        case visible
        /// Open, and out of view.
        case lost
    }

    /// A person's.
    struct Mark: Sendable {
        var reason: Detection.Reason
        /// Of its frame; nil, as the box, for one restored.
        var utc: UTCTime?
        var box: FrameObject.Box?
    }

    /// Counts up over a flight: the order in which things were first seen.
    let serial: Int
    let sceneType: String
    var stage: Stage
    /// What is reported; its changing members are brought up to date by ``finding(on:options:)``.
    var base: Finding
    var firstSeen: Double
    var lastSeen: Double
    var lastFrame: Int
    var sightings: Int
    var fusion: PlaceFusion?
    /// Where it was last, smoothed over half a second: what a walking thing is looked for by.
    var recent: Place?
    /// Metres a second by which the last place moves with the time of its pose.
    private var recentSlope = SIMD2(0.0, 0.0)
    var box: FrameObject.Box?
    var track: String?
    /// As what it was seen last; what its object was called when it was seen, the first of them.
    private(set) var newest: FrameObject?
    private(set) var labels: [String] = []
    /// Until it opens: tracks of its sightings, what each was called last, and in how many of them.
    private(set) var calls: [(track: String, label: String, sightings: Int)] = []
    var isWholeFrame: Bool
    var mayMove: Bool
    /// Nil for a restored finding not seen again yet.
    var best: Sighted?
    var severity: Severity
    private let restoredConfidence: Double?
    /// Its id as a finding of its own, where it is one that other flights saw too.
    private var part: FindingID?
    /// Sightings of those.
    private var others = 0
    private var partFlight: FlightID?
    /// When this flight first saw it.
    private var partFirstSeen: UTCTime?
    /// Of the dismissed finding that it was taken for.
    private var dismissedSeverity: Severity?
    /// Why it is open again.
    private var lasting: Detection.Reason?
    /// Which run of the source it was last seen in: track ids and boxes mean nothing in another.
    var run: Int
    /// The newest of them.
    private(set) var marks: [Mark] = []
    /// Things of its scene type seen near it in one frame, and in how many frames.
    private var neighbors: [(serial: Int, frames: Int)] = []
    /// Things of other scene types seen at its place in one frame, and in how many frames.
    private var companions: [(serial: Int, frames: Int)] = []

    var reportedSightings = 0
    var reportedSeverity: Severity
    var reportedScore = 0.0
    var reportedAt = -Double.infinity
    var improvements = 0

    private static let smoothing = 0.5
    private static let maximumNeighbors = 16
    private static let maximumLabels = 8
    private static let maximumCalls = 16

    init(serial: Int, first: Sighted, base: Finding, now: Double, run: Int) {
        self.serial = serial
        sceneType = base.sceneType
        stage = .tentative
        self.base = base
        firstSeen = now
        lastSeen = now
        lastFrame = first.detection.frame.index
        sightings = 1
        recent = first.place
        box = first.box
        track = first.track
        isWholeFrame = first.isWholeFrame
        mayMove = first.mayMove
        best = first
        severity = first.detection.severity
        reportedSeverity = first.detection.severity
        restoredConfidence = nil
        self.run = run
        locate(first, now: now)
        call(first)
        note(first)
    }

    /// A finding already stored: known by its place, with nothing new to report and its picture taken.
    init(
        serial: Int, restored finding: Finding, on plane: LocalPlane?, now: Double, options: FindingJoiner.Options
    ) {
        self.serial = serial
        sceneType = finding.sceneType
        stage = .lost
        base = finding
        firstSeen = now
        lastSeen = now
        lastFrame = -1
        sightings = finding.part?.sightings ?? finding.sightings
        others = finding.sightings - sightings
        part = finding.part?.id
        partFlight = finding.part?.flight
        if let geotag = Sighted.usable(finding.location), let plane {
            fusion = PlaceFusion(restored: geotag, at: plane.place(of: geotag.point))
        }
        isWholeFrame = finding.location == nil
        mayMove = false
        severity = finding.severity
        restoredConfidence = finding.confidence
        run = -1
        reportedSightings = sightings
        reportedSeverity = finding.severity
        marks = finding.reasons.filter(\.isMark).map { Mark(reason: $0) }
        improvements = options.maximumImprovements
    }

    mutating func see(_ sighted: Sighted, now: Double, run: Int) {
        self.run = run
        let frame = sighted.detection.frame.index
        if frame != lastFrame || now > lastSeen { sightings += 1 }
        if let place = sighted.place {
            let share = max(1 - 1 / (1 + max(now - lastSeen, 0) / Self.smoothing), 0.2)
            recent = recent?.moved(towards: place, by: share) ?? place
        }
        locate(sighted, now: now)
        call(sighted)
        lastFrame = frame
        lastSeen = now
        box = sighted.box ?? box
        track = sighted.track ?? track
        isWholeFrame = sighted.isWholeFrame
        mayMove = sighted.mayMove
        severity = max(severity, sighted.detection.severity)
        base.lastSeen = max(base.lastSeen, sighted.detection.utc)
        if stage == .lost { stage = .visible }
        guard let held = best else {
            best = sighted
            return
        }
        // A picture that shows the place goes before one that does not.
        let (had, has) = (held.detection.geotag != nil, sighted.detection.geotag != nil)
        if has != had ? has : sighted.score > held.score { best = sighted }
    }

    /// A person's mark, of a frame at `time`, which may lie before the last sighting: what the frames tell of the thing, it
    /// then leaves as it is.
    mutating func take(_ mark: Sighted, at time: Double, run: Int) {
        sightings += 1
        locate(mark, now: time)
        severity = max(severity, mark.detection.severity)
        base.lastSeen = max(base.lastSeen, mark.detection.utc)
        if time > lastSeen {
            self.run = run
            lastSeen = time
            lastFrame = mark.detection.frame.index
            recent = mark.place ?? recent
            box = mark.box ?? box
            if stage == .lost { stage = .visible }
        }
        if best == nil { best = mark }
        note(mark)
    }

    private mutating func call(_ sighted: Sighted) {
        newest = sighted.detection.object
        guard stage == .tentative, let label = newest?.label else { return }
        if labels.count < Self.maximumLabels, !labels.contains(label) { labels.append(label) }
        guard let track = newest?.track else { return }
        if let known = calls.firstIndex(where: { $0.track == track }) {
            calls[known].label = label
            calls[known].sightings += 1
        } else if calls.count < Self.maximumCalls {
            calls.append((track, label, 1))
        }
    }

    private mutating func note(_ sighted: Sighted) {
        guard sighted.isMark else { return }
        for reason in sighted.detection.reasons where reason.isMark {
            marks.append(Mark(reason: reason, utc: sighted.detection.utc, box: sighted.box))
        }
        if marks.count > Detection.markLimit { marks.removeFirst(marks.count - Detection.markLimit) }
    }

    /// True when it has this mark already.
    func has(_ mark: Sighted) -> Bool {
        let reasons = mark.detection.reasons.filter(\.isMark)
        return !reasons.isEmpty && reasons.allSatisfy { reason in marks.contains { $0.reason == reason } }
    }

    /// True when a mark is surely of another thing: both are in its frame, and their boxes do not touch.
    func isApart(from mark: Sighted, run: Int) -> Bool {
        guard let drawn = mark.box else { return false }
        let frame = mark.detection.frame.index
        if self.run == run, lastFrame == frame, let box, box.intersection(drawn) == 0 { return true }
        return marks.contains { other in
            other.utc == mark.detection.utc && (other.box.map { $0.intersection(drawn) == 0 } ?? false)
        }
    }

    mutating func meet(_ neighbor: Int) { Self.count(neighbor, in: &neighbors) }

    mutating func accompany(_ companion: Int) { Self.count(companion, in: &companions) }

    private static func count(_ serial: Int, in met: inout [(serial: Int, frames: Int)]) {
        if let index = met.firstIndex(where: { $0.serial == serial }) {
            met[index].frames += 1
        } else if met.count < maximumNeighbors {
            met.append((serial, 1))
        }
    }

    /// True when the two were seen together in most of this one's frames. A single frame is not believed: a stray
    /// position of one thing may pass for another.
    func isBeside(_ other: Int) -> Bool {
        guard let met = neighbors.first(where: { $0.serial == other }) else { return false }
        return met.frames >= 2 && 2 * met.frames >= sightings
    }

    /// True when the two, of different scene types, were seen in turn at one place and hardly ever together: one object that
    /// is called now this and now that. Where they were last: then the pose was off by the same for both.
    func isInTurn(with other: Matter, joinRadius: Double) -> Bool {
        guard !isWholeFrame, !other.isWholeFrame, mayMove == other.mayMove, run == other.run,
            let place = recent, let theirs = other.recent, place.distance(to: theirs) <= joinRadius
        else { return false }
        let together = companions.first { $0.serial == other.serial }?.frames ?? 0
        return 3 * together <= sightings
    }

    /// Takes over the id and the status of a finding that other flights saw.
    mutating func become(_ match: Recognition.Match, in flight: FlightID) {
        let known = match.known
        part = base.id
        partFlight = flight
        others = known.sightings
        partFirstSeen = base.firstSeen
        base.id = known.id
        base.firstSeen = min(base.firstSeen, known.firstSeen)
        base.status = known.status == .tentative ? .open : known.status
        severity = max(severity, known.severity)
        switch match.meeting {
        case .again: break
        case .suppressed:
            // No more pictures of it.
            improvements = .max
            dismissedSeverity = known.severity
        case .recurred:
            base.status = .open
            lasting = .recurrence(after: known.status, in: flight, at: base.lastSeen)
        }
    }

    var hasMarks: Bool { !marks.isEmpty }

    /// In this flight, whatever other flights saw of it.
    var ownFirstSeen: UTCTime { partFirstSeen ?? base.firstSeen }

    /// Nothing but what was seen of it after it was dismissed tells that it is worse now.
    var hasOutgrownDismissal: Bool { dismissedSeverity.map { severity > $0 } ?? false }

    /// Is a finding of its own from now on, first seen when this flight first saw it.
    mutating func stand(alone id: FindingID) {
        base.id = id
        base.status = .open
        base.firstSeen = ownFirstSeen
        part = nil
        others = 0
        dismissedSeverity = nil
        improvements = 0
    }

    /// Takes over the sightings of a thing that turned out to be this one.
    mutating func absorb(_ other: Matter) {
        sightings += other.sightings
        if let theirs = other.fusion {
            if fusion == nil { fusion = theirs } else { fusion?.add(theirs) }
        }
        if other.lastSeen >= lastSeen {
            recent = other.recent ?? recent
            box = other.box ?? box
            track = other.track ?? track
            lastFrame = other.lastFrame
            run = other.run
        }
        lastSeen = max(lastSeen, other.lastSeen)
        base.lastSeen = max(base.lastSeen, other.base.lastSeen)
        severity = max(severity, other.severity)
        if let theirs = other.best, theirs.score > best?.score ?? -1 { best = theirs }
        marks = (marks + other.marks).suffix(Detection.markLimit)
        if stage == .lost { stage = .visible }
    }

    private mutating func locate(_ sighted: Sighted, now: Double) {
        guard let place = sighted.place, let geotag = sighted.detection.geotag else { return }
        recentSlope = geotag.perSecond ?? SIMD2(0, 0)
        let weight = sighted.isCutOff ? 0.25 : 1
        if fusion == nil {
            fusion = PlaceFusion(geotag, at: place, now: now, weight: weight)
        } else {
            fusion?.add(geotag, at: place, now: now, weight: weight)
        }
    }

    /// Puts right what was placed with poses looked up `offset` seconds too late. Metres by which it moved.
    mutating func correct(_ offset: Double) -> Double {
        guard let before = fusion?.mean else { return 0 }
        fusion?.correct(offset)
        recent?.correct(recentSlope, offset)
        best?.correct(offset)
        return fusion.map { $0.mean.distance(to: before) } ?? 0
    }

    /// No later ``correct(_:)`` moves what was placed so far.
    mutating func settleTiming() {
        fusion?.settleTiming()
        recentSlope = SIMD2(0, 0)
        best?.settleTiming()
    }

    /// The finding as it stands now.
    func finding(on plane: LocalPlane?, options: FindingJoiner.Options) -> Finding {
        var finding = base
        finding.sightings = sightings + others
        if let part, let partFlight { finding.part = .init(id: part, flight: partFlight, sightings: sightings) }
        finding.severity = severity
        // A restored finding keeps what was stored of its best detection until a surer one is seen.
        // Nor does a mark take the place of what a rule said.
        if let best, best.confidence >= restoredConfidence ?? 0,
            best.detection.rule == base.rule || !best.detection.reasons.contains(where: \.isMark)
        {
            finding.rule = best.detection.rule
            finding.ruleVersion = best.detection.ruleVersion
            finding.reasons = best.detection.reasons
            finding.confidence = best.confidence
            finding.refusal = best.detection.refusal
        }
        if let lasting { finding.reasons.append(lasting) }
        if !marks.isEmpty { finding.reasons = finding.reasons.filter { !$0.isMark } + marks.map(\.reason) }
        if let fusion, let plane {
            finding.location = fusion.location(on: plane, randomShare: options.randomShare)
            // The middle of a walk is nowhere: a thing that moved is where its picture shows it.
            if hasMoved(options), let geotag = best?.detection.geotag { finding.location = geotag }
        } else if let geotag = Sighted.usable(best?.detection.geotag) {
            finding.location = geotag
        }
        // What is common to the flight means nothing outside of it.
        finding.location?.common = []
        finding.location?.perSecond = nil
        if finding.location != nil { finding.refusal = nil }
        return finding
    }

    private func hasMoved(_ options: FindingJoiner.Options) -> Bool {
        guard mayMove, let fusion, let recent else { return false }
        return fusion.mean.distance(to: recent) > options.joinRadius / 2
    }
}
