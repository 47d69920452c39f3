/// By how much a source's metadata are late against its pictures, from many sightings of the same matters: an aircraft that
/// comes back the other way sees a heap on the other side of where it is.
///
/// Each sighting has a place p and the slope g of that place: by how much it moves for each second by which the pose is of a
/// later moment than the picture. Were poses joined to pictures τ seconds too late, then p = P + τ·g, with P where the matter
/// is. Over all matters τ minimises Σ|p − τ·g − P|². Matters that are only seen with one slope tell nothing, and neither does
/// a flight straight on.
///
/// What turns with the aircraft as its path does (a camera that looks too far ahead by an angle) cannot be told from time at
/// an even speed and height; taken out as time, it is taken out of the places just as well. Robust: sightings joined to the
/// wrong matter are left out (Tukey's biweight from a median of the slopes), and the standard error is by matters, with a
/// part for what moves all matters of a pass together.
public struct TimingEstimate: Sendable {
    public struct Options: Sendable, Hashable {
        /// Seconds: a greater standard error is no estimate.
        public var maximumStandardError = 0.05
        /// Seconds, one sigma, of what looks like time in all of a flight and differs from flight to flight: a camera that
        /// looks ahead by a constant angle, a gimbal that is off. Sightings do not tell it from time, so it is part of every
        /// standard error.
        public var systematic = 0.03
        /// Seconds: a greater offset is a fault of another kind, or of the association.
        public var maximumOffset = 2.0
        /// Matters seen with more than one slope.
        public var minimumMatters = 4
        /// Metres, one sigma, by which positions of all matters drift together between passes.
        public var drift = 0.2
        /// Share of what was seen that may be left out as joined to the wrong matter.
        public var maximumLeftOut = 0.4
        /// Matters kept; over it the one that tells least gives way.
        public var maximumMatters = 512

        public init() {}
    }

    public enum Answer: Sendable, Hashable {
        /// Seconds: take this much from the slopes, or look up poses so much earlier.
        case known(offset: Double, standardError: Double)
        case unknown(Doubt)
    }

    public enum Doubt: String, Sendable, Hashable, CaseIterable {
        /// Too few matters were seen with slopes that differ.
        case tooFewMatters = "too_few_matters"
        case tooUncertain = "too_uncertain"
        case tooLarge = "too_large"
        /// The matters do not agree on one offset.
        case contradictory
    }

    let options: Options
    private var matters: [Int: TimedMatter] = [:]

    /// Metres a second by which slopes differ at least to tell of time at all.
    static let smallestDifference = 1.0
    /// Metres: residuals are not believed to be smaller.
    private static let smallestScale = 0.05
    private static let rounds = 20
    /// Tukey's biweight: at 95 % efficiency, in sigmas.
    private static let cut = 4.685

    public init(options: Options = Options()) { self.options = options }

    public var matterCount: Int { matters.count }

    /// Takes a sighting of a matter that does not move by itself, at `now` seconds of the flight. `place`: metres north and
    /// east, as it was placed before any correction; `slope`: metres a second, of the same sighting. What is one matter may
    /// be given as several of one scene type, as a great offset makes it look.
    public mutating func add(
        _ place: SIMD2<Double>, slope: SIMD2<Double>, of matter: Int, sceneType: String, now: Double
    ) {
        guard place.magnitude < 1e7, slope.magnitude < 1e4, now.isFinite else { return }
        if matters[matter] == nil {
            makeRoom()
            matters[matter] = TimedMatter(sceneType: sceneType, now: now)
        }
        matters[matter]?.add(place, slope: slope, now: now)
    }

    /// Forgets a matter that turned out to be none.
    public mutating func remove(_ matter: Int) { matters[matter] = nil }

