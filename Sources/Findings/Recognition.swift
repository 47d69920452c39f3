import Geodesy
import Inspection

/// Decides which known finding a thing of this flight is: by place, scene type, status and age. Pure; the joiner asks for what
/// is known and hands it in.
///
/// Within a flight a known finding is taken by one thing alone, so two things seen side by side are never one. The fit is the
/// squared Mahalanobis distance under both errors, and never further than ``maximumDistance``: two heaps 15 m apart stay two
/// however poor the positions. Things about to open near each other are fitted together, so that of two that compete for one
/// known finding the better has it.
struct Recognition: Sendable {
    /// How a known finding is met again.
    enum Meeting: Sendable, Hashable {
        case again
        /// It was dismissed: counted, and nobody is told.
        case suppressed
        /// It was closed or cleared, and here it is.
        case recurred
    }

    struct Match: Sendable {
        var known: KnownFinding
        var meeting: Meeting
    }

    /// One thing that may be known.
    struct Thing: Sendable {
        var place: Place
        /// Of its place, square metres.
        var covariance: Covariance
        /// Metres by which one sigma of each error that is common to the flight moves it; empty where that is not known.
        var common: [SIMD2<Double>] = []
        /// When this flight saw it first, and last.
        var firstSeen: UTCTime
        var seen: UTCTime
        var severity: Severity
        var isMarked: Bool
        /// Seconds that a thing of its type is remembered.
        var remembered: Double
    }

    let options: FindingJoiner.Options
    /// When this flight began.
    let began: UTCTime
    /// Metres that this flight's positions lie off those of earlier ones.
    let shift: FlightShift

    /// χ² with two degrees of freedom at 99 %.
    private static let gate = 9.21
    /// Things fitted together; of more, the nearest.
    static let maximumTogether = 6
    /// What a thing that matches nothing costs; a match costs less.
    private static let unmatched = 1.0

    /// Metres, whatever the errors.
    static func maximumDistance(_ options: FindingJoiner.Options) -> Double { options.maximumJoinRadius }

    /// How `thing` would meet `known`; nil when it cannot be the same matter whatever the place.
    func meeting(_ thing: Thing, _ known: KnownFinding) -> Meeting? {
        let since = Double(thing.seen.microseconds(since: known.lastSeen)) / 1e6
        let before = Double(known.firstSeen.microseconds(since: thing.seen)) / 1e6
        // Recordings may be read in any order.
        guard max(since, before) <= thing.remembered else { return nil }
        let sinceStatus = Double(thing.seen.microseconds(since: known.statusSince)) / 1e6
        switch known.status {
        case .tentative, .open: return .again
        case .dismissed:
            // What a person marks, what has become worse and what was dismissed long ago are looked at anew.
            let isStillDismissed = sinceStatus <= options.dismissedForSeconds
            return isStillDismissed && thing.severity <= known.severity && !thing.isMarked ? .suppressed : nil
        case .closed:
            // People may still be at it.
            return sinceStatus >= options.recursAfterSeconds && began > known.statusSince ? .recurred : .again
        case .cleared:
            // Nothing was there at the last look; an older recording says nothing of the time after it.
            return thing.firstSeen > known.statusSince ? .recurred : .again
        }
    }

    /// 0 for the very place, 1 at the edge of what can be; nil beyond.
    func cost(_ thing: Thing, _ known: KnownFinding, at place: Place) -> Double? {
        let (north, east) = (thing.place.north - place.north, thing.place.east - place.east)
        let move = shift.move(thing.common)
        let shifted = cost(thing, known, north - move.x, east - move.y, within: Self.maximumDistance(options))
        // A wrong yaw moves what lies to the left against what lies to the right: what was moved by the one side's shift would
        // then lie twice as far off, where things do not tell what moves them.
        return shifted ?? cost(thing, known, north, east, within: options.joinRadius)
    }

    private func cost(
        _ thing: Thing, _ known: KnownFinding, _ north: Double, _ east: Double, within limit: Double
    ) -> Double? {
        guard (north * north + east * east).squareRoot() <= limit else { return nil }
        // However good the positions, boxes are drawn and heaps grow.
        let both = thing.covariance + known.ellipse.covariance + .circular(sigma: options.joinRadius / 3)
        guard let inverse = both.inverse else { return nil }
        let squared =
            north * north * inverse.northNorth + 2 * north * east * inverse.northEast + east * east * inverse.eastEast
        return squared <= Self.gate ? squared / Self.gate : nil
    }

    /// What the first of `things` is known as. The others stand near it and are not findings yet either.
    func match(_ things: [Thing], among known: [KnownFinding], on plane: LocalPlane) -> Match? {
        guard let first = things.first else { return nil }
        let rivals = things.dropFirst().sorted {
            $0.place.distance(to: first.place) < $1.place.distance(to: first.place)
        }
        let together = [first] + rivals.prefix(Self.maximumTogether - 1)
        let places = known.map { plane.place(of: $0.point) }
        var fits: [[Fit]] = []
        for thing in together {
            var row: [Fit] = []
            for (index, one) in known.enumerated() {
                guard let meeting = meeting(thing, one), var cost = cost(thing, one, at: places[index]) else {
                    continue
                }
                // An open finding goes before a dismissed one that lies no nearer to speak of.
                if meeting == .suppressed { cost = min(cost + 0.02, Self.unmatched) }
                row.append(Fit(known: index, cost: cost, meeting: meeting))
            }
            row.sort { ($0.cost, known[$0.known].id) < ($1.cost, known[$1.known].id) }
            fits.append(Array(row.prefix(Self.maximumTogether)))
        }
        var best = Assignment(cost: .infinity)
        search(fits, 0, Assignment(cost: 0), &best)
        return best.first.map { Match(known: known[$0.known], meeting: $0.meeting) }
    }

    private struct Fit: Sendable {
        var known: Int
        var cost: Double
        var meeting: Meeting
    }

    private struct Assignment: Sendable {
        var cost: Double
        var taken: [Int] = []
        var first: Fit?
    }

    /// The cheapest way to give each thing a known finding of its own, or none: at most 7^6 ways, and nearly all are cut off.
    private func search(_ fits: [[Fit]], _ thing: Int, _ sofar: Assignment, _ best: inout Assignment) {
        guard sofar.cost < best.cost else { return }
        guard thing < fits.count else {
            best = sofar
            return
        }
        for fit in fits[thing] where !sofar.taken.contains(fit.known) {
            var next = sofar
            next.cost += fit.cost
            next.taken.append(fit.known)
            if thing == 0 { next.first = fit }
            search(fits, thing + 1, next, &best)
        }
        var next = sofar
        next.cost += Self.unmatched
        search(fits, thing + 1, next, &best)
    }
}
