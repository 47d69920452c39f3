import Inspection

/// What is wrong with all poses of a flight alike, from many sightings of the same matters: a camera turned by a degree puts
/// what it sees from the north elsewhere than what it sees from the south, and all of it elsewhere than earlier flights did.
///
/// Each sighting has a place p and what one sigma of each common error does to it, cₖ (``Geotag/common``). Were the flight
/// off by eₖ sigmas, then p = P + Σ eₖ·cₖ, with P where the matter is. The eₖ minimise Σ|p − Σ eₖ·cₖ − P|²/σ² + Σ eₖ²: an
/// error that no view tells of stays nothing, and one that few do, small. What an earlier flight knows of a place is a view
/// of it without any error of this one.
///
/// Robust: sightings joined to the wrong matter are left out (Tukey's biweight), and so is a place that was taken for
/// another. What is one matter may be given as several of one scene type, as great errors make it look.
public struct CommonErrorEstimate: Sendable {
    public struct Options: Sendable, Hashable {
        /// Matters that tell of it.
        public var minimumMatters = 3
        /// Metres: what moves no place by as much is nothing.
        public var smallestMove = 0.5
        /// Metres: more is a fault of another kind, or of the association.
        public var largestMove = 40.0
        /// Metres within which a known finding may be a matter of this flight.
        public var reach = 9.0
        /// Metres by which another one must lie farther off than that.
        public var lead = 4.0
        /// Metres, one sigma along an axis, of a known place without what was common to its flight.
        public var knownError = 1.5
        /// Share of what was seen that may be left out.
        public var maximumLeftOut = 0.4
        /// Matters kept; over it the one not seen for longest gives way.
        public var maximumMatters = 512

        public init() {}
    }

    let options: Options
    private var matters: [Int: ErringMatter] = [:]
    /// Common errors of a sighting.
    private var count: Int?

    /// What was joined wrongly, and what is known, shows once places are about right.
    private static let rounds = 4

    public init(options: Options = Options()) { self.options = options }

    /// Takes a sighting of a matter that does not move by itself, at `now` seconds of the flight.
    mutating func add(_ view: ErringMatter.View, of matter: Int, sceneType: SceneType, seen: UTCTime, now: Double) {
        guard !view.common.isEmpty, view.common.count == count ?? view.common.count, view.place.magnitude < 1e7,
            view.slope.magnitude < 1e4, view.variance.isFinite, view.variance >= 0, now.isFinite,
            view.common.allSatisfy({ $0.magnitude < 1e4 })
        else { return }
        count = view.common.count
        if matters[matter] == nil {
            makeRoom()
            matters[matter] = ErringMatter(sceneType, seen: seen, now: now)
        }
        matters[matter]?.add(view, seen: seen, now: now)
    }

    /// Forgets a matter that turned out to be none.
    mutating func remove(_ matter: Int) { matters[matter] = nil }

    /// What all sightings say; nil where too few do, where they do not agree, and where it is too little to matter. `taken`:
    /// seconds by which poses will be looked up earlier. `recall`: the known places of a scene type near one.
    func answer(
        taken: Double, recall: ((SceneType, SIMD2<Double>, UTCTime) -> [SIMD2<Double>])?
    ) -> CommonErrors? {
        guard let count else { return nil }
        let seen = matters.sorted { $0.key < $1.key }.map { Group($0.value, taken: taken) }
        var groups = seen
        var fit = CommonErrorFit(count: count)
        for round in 0..<Self.rounds {
            // As they were joined at first: before anything is known, what lies near each other may be two.
            if round > 0 {
                groups = Self.merged(seen, fit.sigmas)
                if let recall { anchor(&groups, fit.sigmas, recall) }
            }
            guard groups.count(where: \.tells) >= options.minimumMatters else { continue }
            fit.solve(groups.map(\.fitted))
        }
        guard groups.count(where: \.tells) >= options.minimumMatters else { return nil }
        return judge(fit, groups)
    }

    private func judge(_ fit: CommonErrorFit, _ groups: [Group]) -> CommonErrors? {
        guard fit.leftOut <= options.maximumLeftOut, fit.sigmas.allSatisfy(\.isFinite) else { return nil }
        let moves = groups.flatMap { $0.views.map { $0.off(by: fit.sigmas).magnitude } }
        guard let largest = moves.max(), largest >= options.smallestMove, largest <= options.largestMove else {
            return nil
        }
        return CommonErrors(
            sigmas: fit.sigmas, matters: groups.count(where: \.tells), known: groups.count { $0.known != nil },
            largestMove: largest)
    }

    private mutating func makeRoom() {
        guard matters.count >= max(options.maximumMatters, 1) else { return }
        let oldest = matters.min { ($0.value.lastSeen, $0.key) < ($1.value.lastSeen, $1.key) }
        if let oldest { matters[oldest.key] = nil }
    }
}
