import Geodesy
import Inspection

/// One finding's place in one flight: what was seen of it so far, in a fixed number of bytes but for the camera places.
struct ReflightWatch: Sendable {
    let known: KnownFinding
    let terms: ReflightTerms
    /// Of earlier flights.
    let earlier: ReflightRecord
    /// When the flight began.
    let began: UTCTime

    private(set) var record = ReflightRecord()
    /// Frames with a detection that was joined to it.
    private(set) var sightings = 0
    /// Of ``sightings``, those after it was closed or cleared.
    private var sightingsSince = 0
    /// Frames with things that may be it, and of them those after it was closed or cleared; of more things the frames
    /// count with the last.
    private var alike: [(thing: Int, frames: Int, since: Int)] = []
    /// Why looks did not count: the doubt that came furthest.
    private var doubt: ReflightOutcome.Doubt = .notCovered
    private var first: UTCTime?
    private(set) var last: UTCTime?
    /// The newest look of any kind: what is retired by.
    private(set) var touched: UTCTime
    private var slot: (utc: UTCTime, isSighted: Bool)?
    private var lastSightedFrame: UTCTime?
    /// Of the camera, seen from the place; unit vectors north, east, up.
    private var views: [Vector] = []
    private var best: Best?
    /// Whose picture was last asked for.
    private var pictured: Best?
    private var pictures = 0
    var isTold = false

    /// The look that makes the best picture; its kind counts before its score.
    private struct Best: Sendable {
        var look: ReflightLook
        var kind: Int
        var score: Double
    }

    private static let viewLimit = 16
    private static let alikeLimit = 16

    init(_ known: KnownFinding, terms: ReflightTerms, earlier: ReflightRecord, began: UTCTime) {
        self.known = known
        self.terms = terms.of(known)
        self.earlier = earlier
        self.began = began
        touched = began
    }

    mutating func take(_ look: ReflightLook) {
        touched = max(touched, look.utc)
        if look.sight == .same, look.utc != lastSightedFrame {
            sightings &+= 1
            if look.utc > known.statusSince { sightingsSince &+= 1 }
            lastSightedFrame = look.utc
        }
        if case .alike(let thing) = look.sight { noteAlike(thing, isSince: look.utc > known.statusSince) }
        consider(look)
        if let doubt = look.doubt(terms) ?? (look.utc <= known.lastSeen && look.sight != .same ? .beforeLastSeen : nil)
        {
            self.doubt = max(self.doubt, doubt)
            return
        }
        let isSighted = look.sight == .same
        let elapsed = slot.map { Double(look.utc.microseconds(since: $0.utc)) / 1e6 }
        // A hair less: frames do not fall on the very interval.
        if let elapsed, elapsed < terms.interval - 1e-3 {
            if isSighted, elapsed >= 0, slot?.isSighted == false {
                slot?.isSighted = true
                record.sightings &+= 1
            }
            return
        }
        slot = (look.utc, isSighted)
        record.looks &+= 1
        if isSighted { record.sightings &+= 1 }
        first = first ?? look.utc
        last = look.utc
        note(look.camera)
    }

    /// Looks are taken anew; what was seen was seen.
    mutating func forgetLooks() {
        record = ReflightRecord()
        (first, last, slot) = (nil, nil, nil)
        views = []
        doubt = .notCovered
        guard best?.look.sight == .nothing else { return }
        (best, pictured, pictures) = (nil, nil, 0)
    }

    private mutating func noteAlike(_ thing: Int, isSince: Bool) {
        let since = isSince ? 1 : 0
        if let index = alike.firstIndex(where: { $0.thing == thing }) {
            alike[index].frames &+= 1
            alike[index].since &+= since
        } else if alike.count < Self.alikeLimit {
            alike.append((thing, 1, since))
        } else {
            // Never resolved: what is so crowded is not decided by absence.
            let rest = alike[Self.alikeLimit - 1]
            alike[Self.alikeLimit - 1] = (.min, rest.frames &+ 1, rest.since &+ since)
        }
    }

