extension TimingEstimate {
    /// For which offset how many views fall on each other.
    struct Votes: Sendable {
        private var bins: [Double]
        private let maximum: Double

        /// Seconds.
        private static let width = 0.05
        /// Bins to either side of a peak that are the peak's own.
        private static let near = 5
        /// Share of the greatest peak from which another one may be as true.
        private static let rival = 0.5

        init(maximum: Double) {
            self.maximum = maximum > 0 ? min(maximum, 60) : 0
            bins = [Double](repeating: 0, count: Int(2 * self.maximum / Self.width) + 3)
        }

        private func bin(_ offset: Double) -> Int? {
            guard abs(offset) <= maximum else { return nil }
            return min(Int((offset + maximum) / Self.width) + 1, bins.count - 2)
        }

        mutating func add(_ offset: Double, weight: Double) {
            if let bin = bin(offset) { bins[bin] += weight }
        }

        /// The offset to begin with: that of the matters as they were joined where the votes do not speak against it, else
        /// that with the most votes by far. Nil where several are as good: heaps in a row, evenly apart.
        func winner(with joined: Double?) -> Double? {
            let smooth = bins.indices.map { index in
                bins[max(index - 1, 0)...min(index + 1, bins.count - 1)].reduce(0, +)
            }
            guard let peak = smooth.indices.max(by: { smooth[$0] < smooth[$1] }), smooth[peak] > 0 else {
                return joined
            }
            if let joined {
                guard let bin = bin(joined) else { return joined }
                let around = smooth[max(bin - 1, 0)...min(bin + 1, bins.count - 1)].max() ?? 0
                if around >= Self.rival * smooth[peak] { return joined }
            }
            let others = smooth.indices.filter { abs($0 - peak) > Self.near }.map { smooth[$0] }.max() ?? 0
            guard others < Self.rival * smooth[peak] else { return nil }
            return (Double(peak) - 0.5) * Self.width - maximum
        }
    }

    /// Metres a second by which the slopes of two views differ that vote.
    private static let votingDifference = 4.0
    /// Metres that the views of one matter lie apart at the right offset.
    private static let mergeRadius = 3.0

    /// Every two views of one scene type that some offset brings together.
    func votes(_ matters: [TimedMatter]) -> Votes {
        var votes = Votes(maximum: options.maximumOffset)
        let seen = matters.map { (type: $0.sceneType, views: $0.views) }
        for second in seen.indices {
            for first in 0...second where seen[first].type == seen[second].type {
                for view in seen[second].views {
                    for other in seen[first].views {
                        let (slope, place) = (view.slope - other.slope, view.place - other.place)
                        let square = slope.dot(slope)
                        guard square >= Self.votingDifference * Self.votingDifference else { continue }
                        let offset = place.dot(slope) / square
                        guard (place - offset * slope).magnitude <= Self.mergeRadius else { continue }
                        // Each pair within a matter comes twice.
                        votes.add(offset, weight: min(view.weight, other.weight) * (first == second ? 0.5 : 1))
                    }
                }
            }
        }
        return votes
    }

    /// The views of what is one matter at an offset, however it was joined.
    static func merged(_ matters: [TimedMatter], offset: Double) -> [[TimedMatter.View]] {
        var groups: [(type: String, place: SIMD2<Double>, views: [TimedMatter.View])] = []
        for matter in matters {
            let views = matter.views
            let weight = views.reduce(0) { $0 + $1.weight }
            guard weight > 0 else { continue }
            let place = views.reduce(SIMD2(0, 0)) { $0 + $1.weight / weight * ($1.place - offset * $1.slope) }
            let near = groups.firstIndex {
                $0.type == matter.sceneType && ($0.place - place).magnitude <= mergeRadius
            }
            if let near { groups[near].views += views } else { groups.append((matter.sceneType, place, views)) }
        }
        return groups.map(\.views)
    }
}
