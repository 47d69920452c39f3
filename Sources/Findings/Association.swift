import Geodesy
import Inspection

/// Decides which detection of a frame is which known thing: every pair that can be has a cost, and the cheapest pairs
/// are taken one after another, each detection and each thing once. So two objects of one frame are never one
/// finding.
struct Association: Sendable {
    struct Pair: Sendable {
        var cost: Double
        var sighted: Int
        var matter: Int
    }

    let options: FindingJoiner.Options
    let now: Double
    let run: Int
    /// Pairs of one track whose positions lie too far apart to believe it.
    private(set) var disagreements = 0

    /// Seconds over which a walking thing is looked for where it was last.
    private static let walkMemory = 2.0
    /// Seconds of walking that a track id may bridge.
    private static let trackMemory = 10.0

    init(options: FindingJoiner.Options, now: Double, run: Int) {
        self.options = options
        self.now = now
        self.run = run
    }

    /// For each of `sighted` the index of its matter, nil for something new.
    mutating func assign(_ sighted: [Sighted], to matters: [Matter]) -> [Int?] {
        var pairs: [Pair] = []
        for (i, one) in sighted.enumerated() {
            pairs += candidates(for: one, i, among: matters)
        }
        pairs.sort { ($0.cost, $0.sighted, $0.matter) < ($1.cost, $1.sighted, $1.matter) }
        var assigned = [Int?](repeating: nil, count: sighted.count)
        var taken = [Bool](repeating: false, count: matters.count)
        for pair in pairs where assigned[pair.sighted] == nil && !taken[pair.matter] {
            assigned[pair.sighted] = pair.matter
            taken[pair.matter] = true
        }
        return assigned
    }

    /// The one of `matters` that a person marked; nil for something new.
    mutating func match(_ mark: Sighted, to matters: [Matter]) -> Int? {
        candidates(for: mark, 0, among: matters).min { ($0.cost, $0.matter) < ($1.cost, $1.matter) }?.matter
    }

    private mutating func candidates(for one: Sighted, _ index: Int, among matters: [Matter]) -> [Pair] {
        var near: [Pair] = []
        for (j, matter) in matters.enumerated() where matter.sceneType == one.detection.sceneType.id {
            if one.isMark, matter.isApart(from: one, run: run) { continue }
            if let cost = cost(of: one, matter) { near.append(Pair(cost: cost, sighted: index, matter: j)) }
        }
        // A stray position near an open finding is that finding's, unless what else it may be is seen beside it.
        let open = near.filter { matters[$0.matter].stage != .tentative }.map { matters[$0.matter].serial }
        for position in near.indices {
            let matter = matters[near[position].matter]
            if matter.stage == .tentative, open.contains(where: { !matter.isBeside($0) }) { near[position].cost += 1 }
        }
        return near
    }

    /// Nil when the two cannot be one thing.
    private mutating func cost(of sighted: Sighted, _ matter: Matter) -> Double? {
        // A mark may be of a frame before the newest.
        let elapsed = abs(now - matter.lastSeen)
        let isSameRun = matter.run == run
        if sighted.isWholeFrame || matter.isWholeFrame {
            // Nothing tells two matters of whole frames apart but time.
            let isSame = sighted.isWholeFrame && matter.isWholeFrame && matter.base.rule == sighted.detection.rule
            return isSame && elapsed <= options.lostAfterSeconds ? 0 : nil
        }
        let isSameTrack =
            isSameRun && sighted.track != nil && sighted.track == matter.track && elapsed <= options.lostAfterSeconds
        var overlap = 0.0
        if isSameRun, elapsed <= options.boxMemory, let box = sighted.box, let last = matter.box {
            overlap = box.overlap(last)
        }
        let isLinked = isSameTrack || overlap >= options.boxOverlap
        var cost = 0.5
        if let place = sighted.place, let fusion = matter.fusion {
            let walk = sighted.mayMove ? options.maximumSpeed : 0
            let gate = gate(sighted, matter)
            var distance = place.distance(to: fusion.mean)
            var reach = gate
            if let recent = matter.recent, isSameRun, isLinked || (sighted.mayMove && elapsed <= Self.walkMemory) {
                distance = min(distance, place.distance(to: recent))
                reach = (isLinked ? 1.5 * gate : gate) + walk * min(elapsed, Self.trackMemory)
            }
            guard distance <= reach else {
                if isSameTrack { disagreements += 1 }
                return nil
            }
            cost = reach > 0 ? distance / reach : 0
        } else if !isLinked {
            return nil
        }
        if isSameTrack { cost -= 1 }
        cost -= overlap / 2
        return cost
    }

    /// Metres within which a position belongs to a thing.
    func gate(_ sighted: Sighted, _ matter: Matter) -> Double {
        gate(sighted.sigma, matter.fusion?.best.ellipse.semiMajor ?? 0)
    }

    func gate(_ sigma: Double, _ other: Double) -> Double {
        let random = options.randomShare * (sigma * sigma + other * other).squareRoot()
        return max(options.joinRadius, min(options.gateSigmas * random, options.maximumJoinRadius))
    }
}