    func isAlike(_ thing: Int) -> Bool { alike.contains { $0.thing == thing } }

    /// A thing turned out to be this finding, or another one. True where that says something new.
    mutating func resolve(_ thing: Int, as finding: FindingID) -> Bool {
        guard thing != .min, let index = alike.firstIndex(where: { $0.thing == thing }) else { return false }
        let (_, frames, since) = alike.remove(at: index)
        guard finding == known.id else { return false }
        sightings &+= frames
        sightingsSince &+= since
        return true
    }

    /// The look whose picture should be kept now: of a better kind than the last one kept, or much better of the same.
    mutating func wantsPicture(_ options: ReflightCheck.Options) -> ReflightLook? {
        guard let best, best.score > 0 else { return nil }
        if let pictured, best.kind == pictured.kind {
            guard pictures < options.maximumPictures, best.score >= options.improvementFactor * pictured.score
            else { return nil }
        }
        pictured = best
        pictures += 1
        return best.look
    }

    /// A look with a detection goes before one without, and of these one that counts before one that does not.
    private mutating func consider(_ look: ReflightLook) {
        let kind = (look.sight == .same ? 2 : 0) + (look.doubt(terms) == nil ? 1 : 0)
        let score = look.score(terms)
        if let best, (kind, score) <= (best.kind, best.score) { return }
        best = Best(look: look, kind: kind, score: score)
    }

    private mutating func note(_ camera: GeodeticPoint) {
        guard camera.isOnGlobe, views.count < Self.viewLimit else { return }
        let (north, east) = known.point.displacement(to: camera)
        guard let view = Vector(north, east, camera.height - known.point.height).unit else { return }
        // The chord of the angle: within half a percent of it up to 20°.
        let apart = terms.viewsApart * .pi / 180
        if views.allSatisfy({ ($0 - view).length >= apart }) { views.append(view) }
    }

    var decision: ReflightOutcome.Decision {
        if isThere { return hasRecurred ? .recurred : .persisting }
        if sightings > 0 || !alike.isEmpty { return .undecided(.contradicted) }
        guard let first, let last else { return .undecided(doubt) }
        guard let clearsAfter = terms.clearsAfter else { return .undecided(.comesAndGoes) }
        guard known.lastSeen < began else { return .undecided(.beforeLastSeen) }
        guard Double(first.microseconds(since: known.lastSeen)) / 1e6 >= clearsAfter else {
            return .undecided(.tooSoon)
        }
        guard record.looks >= terms.looks else { return .undecided(.tooFewLooks) }
        guard Double(last.microseconds(since: first)) / 1e6 >= terms.seconds else { return .undecided(.tooShort) }
        guard views.count >= terms.views else { return .undecided(.tooFewViews) }
        return chanceMissed <= terms.chanceMissed ? .cleared : .undecided(.maybeMissed)
    }

    /// Detected in enough frames to be believed.
    var isThere: Bool { sightings >= sightingsNeeded }

    private var sightingsNeeded: Int { max(terms.persistsAfterSightings, 1) }

    /// What was closed may still be under way; what was cleared was not there when it was looked for, and is there now.
    private var hasRecurred: Bool {
        switch known.status {
        case .closed:
            let since = Double(touched.microseconds(since: known.statusSince)) / 1e6
            return began > known.statusSince && since >= terms.recursAfter
        case .cleared: return sightingsSince >= sightingsNeeded
        case .tentative, .open, .dismissed: return false
        }
    }

    private var chanceMissed: Double { earlier.chanceMissed(in: record.looks, terms: terms) }

    func outcome(in flight: FlightID) -> ReflightOutcome {
        let seconds = first.flatMap { first in last.map { Double($0.microseconds(since: first)) / 1e6 } } ?? 0
        return ReflightOutcome(
            finding: known.id, flight: flight, decision: decision, record: record, sightings: sightings,
            seconds: seconds, views: views.count, chanceMissed: chanceMissed, lastLook: last, best: best?.look,
            gsdNeeded: terms.gsd)
    }
}
