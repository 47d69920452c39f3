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
    private struct Place {
        var known: KnownFinding
        var terms: ReflightTerms
        var record: ReflightRecord
        /// Metres that must be in the picture around it.
        var margin: Double
    }

    /// Looks in one frame at most, but for those with a detection: where very many findings lie in one picture each has its
    /// turn in later frames, and no frame waits.
    static let looksPerFrame = 32
    /// Places that are held against the picture for it.
    static let viewsPerFrame = 128
    /// Findings near the camera.
    static let maximumPlaces = 4096
    /// Metres of a detection to a place within which it may be what was found there.
    private static let reach = 9.0
    /// Metres around a box within which a place is at it at least; else its own error at 90 %.
    private static let slack = 1.5
    /// Microseconds after which a place out of the picture is held against it again.
    private static let rest: Int64 = 200_000
    /// Seconds for which a measured picture tells of those after it.
    private static let pictureMemory = 1.0
    /// Labels of one flight that are remembered.
    private static let maximumLabels = 4096

    let store: any ReflightStore
    /// By scene type.
    private let terms: @Sendable (String) -> ReflightTerms
    private let view: @Sendable (FrameMetadata) -> GroundView?
    private let declared: Set<String>
    private var need: PictureNeed

    private var flight: Flight?
    private var check: ReflightCheck?
    private var places: [Place] = []
    /// Of each place: microseconds of UTC from which it is looked at again, in frames that were examined and in others.
    private var due: [Int64] = []
    private var dueUnexamined: [Int64] = []
    /// Of each place: which of ``types`` it is of.
    private var typeOf: [Int] = []
    private var types: [String: Int] = [:]
    /// Of the frame at hand, by type.
    private var examinations: [RuleClassifier.Examination?] = []
    private var viewedAt = Int64.min
    private var placeOf: [FindingID: Int] = [:]
    private var asked: (center: GeodeticPoint, radius: Double)?
    /// Found by this flight itself.
    private var own: Set<FindingID> = []
    private var watched: Set<FindingID> = []
    /// Things that are known to be a finding.
    private var resolved: Set<Int> = []
    private var cursor = 0
    private var newest = Int64.min
    /// Labels that analysers gave in this flight, as rules compare them.
    private var labels: Set<String> = []
    private var rawLabels: Set<String> = []
    private var picture: (features: PictureFeatures, at: Int64)?

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

    mutating func begin(_ flight: Flight) {
        (self.flight, check) = (flight, ReflightCheck(flight: flight))
        removePlaces()
        (own, watched, resolved, labels, rawLabels) = ([], [], [], declared, [])
        (newest, viewedAt, picture, asked) = (.min, .min, nil, nil)
    }

    private mutating func removePlaces() {
        (places, placeOf, due, dueUnexamined, typeOf, cursor) = ([], [:], [], [], [], 0)
    }

    mutating func forget() {
        (flight, check) = (nil, nil)
        need.end()
    }

    /// Takes a frame that was classified and joined.
    mutating func observe(
        _ frame: FrameMetadata, sights: [JoinedSight], events: [FindingEvent], rules: RuleClassifier
    ) throws(StoreError) -> [Act] {
        guard let flight, check != nil else { return [] }
        let now = frame.utc.microseconds
        if now < newest &- 1_000_000 { startOver() }
        newest = max(now, newest)
        for type in examinations.indices { examinations[type] = nil }
        note(frame)
        let isTurn = viewedAt == .min || now &- viewedAt >= Self.rest || due.contains { $0 <= now }
        guard isTurn || !sights.isEmpty || !events.isEmpty else { return [] }
        viewedAt = now
        let ground = view(frame)
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

    /// Asks the store what is known of the ground that may come into the picture, once the camera has come near the end of
    /// what was asked for.
    private mutating func ask(_ ground: GroundView, of flight: Flight) throws(StoreError) {
        let camera = ground.camera
        let reach = ground.reach
        if let asked {
            let away = asked.center.displacement(to: camera)
            let distance = (away.north * away.north + away.east * away.east).squareRoot()
            guard distance + reach > asked.radius else { return }
        }
        let radius = 1.5 * reach + 200
        // What cannot be asked now is not asked again in the next frame.
        asked = (camera, radius)
        let subjects = try store.subjects(
            of: flight, around: camera, radius: radius, limit: Self.maximumPlaces)
        let (before, old) = (placeOf, places)
        removePlaces()
        for subject in subjects {
            if let index = before[subject.known.id] { add(old[index]) } else { add(subject) }
        }
        // Of this flight's own the store may not know yet.
        for place in old where own.contains(place.known.id) && placeOf[place.known.id] == nil { add(place) }
    }

    private mutating func add(_ place: Place) {
        guard places.count < Self.maximumPlaces else { return }
        placeOf[place.known.id] = places.count
        places.append(place)
        due.append(.min)
        dueUnexamined.append(.min)
        let type = types[place.known.sceneType, default: types.count]
        types[place.known.sceneType] = type
        if type == examinations.count { examinations.append(nil) }
        typeOf.append(type)
    }

    private mutating func add(_ subject: ReflightSubject) {
        let terms = terms(subject.known.sceneType)
        add(
            Place(
                known: subject.known, terms: terms,
                record: ReflightRecord(looks: subject.looks, sightings: subject.sightings),
                margin: ReflightCheck.margin(of: subject.known, lookCE90: nil, terms: terms)))
    }

    /// What this flight found is looked at too, so that it becomes known how surely it is detected.
    private mutating func meet(_ finding: Finding) {
        guard let place = finding.location, placeOf[finding.id] == nil, finding.status == .open else { return }
        own.insert(finding.id)
        add(
            ReflightSubject(
                known: KnownFinding(
                    id: finding.id, sceneType: finding.sceneType, severity: finding.severity, status: finding.status,
                    statusSince: finding.firstSeen, firstSeen: finding.firstSeen, lastSeen: finding.lastSeen,
                    sightings: finding.sightings, point: place.point, ellipse: place.ellipse),
                looks: 0, sightings: 0))
    }

    // MARK: - Looking

    private struct Picture {
        var frame: FrameMetadata
        var ground: GroundView?
        var rules: RuleClassifier
    }

    private mutating func resolve(_ sight: JoinedSight) -> [Act] {
        guard let finding = sight.finding, !resolved.contains(sight.thing) else { return [] }
        resolved.insert(sight.thing)
        let events = check?.resolve(sight.thing, as: finding) ?? []
        return acts(events)
    }

    /// At the places of what was detected: it is there, or something like it.
    private mutating func look(_ picture: Picture, at sights: [JoinedSight]) -> [Act] {
        var acts: [Act] = []
        for sight in sights {
            if let finding = sight.finding {
                if let index = placeOf[finding] { acts += look(picture, at: index, .same, nil) }
                continue
            }
            for index in places.indices where places[index].known.sceneType == sight.sceneType {
                let away = places[index].known.point.displacement(to: sight.point)
                guard away.north * away.north + away.east * away.east <= Self.reach * Self.reach else { continue }
                acts += look(picture, at: index, .alike(thing: sight.thing), nil)
            }
        }
        return acts
    }

    /// At the places in the picture whose turn it is.
    private mutating func look(_ picture: Picture) -> [Act] {
        guard let ground = picture.ground, !places.isEmpty else { return [] }
        let now = picture.frame.utc.microseconds
        var acts: [Act] = []
        var (looks, views) = (Self.looksPerFrame, Self.viewsPerFrame)
        for _ in places.indices where looks > 0 && views > 0 {
            let index = cursor < places.count ? cursor : 0
            cursor = index + 1
            guard due[index] <= now else { continue }
            let isExamined = isExamined(picture, index)
            guard isExamined || dueUnexamined[index] <= now else { continue }
            views -= 1
            guard let shown = ground.look(at: places[index].known.point, margin: places[index].margin) else {
                due[index] = now &+ Self.rest
                continue
            }
            looks -= 1
            let sight: ReflightLook.Sight =
                isExamined && isUntold(picture, shown, index) ? .alike(thing: .min) : .nothing
            acts += look(picture, at: index, sight, shown, isExamined: isExamined)
        }
        return acts
    }

    /// Something of its labels lies at the place, and no rule says anything of it: it was seen with little confidence, or is
    /// licensed now. It is not gone.
    private func isUntold(_ picture: Picture, _ shown: GroundView.Look, _ index: Int) -> Bool {
        let near = max(Self.slack, places[index].known.ellipse.ce90)
        guard case let slack = near / shown.gsd, slack.isFinite else { return false }
        return picture.frame.objects.contains { object in
            if object.kind != .detected { return false }
            if let box = object.box {
                guard shown.pixel.u >= box.left - slack, shown.pixel.u <= box.right + slack,
                    shown.pixel.v >= box.top - slack, shown.pixel.v <= box.bottom + slack
                else { return false }
            } else {
                guard let away = object.statedPosition?.point.displacement(to: places[index].known.point),
                    (away.north * away.north + away.east * away.east).squareRoot() <= near
                else { return false }
            }
            return picture.rules.asks(about: object.label, for: places[index].known.sceneType)
        }
    }

    private mutating func isExamined(_ picture: Picture, _ index: Int) -> Bool {
        let type = typeOf[index]
        let examination =
            examinations[type]
            ?? picture.rules.examination(of: places[index].known.sceneType, in: picture.frame, known: labels)
        examinations[type] = examination
        switch examination {
        case .nowhere: return false
        case .everywhere: return true
        case .dependsOnPlace:
            let known = places[index].known
            return picture.rules.examines(known.sceneType, at: known.point, in: picture.frame, known: labels)
        }
    }

    private mutating func look(
        _ picture: Picture, at index: Int, _ sight: ReflightLook.Sight, _ shown: GroundView.Look?,
        isExamined: Bool? = nil
    ) -> [Act] {
        let place = places[index]
        let frame = picture.frame
        let now = frame.utc.microseconds
        let shown = shown ?? picture.ground?.look(at: place.known.point, margin: place.margin)
        let isExamined = isExamined ?? self.isExamined(picture, index)
        let pause = Int64((place.terms.interval * 1e6).rounded())
        if isExamined { due[index] = now &+ pause }
        dueUnexamined[index] = now &+ pause
        if watched.insert(place.known.id).inserted {
            guard watched.count <= 16 * Self.maximumPlaces else { return [] }
            let retired = check?.watch(place.known, terms: place.terms, record: place.record) ?? []
            return acts(retired) + look(picture, at: index, sight, shown, isExamined: isExamined)
        }
        let look = ReflightLook(
            frame: frame.frame, utc: frame.utc, isExamined: isExamined, isInside: shown?.isInside ?? false,
            gsd: shown?.gsd ?? .nan, depression: shown?.depression ?? .nan, aside: shown?.aside ?? 1,
            camera: picture.ground?.camera ?? place.known.point, sight: sight)
        let box = shown.flatMap { Self.box(around: $0, of: place, in: frame.frame) }
        // In a line of its own: else all that is watched would be copied for it.
        let events = check?.look(look, at: place.known.id) ?? []
        return acts(events, box: box)
    }

    /// Wide enough for the thing wherever the errors have it.
    private static func box(around look: GroundView.Look, of place: Place, in frame: Frame) -> FrameObject.Box? {
        let half = (place.known.ellipse.ce90 + place.terms.size / 2) / look.gsd
        guard half.isFinite else { return nil }
        return FrameObject.Box(
            left: look.pixel.u - half, top: look.pixel.v - half, right: look.pixel.u + half,
            bottom: look.pixel.v + half
        ).shares(ofWidth: frame.width, height: frame.height)
    }

    // MARK: - What comes of it

    private func acts(_ events: [ReflightCheck.Event], box: FrameObject.Box? = nil) -> [Act] {
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
