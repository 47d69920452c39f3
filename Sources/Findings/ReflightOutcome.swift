public import Inspection

/// What a flight says of a finding that was known before.
public struct ReflightOutcome: Sendable, Hashable {
    public enum Decision: Sendable, Hashable {
        /// Its place was truly looked at, and nothing is there.
        case cleared
        /// It is there still.
        case persisting
        /// It was closed or cleared, and is there.
        case recurred
        case undecided(Doubt)
    }

    /// Why nothing was decided, in the order in which looks are judged: of several the last, which came furthest, is told.
    public enum Doubt: String, Sendable, Hashable, CaseIterable, Comparable {
        /// The footprints did not hold the place and its error.
        case notCovered = "not_covered"
        case notExamined = "not_examined"
        case tooCoarse = "too_coarse"
        case tooOblique = "too_oblique"
        case notMeasured = "not_measured"
        case badlyLit = "badly_lit"
        case blurred
        /// Looked at before it was last seen: recordings may be read in any order.
        case beforeLastSeen = "before_last_seen"
        /// Its absence says nothing, or says nothing so soon.
        case comesAndGoes = "comes_and_goes"
        case tooSoon = "too_soon"
        case tooFewLooks = "too_few_looks"
        case tooShort = "too_short"
        case tooFewViews = "too_few_views"
        /// Detected too seldom when it was there: so many looks may all have missed it.
        case maybeMissed = "maybe_missed"
        /// Detections in too few frames, or of something else of its type at the place.
        case contradicted

        public static func < (a: Doubt, b: Doubt) -> Bool {
            (allCases.firstIndex(of: a) ?? 0) < (allCases.firstIndex(of: b) ?? 0)
        }
    }

    public var finding: FindingID
    public var flight: FlightID
    public var decision: Decision
    /// Looks that count, and those of them with a detection joined to it: what the rate of detection is known by. To be
    /// kept, and given to the next flight's check.
    public var record: ReflightRecord
    /// Frames with a detection joined to it, whether they count as looks or not.
    public var sightings: Int
    /// Seconds from the first look that counts to the last.
    public var seconds: Double
    /// Camera places of these looks that differ.
    public var views: Int
    /// Chance that a thing that is there was missed in all of them, 0…1.
    public var chanceMissed: Double
    /// When it was last looked at so that it counts; nil for never.
    public var lastLook: UTCTime?
    /// The best picture of the place: of what persists, with a detection.
    public var best: ReflightLook?
    /// Metres of ground a pixel at the place that a look may have at most to count.
    public var gsdNeeded: Double
}

/// How often a thing was looked at while it was there, and how often it was detected in these looks.
public struct ReflightRecord: Sendable, Hashable {
    public var looks: Int
    public var sightings: Int

    public init(looks: Int = 0, sightings: Int = 0) {
        self.looks = looks
        self.sightings = sightings
    }

    /// Chance, 0…1, that `looks` more all miss a thing that is there: the rate of detection is not known but by this
    /// record, so it is the mean over all rates that the record leaves room for (beta-binomial).
    public func chanceMissed(in looks: Int, terms: ReflightTerms) -> Double {
        let seen = Double(min(max(sightings, 0), 1_000_000))
        let missed = Double(min(max(self.looks &- sightings, 0), 1_000_000))
        let (a, b) = (max(terms.priorSeen, 1e-3) + seen, max(terms.priorMissed, 1e-3) + missed)
        var chance = 1.0
        for look in 0..<min(max(looks, 0), 10_000) { chance *= (b + Double(look)) / (a + b + Double(look)) }
        return chance
    }
}