    /// The estimate from all that was seen so far. Goes through all pairs of matters: ask it now and then, not once a frame.
    public func answer() -> Answer {
        let seen = matters.sorted { $0.key < $1.key }.map(\.value)
        guard var offset = votes(seen).winner(with: Self.medianOffset(seen.map(\.views))) else {
            return .unknown(seen.filter { Self.tells($0.views) }.isEmpty ? .tooFewMatters : .contradictory)
        }
        let groups = Self.merged(seen, offset: offset).filter(Self.tells)
        guard groups.count >= max(options.minimumMatters, 2) else { return .unknown(.tooFewMatters) }
        var fits: [Fit] = []
        for _ in 0..<Self.rounds {
            fits = groups.map { Fit($0, offset: offset) }
            let scale = max(Self.median(fits.flatMap(\.residuals)) / 1.1774, Self.smallestScale)
            fits = zip(groups, fits).map { Fit($0, offset: offset, previous: $1, cut: Self.cut * scale) }
            let (information, moved) = fits.reduce((0, 0)) { ($0.0 + $1.information, $0.1 + $1.score) }
            guard information > 0 else { return .unknown(.contradictory) }
            offset += moved / information
            if abs(moved / information) < 1e-5 { break }
        }
        return judge(offset, fits)
    }

    private func judge(_ offset: Double, _ fits: [Fit]) -> Answer {
        let information = fits.reduce(0) { $0 + $1.information }
        let whole = fits.reduce(0) { $0 + $1.whole }
        let kept = fits.reduce(0) { $0 + $1.kept }
        let believed = fits.reduce(0) { $0 + $1.believed }
        let count = Double(fits.count)
        guard information > 0, kept > 0, count > 1, offset.isFinite else { return .unknown(.contradictory) }
        // By matters: the views of one may err alike.
        let scores = fits.reduce(0) { $0 + $1.score * $1.score } * count / (count - 1)
        let drift = options.drift * options.drift * kept / information
        let systematic = options.systematic * options.systematic
        let error = (scores / (information * information) + drift + systematic).squareRoot()
        guard error.isFinite, error <= options.maximumStandardError else { return .unknown(.tooUncertain) }
        guard believed >= (1 - options.maximumLeftOut) * whole else { return .unknown(.contradictory) }
        guard abs(offset) <= options.maximumOffset else { return .unknown(.tooLarge) }
        return .known(offset: offset, standardError: error)
    }

    /// Where a matter is that was fused from sightings of mean place `place` and mean slope `slope`, both with the same
    /// weights: a fused place is linear in the offset, so what was stored can be put right after the fact.
    public static func corrected(
        _ place: SIMD2<Double>, slope: SIMD2<Double>, offset: Double
    ) -> SIMD2<Double> { place - offset * slope }

    private mutating func makeRoom() {
        guard matters.count >= max(options.maximumMatters, 1) else { return }
        let least = matters.min { a, b in
            (Self.tells(a.value.views) ? 1 : 0, a.value.lastSeen, a.key)
                < (Self.tells(b.value.views) ? 1 : 0, b.value.lastSeen, b.key)
        }
        if let least { matters[least.key] = nil }
    }

    static func tells(_ views: [TimedMatter.View]) -> Bool {
        guard let first = views.first else { return false }
        return views.contains { ($0.slope - first.slope).magnitude >= smallestDifference }
    }

    /// Of each pair of views of one matter the offset at which their places are nearest: the weighted median of these.
    private static func medianOffset(_ groups: [[TimedMatter.View]]) -> Double? {
        var pairs: [(offset: Double, weight: Double)] = []
        for views in groups {
            for second in views.indices {
                for first in 0..<second {
                    let slope = views[second].slope - views[first].slope
                    let square = slope.dot(slope)
                    guard square >= smallestDifference * smallestDifference else { continue }
                    let place = views[second].place - views[first].place
                    let weight = square * min(views[first].weight, views[second].weight)
                    pairs.append((place.dot(slope) / square, weight))
                }
            }
        }
        pairs.sort { $0.offset < $1.offset }
        let half = pairs.reduce(0) { $0 + $1.weight } / 2
        var sum = 0.0
        for pair in pairs {
            sum += pair.weight
            if sum >= half { return pair.offset }
        }
        return nil
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    }
}
