import Geodesy
public import Inspection

/// Which findings want a look by the next flight, the most urgent first. Pure; fed with one finding after another, so that
/// those of a whole store pass through in bounded memory.
public struct ReflightPlan: Sendable {
    public struct Options: Sendable, Hashable {
        /// Seconds after which an open finding is overdue: it was first seen so long ago.
        public var openFor = 30 * 86_400.0
        /// Seconds after which the last sighting of, or look at, an open finding is too old to say how things stand.
        public var lookedWithin = 14 * 86_400.0
        /// Seconds for which what was looked at is not wanted again, however long it is open.
        public var restsFor = 86_400.0
        /// Seconds after it was closed from which a look verifies it: after ``ReflightTerms/recursAfter`` what is seen there
        /// is a recurrence.
        public var verifiedAfter = 3600.0
        /// Seconds after it was closed from which nobody asks any more.
        public var verifiedWithin = 60 * 86_400.0
        /// Findings in the plan; of more, the most urgent.
        public var maximum = 1000
        /// Why a finding may want a look; others are left out.
        public var reasons = Set(ReflightWish.Reason.allCases)

        public init() {}
    }

    private let now: UTCTime
    private let options: Options
    /// The most urgent first.
    public private(set) var wishes: [ReflightWish] = []
    /// Of those offered, how many want a look; more than ``wishes`` when there are too many.
    public private(set) var wanted = 0

    public init(now: UTCTime, options: Options = Options()) {
        self.now = now
        self.options = options
    }

    /// False when it wants no look whatever else is known of it, or others have taken every room before it.
    public func mayWant(_ glance: KnownFinding.Glance, terms: ReflightTerms) -> Bool {
        guard terms.clearsAfter != nil, options.maximum > 0 else { return false }
        // A look can only make it less urgent.
        guard let (reason, age) = reason(glance, nil) else { return false }
        let kinds: Set<ReflightWish.Reason> = reason == .verify ? [.verify] : [.overdue, .stale]
        guard !options.reasons.isDisjoint(with: kinds) else { return false }
        guard wishes.count >= options.maximum, let last = wishes.last else { return true }
        return glance.severity != last.known.severity
            ? glance.severity > last.known.severity
            : max(age, reason == .verify ? 0 : self.age(glance.firstSeen)) >= last.age
    }

    /// `lastLook`: when it was last looked at so that it counts, in any flight (``ReflightOutcome/lastLook``).
    public mutating func add(_ known: KnownFinding, lastLook: UTCTime?, terms: ReflightTerms) {
        guard terms.clearsAfter != nil, known.point.isOnGlobe, let (reason, age) = reason(known.glance, lastLook),
            options.reasons.contains(reason)
        else { return }
        wanted += 1
        guard options.maximum > 0 else { return }
        let wish = ReflightWish(
            known: known, reason: reason, age: age, lastLook: lastLook,
            gsd: terms.of(known).gsd, depression: terms.depression,
            margin: ReflightCheck.margin(of: known, lookCE90: nil, terms: terms), views: terms.views,
            viewsApart: terms.viewsApart, looks: terms.looks, span: terms.seconds)
        if wishes.count >= options.maximum {
            guard let last = wishes.last, Self.precedes(wish, last) else { return }
        }
        // One that moved while all passed by passes twice.
        wishes.removeAll { $0.known.id == known.id }
        if wishes.count >= options.maximum { wishes.removeLast() }
        var (low, high) = (0, wishes.count)
        while low < high {
            let middle = (low + high) / 2
            if Self.precedes(wishes[middle], wish) { low = middle + 1 } else { high = middle }
        }
        wishes.insert(wish, at: low)
    }

    private func age(_ time: UTCTime) -> Double { Double(now.microseconds(since: time)) / 1e6 }

    private func reason(_ known: KnownFinding.Glance, _ lastLook: UTCTime?) -> (ReflightWish.Reason, age: Double)? {
        let looked = max(lastLook ?? known.lastSeen, known.lastSeen)
        switch known.status {
        case .open:
            if age(looked) >= options.restsFor, age(known.firstSeen) >= options.openFor {
                return (.overdue, age(known.firstSeen))
            }
            return age(looked) >= options.lookedWithin ? (.stale, age(looked)) : nil
        case .closed:
            let closed = age(known.statusSince)
            let isLookedAt = lastLook.map { $0 > known.statusSince } ?? false
            guard !isLookedAt, closed >= options.verifiedAfter, closed <= options.verifiedWithin else { return nil }
            return (.verify, closed)
        case .tentative, .cleared, .dismissed: return nil
        }
    }

    /// The more severe first, and of these what has waited longest.
    private static func precedes(_ a: ReflightWish, _ b: ReflightWish) -> Bool {
        if a.known.severity != b.known.severity { return a.known.severity > b.known.severity }
        if a.age != b.age { return a.age > b.age }
        return a.known.id < b.known.id
    }
}
