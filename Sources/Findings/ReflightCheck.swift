public import Geodesy
public import Inspection

/// Looks again at findings of earlier flights: whether they are gone, there still, or there again. Pure; one for a flight.
///
/// That a thing is gone is decided by looks that would have shown it: its place and the error of that place wholly in the
/// picture, fine, steep, lit and sharp enough, and examined by an analyser; enough of them, over enough time and from more
/// than one camera place, that a thing that is there was missed in all with a chance of 1 % at most, by how often this very
/// thing was detected when it was there. One detection among them, and it is not gone.
public struct ReflightCheck: Sendable {
    public struct Options: Sendable, Hashable {
        /// Findings watched at once. Over it the one not looked at for longest is decided and let go
        /// (``Counters/retired``).
        public var maximumWatched = 4096
        /// Pictures asked for of one finding in a flight; up to three more, where one shows more: the place at last, the
        /// thing at last.
        public var maximumPictures = 3
        /// How much better than the last one a picture must be.
        public var improvementFactor = 1.5

        public init() {}
    }

    /// Since the flight began.
    public struct Counters: Sendable, Hashable {
        public var watched = 0
        public var looks = 0
        public var cleared = 0
        public var persisting = 0
        public var recurred = 0
        public var undecided = 0
        public var retired = 0
    }

    public enum Event: Sendable, Hashable {
        /// The picture of this look is the best of the finding's place so far: keep it, in place of the one before.
        case picture(FindingID, ReflightLook)
        /// At the flight's end of each finding that was watched; of what is there also at once, when its looks are not
        /// complete yet.
        case decided(ReflightOutcome)
    }

    public private(set) var counters = Counters()
    private let flight: Flight
    private let options: Options
    private var watches: [FindingID: ReflightWatch] = [:]

    public init(flight: Flight, options: Options = Options()) {
        self.flight = flight
        self.options = options
    }

    /// Metres around a finding's place that a footprint must hold for the place to be surely in the picture: both
    /// positions' errors at 90 %, and half of the thing. `lookCE90` is that of the footprint at the place; nil for
    /// ``ReflightTerms/footprintError``.
    public static func margin(of known: KnownFinding, lookCE90: Double?, terms: ReflightTerms) -> Double {
        let footprint =
            lookCE90
            ?? ErrorEllipse(
                semiMajor: terms.footprintError, semiMinor: terms.footprintError, bearing: 0
            ).ce90
        let place = known.ellipse.ce90
        let margin = (place * place + footprint * footprint).squareRoot() + terms.size / 2
        return margin.isFinite ? margin : .infinity
    }

    public var watchedCount: Int { watches.count }

    public func isWatching(_ id: FindingID) -> Bool { watches[id] != nil }

    /// Watches a finding from now on; nothing for one that is watched already, or that was dismissed. `record`: what
    /// outcomes of earlier flights said of it in sum. Findings of this flight are watched too, so that it becomes known how
    /// surely they are detected: they are never cleared by it.
    public mutating func watch(
        _ known: KnownFinding, terms: ReflightTerms, record: ReflightRecord = ReflightRecord()
    ) -> [Event] {
        guard known.status != .dismissed, watches[known.id] == nil, known.point.isOnGlobe else { return [] }
        let events = makeRoom()
        watches[known.id] = ReflightWatch(known, terms: terms, earlier: record, began: flight.firstFrame)
        counters.watched += 1
        return events
    }

    /// Takes what a frame shows of the place of `finding`. Frames out of order by a few are no harm.
    public mutating func look(_ look: ReflightLook, at finding: FindingID) -> [Event] {
        guard var watch = watches.removeValue(forKey: finding) else { return [] }
        counters.looks += 1
        watch.take(look)
        var events: [Event] = []
        if let best = watch.wantsPicture(options) { events.append(.picture(finding, best)) }
        events += tell(&watch)
        watches[finding] = watch
        return events
    }

    /// A thing that looks were ``ReflightLook/Sight/alike(thing:)`` of has opened as a finding: a known one, or a new one.
    /// What is then one finding is no sign of the others beside it.
    public mutating func resolve(_ thing: Int, as finding: FindingID) -> [Event] {
        var events: [Event] = []
        for id in watches.filter({ $0.value.isAlike(thing) }).keys.sorted() {
            guard var watch = watches[id] else { continue }
            if watch.resolve(thing, as: finding) { events += tell(&watch) }
            watches[id] = watch
        }
        return events
    }

    /// No look so far counts any more: what the frames were held to show, they may not have shown. What was detected stays.
    public mutating func forgetLooks() {
        for id in Array(watches.keys) { watches[id]?.forgetLooks() }
    }

    private mutating func tell(_ watch: inout ReflightWatch) -> [Event] {
        guard watch.isThere, !watch.isTold else { return [] }
        watch.isTold = true
        return [decide(watch)]
    }

    /// Ends the flight: the final word on each finding watched, in the order of their ids.
    public mutating func finish() -> [Event] {
        let rest = watches.values.sorted { $0.known.id < $1.known.id }
        watches.removeAll()
        return rest.map { $0.isTold ? .decided($0.outcome(in: flight.id)) : decide($0) }
    }

    private mutating func decide(_ watch: ReflightWatch) -> Event {
        let outcome = watch.outcome(in: flight.id)
        switch outcome.decision {
        case .cleared: counters.cleared += 1
        case .persisting: counters.persisting += 1
        case .recurred: counters.recurred += 1
        case .undecided: counters.undecided += 1
        }
        return .decided(outcome)
    }

    private mutating func makeRoom() -> [Event] {
        guard watches.count >= max(options.maximumWatched, 1),
            let oldest = watches.values.min(by: { ($0.touched, $0.known.id) < ($1.touched, $1.known.id) })
        else { return [] }
        watches[oldest.known.id] = nil
        counters.retired += 1
        return [oldest.isTold ? .decided(oldest.outcome(in: flight.id)) : decide(oldest)]
    }
}

extension GroundShape {
    /// True when it holds the place and everything within `margin` metres of it, by sixteen points around.
    public func covers(_ place: GeodeticPoint, margin: Double) -> Bool {
        guard margin.isFinite, contains(place) else { return false }
        guard margin > 0 else { return true }
        return Self.directions.allSatisfy { contains(place.moved(north: margin * $0.x, east: margin * $0.y)) }
    }

    private static let directions: [SIMD2<Double>] = {
        let (a, b, c) = (0.923_88, 0.382_68, 0.707_11)
        let quarter = [SIMD2(1, 0), SIMD2(a, b), SIMD2(c, c), SIMD2(b, a)]
        return quarter.flatMap { d in [d, SIMD2(-d.y, d.x), SIMD2(-d.x, -d.y), SIMD2(d.y, -d.x)] }
    }()
}
