/// The errors common to a flight that bring the views of each matter together best, and are likely themselves: by
/// iteratively reweighted least squares.
struct CommonErrorFit: Sendable {
    private(set) var sigmas: [Double]
    /// Share of the weight of all views that counts for nothing.
    private(set) var leftOut = 0.0

    private static let steps = 20
    /// Tukey's biweight: at 95 % efficiency, in sigmas.
    private static let cut = 4.685

    init(count: Int) { sigmas = Array(repeating: 0, count: count) }

    /// Goes on from ``sigmas``.
    mutating func solve(_ matters: [[ErringMatter.View]]) {
        for _ in 0..<Self.steps {
            let residuals = matters.map { self.residuals($0) }
            let all = residuals.joined().sorted()
            guard !all.isEmpty else { return }
            // Errors are not believed to be smaller than they say they are.
            let scale = max(all[all.count / 2] / 1.1774, 1)
            var system = NormalEquations(count: sigmas.count)
            var (whole, believed) = (0.0, 0.0)
            for (views, residuals) in zip(matters, residuals) {
                let weights = zip(views, residuals).map { view, residual in
                    let share = residual / (Self.cut * scale)
                    let weight = 1 / (view.error * scale * scale)
                    whole += weight
                    guard share < 1 else { return 0.0 }
                    believed += weight
                    return weight * (1 - share * share) * (1 - share * share)
                }
                system.add(views, weights)
            }
            leftOut = whole > 0 ? 1 - believed / whole : 1
            guard let next = system.solution else { return }
            let step = zip(next, sigmas).reduce(0) { max($0, abs($1.0 - $1.1)) }
            sigmas = next
            if step < 1e-4 { return }
        }
    }

    /// Of each view, in its own sigmas, from the middle of its matter.
    private func residuals(_ views: [ErringMatter.View]) -> [Double] {
        let places = views.map { $0.place - $0.off(by: sigmas) }
        let middle = Self.median(places, views.map { 1 / $0.error })
        // Of few views the middle follows each of them.
        let count = Double(views.count)
        let freedom = count > 1 ? (count / (count - 1)).squareRoot() : 1
        return zip(places, views).map { freedom * ($0 - middle).magnitude / $1.error.squareRoot() }
    }

    /// Of two the mean.
    private static func median(_ places: [SIMD2<Double>], _ weights: [Double]) -> SIMD2<Double> {
        func middle(_ values: [Double]) -> Double {
            let order = values.indices.sorted { values[$0] < values[$1] }
            let half = weights.reduce(0, +) / 2
            var sum = 0.0
            for (place, index) in order.enumerated() {
                sum += weights[index]
                if sum > half * (1 + 1e-9) { return values[index] }
                if sum >= half * (1 - 1e-9), place + 1 < order.count {
                    return (values[index] + values[order[place + 1]]) / 2
                }
            }
            return values.first ?? 0
        }
        return SIMD2(middle(places.map(\.x)), middle(places.map(\.y)))
    }
}

/// (I + Σ w·(c − c̄)(c − c̄)ᵀ) e = Σ w·(c − c̄)·(p − p̄), the means by matter.
private struct NormalEquations {
    private var rows: [[Double]]
    private var sums: [Double]

    init(count: Int) {
        rows = (0..<count).map { row in (0..<count).map { $0 == row ? 1 : 0 } }
        sums = Array(repeating: 0, count: count)
    }

    mutating func add(_ views: [ErringMatter.View], _ weights: [Double]) {
        let whole = weights.reduce(0, +)
        guard whole > 0, views.allSatisfy({ $0.common.count == sums.count }) else { return }
        var place = SIMD2(0.0, 0.0)
        var common = Array(repeating: place, count: sums.count)
        for (view, weight) in zip(views, weights) {
            place += weight / whole * view.place
            for index in common.indices { common[index] += weight / whole * view.common[index] }
        }
        for (view, weight) in zip(views, weights) where weight > 0 {
            let off = view.place - place
            let turns = zip(view.common, common).map { $0 - $1 }
            for row in turns.indices {
                sums[row] += weight * turns[row].dot(off)
                for column in 0...row { rows[row][column] += weight * turns[row].dot(turns[column]) }
            }
        }
    }

    /// By Cholesky: L Lᵀ of the lower half.
    var solution: [Double]? {
        var lower = rows
        var solved = sums
        for row in lower.indices {
            for column in 0...row {
                var rest = lower[row][column]
                for index in 0..<column { rest -= lower[row][index] * lower[column][index] }
                if row == column {
                    guard rest > 0, rest.isFinite else { return nil }
                    lower[row][row] = rest.squareRoot()
                } else {
                    lower[row][column] = rest / lower[column][column]
                }
            }
            for index in 0..<row { solved[row] -= lower[row][index] * solved[index] }
            solved[row] /= lower[row][row]
        }
        for row in lower.indices.reversed() {
            for index in (row + 1)..<lower.count { solved[row] -= lower[index][row] * solved[index] }
            solved[row] /= lower[row][row]
        }
        return solved
    }
}
