import Findings
import Foundation
import Geodesy
import Geotagging
import Ingest
import Inspection
import Rules

/// Looks, as a flight goes, at findings of earlier flights whose places it passes over, and tells what of them is gone, there
/// still, or there again. Used by the journey's thread alone; what is to be done with it is done by others.
struct FlightReview {
    /// What a frame gives cause for.
    enum Act {
        /// The picture of this look is to be taken while it is at hand. The box is where in it the place is.
        case picture(FindingID, ReflightLook, box: FrameObject.Box?)
        case told(ReflightOutcome, ReflightEntry, isFinal: Bool)
    }

    /// A finding whose place may come into the picture.
    struct Place {
        var known: KnownFinding
        var terms: ReflightTerms
        var record: ReflightRecord
        var matter: Matter
    }

    /// What is looked for alike, by the same rules.
    struct Matter: Hashable {
        var sceneType: String
        /// By which it was found; nil where that is not known.
        var rule: String?
    }

    /// Looks in one frame at most, but for those with a detection: where very many findings lie in one picture each has its
    /// turn in later frames, and no frame waits.
    static let looksPerFrame = 32
    /// Places that are held against the picture for it, and asked whether somebody looked there.
    static let viewsPerFrame = 128
    /// Findings near the camera.
    static let maximumPlaces = 4096
    /// Metres of a detection to a place within which it may be what was found there.
    static let reach = 9.0
    /// Metres around a box within which a place is at it at least; else its own error at 90 %.
    static let slack = 1.5
    /// Microseconds after which a place out of the picture is held against it again.
    static let rest: Int64 = 200_000
    /// Seconds for which a measured picture tells of those after it.
    private static let pictureMemory = 1.0
    /// Labels of one flight that are remembered.
    private static let maximumLabels = 4096

    let store: any ReflightStore
    /// By scene type.
    let terms: @Sendable (String) -> ReflightTerms
    private let view: @Sendable (FrameMetadata) -> GroundView?
    private let declared: Set<String>
    var need: PictureNeed

    var flight: Flight?
    var check: ReflightCheck?
    var places: [Place] = []
    /// Of each place: microseconds of UTC from which it is looked at again, in frames that were examined and in others.
    var due: [Int64] = []
    var dueUnexamined: [Int64] = []
    /// Of each place: which of ``matters`` it is of.
    var matterOf: [Int] = []
    var matters: [Matter: Int] = [:]
    /// Of the frame at hand, by matter.
    var examinations: [RuleClassifier.Examination?] = []
    var viewedAt = Int64.min
    var placeOf: [FindingID: Int] = [:]
    var asked: (center: GeodeticPoint, radius: Double)?
    /// Found by this flight itself.
    var own: Set<FindingID> = []
    var watched: Set<FindingID> = []
    /// Things that are known to be a finding.
    var resolved: Set<Int> = []
    var cursor = 0
    var newest = Int64.min
    /// Labels that analysers gave in this flight, as rules compare them.
    var labels: Set<String> = []
    var rawLabels: Set<String> = []
    var picture: (features: PictureFeatures, at: Int64)?

    init(
        store: any ReflightStore, declares: [String], demand: PictureDemand? = nil,
        terms: @escaping @Sendable (String) -> ReflightTerms,
        view: @escaping @Sendable (FrameMetadata) -> GroundView?
    ) {
        self.store = store
        self.terms = terms
        self.view = view
        need = PictureNeed(demand)
        declared = Set(declares.map(RuleClassifier.normalized))
    }

    /// Taken so far.
    var looks: Int { check?.counters.looks ?? 0 }
    /// Places of which was asked so far whether a rule was in force just there.
    var placesAsked = 0

    mutating func begin(_ flight: Flight) {
        (self.flight, check) = (flight, ReflightCheck(flight: flight))
        removePlaces()
        (own, watched, resolved, labels, rawLabels) = ([], [], [], declared, [])
        (newest, viewedAt, picture, asked) = (.min, .min, nil, nil)
    }

    mutating func removePlaces() {
        (places, placeOf, due, dueUnexamined, matterOf, cursor) = ([], [:], [], [], [], 0)
    }

    mutating func forget() {
        (flight, check) = (nil, nil)
        need.end()
    }

