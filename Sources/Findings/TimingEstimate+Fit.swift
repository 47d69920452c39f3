extension TimingEstimate {
    /// One matter at an offset: where it is, and what its views say of a better offset.
    struct Fit: Sendable {
        /// Metres, of each view, as if the matter's own place were known.
        private(set) var residuals: [Double] = []
        /// Σ w·|g − ḡ|², Σ w·(g − ḡ)·r, Σ w.
        private(set) var information = 0.0
        private(set) var score = 0.0
        private(set) var kept = 0.0
        /// Weight of all views, and of those that are not left out.
        private(set) var whole = 0.0
        private(set) var believed = 0.0

        /// With `previous`, views whose residuals there come near `cut` metres count less, and beyond it not at all.
        init(_ views: [TimedMatter.View], offset: Double, previous: Fit? = nil, cut: Double = .infinity) {
            var weights = views.map(\.weight)
            whole = weights.reduce(0, +)
            believed = whole
            if let previous, previous.residuals.count == weights.count {
                for index in weights.indices {
                    let share = previous.residuals[index] / cut
                    if share >= 1 { believed -= weights[index] }
                    weights[index] *= share < 1 ? (1 - share * share) * (1 - share * share) : 0
                }
            }
            kept = weights.reduce(0, +)
            guard kept > 0 else { return }
            var place = SIMD2(0.0, 0.0)
            var slope = place
            for (view, weight) in zip(views, weights) {
                place += weight * (view.place - offset * view.slope)
                slope += weight * view.slope
            }
            place /= kept
            slope /= kept
            if previous == nil, views.count > 2 { place = Self.median(views.map { $0.place - offset * $0.slope }) }
            // Of few views the mean follows each of them.
            let count = Double(views.count)
            let freedom = count > 1 ? (count / (count - 1)).squareRoot() : 1
            for (view, weight) in zip(views, weights) {
                let residual = view.place - offset * view.slope - place
                residuals.append(freedom * residual.magnitude)
                information += weight * (view.slope - slope).dot(view.slope - slope)
                score += weight * (view.slope - slope).dot(residual)
            }
        }

        /// So that of three views one that is wrong does not make all three look wrong.
        private static func median(_ places: [SIMD2<Double>]) -> SIMD2<Double> {
            let (north, east) = (places.map(\.x).sorted(), places.map(\.y).sorted())
            let (low, high) = ((places.count - 1) / 2, places.count / 2)
            return SIMD2(north[low] + north[high], east[low] + east[high]) / 2
        }
    }
}
