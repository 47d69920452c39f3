/// A smooth curve through values that never overshoots them: what rises between two knots only rises.
/// Source: Fritsch, Carlson, "Monotone Piecewise Cubic Interpolation", 1980.
struct MonotoneCurve: Sendable {
    private let knots: [Double]
    private let values: [Double]
    private let slopes: [Double]

    /// Knots rise strictly; both have one count, at least one.
    init(knots: [Double], values: [Double]) {
        self.knots = knots
        self.values = values
        let count = min(knots.count, values.count)
        var slopes = [Double](repeating: 0, count: count)
        if count > 2 {
            for index in 1..<count - 1 {
                let (h0, h1) = (knots[index] - knots[index - 1], knots[index + 1] - knots[index])
                let (s0, s1) = ((values[index] - values[index - 1]) / h0, (values[index + 1] - values[index]) / h1)
                guard s0 * s1 > 0 else { continue }
                let (w0, w1) = (2 * h1 + h0, h1 + 2 * h0)
                slopes[index] = (w0 + w1) / (w0 / s0 + w1 / s1)
            }
        }
        if count > 1 {
            slopes[0] = (values[1] - values[0]) / (knots[1] - knots[0])
            slopes[count - 1] = (values[count - 1] - values[count - 2]) / (knots[count - 1] - knots[count - 2])
        }
        self.slopes = slopes
    }

    /// Value and slope at `x`; at the ends the curve stands still.
    func at(_ x: Double) -> (value: Double, slope: Double) {
        guard let first = knots.first, let last = knots.last, let low = values.first, let high = values.last else {
            return (0, 0)
        }
        if x <= first { return (low, x < first ? 0 : slopes[0]) }
        if x >= last { return (high, x > last ? 0 : slopes[slopes.count - 1]) }
        var (a, b) = (0, knots.count - 1)
        while b - a > 1 {
            let middle = (a + b) / 2
            if knots[middle] <= x { a = middle } else { b = middle }
        }
        let h = knots[b] - knots[a]
        let t = (x - knots[a]) / h
        let (t2, t3) = (t * t, t * t * t)
        let value =
            values[a] * (2 * t3 - 3 * t2 + 1) + slopes[a] * h * (t3 - 2 * t2 + t)
            + values[b] * (3 * t2 - 2 * t3) + slopes[b] * h * (t3 - t2)
        let slope =
            (values[b] - values[a]) / h * (6 * t - 6 * t2) + slopes[a] * (3 * t2 - 4 * t + 1)
            + slopes[b] * (3 * t2 - 2 * t)
        return (value, slope)
    }
}