    /// Takes a frame that was classified and joined. `isPoseDoubted`: its pose is known to be of another time, so that
    /// nobody can say what it shows.
    mutating func observe(
        _ frame: FrameMetadata, sights: [JoinedSight], events: [FindingEvent], rules: RuleClassifier,
        isPoseDoubted: Bool = false
    ) throws(StoreError) -> [Act] {
        guard let flight, check != nil else { return [] }
        let now = frame.utc.microseconds
        if now < newest &- 1_000_000 { startOver() }
        newest = max(now, newest)
        for matter in examinations.indices { examinations[matter] = nil }
        note(frame)
        let isTurn = viewedAt == .min || now &- viewedAt >= Self.rest || due.contains { $0 <= now }
        guard isTurn || !sights.isEmpty || !events.isEmpty else { return [] }
        viewedAt = now
        let ground = isPoseDoubted ? nil : view(frame)
        if let ground {
            try ask(ground, of: flight)
            need.ask(now) { places.contains { $0.terms.clearsAfter != nil && ground.isNear($0.known.point) } }
        }
        var acts: [Act] = []
        for event in events {
            if case .opened(let finding, _) = event { meet(finding) }
        }
        for sight in sights { acts += resolve(sight) }
        let picture = Picture(frame: seen(frame), ground: ground, rules: rules)
        acts += look(picture, at: sights)
        if ground != nil { acts += look(picture) }
        return acts
    }

    /// The poses of all frames so far turn out to be of another time: what they were held to show, they may not have shown.
    mutating func doubtPoses() { check?.forgetLooks() }

    /// The last word on everything that was looked at.
    mutating func end(at last: UTCTime) -> [Act] {
        guard var check else { return [] }
        let events = check.finish()
        self.check = check
        defer { forget() }
        return events.compactMap { act($0, isFinal: true, at: last) }
    }

    // MARK: - What is known

    private mutating func startOver() {
        (newest, viewedAt) = (.min, .min)
        for index in due.indices { (due[index], dueUnexamined[index]) = (.min, .min) }
    }

    private mutating func note(_ frame: FrameMetadata) {
        if let features = frame.frame.picture { picture = (features, frame.utc.microseconds) }
        for object in frame.objects where object.kind == .detected && rawLabels.count < Self.maximumLabels {
            if rawLabels.insert(object.label).inserted { labels.insert(RuleClassifier.normalized(object.label)) }
        }
    }

    /// With what was last measured, where this very frame was not.
    private func seen(_ frame: FrameMetadata) -> FrameMetadata {
        guard frame.frame.picture == nil, let picture,
            abs(Double(frame.utc.microseconds &- picture.at)) / 1e6 <= Self.pictureMemory
        else { return frame }
        var frame = frame
        frame.frame.picture = picture.features
        return frame
    }

    // MARK: - What comes of it

    func acts(_ events: [ReflightCheck.Event], box: FrameObject.Box? = nil) -> [Act] {
        events.compactMap { act($0, isFinal: false, at: UTCTime(microseconds: newest), box: box) }
    }

    private func act(
        _ event: ReflightCheck.Event, isFinal: Bool, at time: UTCTime, box: FrameObject.Box? = nil
    ) -> Act? {
        switch event {
        case .picture(let finding, let look):
            // What is there has the finding's own pictures.
            guard look.sight == .nothing, !own.contains(finding), let index = placeOf[finding],
                look.counts(places[index].terms)
            else { return nil }
            return .picture(finding, look, box: box)
        case .decided(let outcome):
            let isOwn = own.contains(outcome.finding)
            // A flight that goes on may yet see what it lets go as gone.
            guard isFinal || (!isOwn && outcome.decision != .cleared) else { return nil }
            return .told(outcome, ReflightEntry(outcome, isOwn: isOwn, at: time), isFinal: isFinal)
        }
    }
}

extension ReflightEntry {
    init(_ outcome: ReflightOutcome, isOwn: Bool, at time: UTCTime) {
        var doubt: String?
        let decision: Decision
        switch outcome.decision {
        case .cleared: decision = .cleared
        case .persisting: decision = .persisting
        case .recurred: decision = .recurred
        case .undecided(let why): (decision, doubt) = (.undecided, why.rawValue)
        }
        self.init(
            finding: outcome.finding, flight: outcome.flight, decision: isOwn ? .undecided : decision,
            doubt: isOwn ? Self.firstFlight : doubt, looks: outcome.record.looks,
            sightings: outcome.record.sightings, lastLook: outcome.lastLook, decidedAt: outcome.lastLook ?? time)
    }
}
