import Inspection

extension LensDistortion {
    /// The normalised coordinates that the lens shows at (x, y): right and down of the optical axis, over the distance
    /// along it.
    func applied(x: Double, y: Double) -> (x: Double, y: Double) {
        let square = x * x + y * y
        let radial = 1 + square * (k1 + square * (k2 + square * k3))
        return (
            x * radial + 2 * p1 * x * y + p2 * (square + 2 * x * x),
            y * radial + p1 * (square + 2 * y * y) + 2 * p2 * x * y
        )
    }

    /// Rounds: ordinary lenses need fewer than ten.
    private static let rounds = 50

    /// The inverse of ``applied(x:y:)``; nil where the rounds do not settle, which is beyond the calibrated picture.
    func undone(x: Double, y: Double) -> (x: Double, y: Double)? {
        guard x.isFinite, y.isFinite, numbers.allSatisfy(\.isFinite) else { return nil }
        var (u, v) = (x, y)
        for _ in 0..<Self.rounds {
            let square = u * u + v * v
            let radial = 1 + square * (k1 + square * (k2 + square * k3))
            guard radial > 0.1 else { return nil }
            let next = (
                (x - 2 * p1 * u * v - p2 * (square + 2 * u * u)) / radial,
                (y - p1 * (square + 2 * v * v) - 2 * p2 * u * v) / radial
            )
            let step = abs(next.0 - u) + abs(next.1 - v)
            (u, v) = next
            if step < 1e-12 { break }
        }
        let back = applied(x: u, y: v)
        return abs(back.x - x) + abs(back.y - y) < 1e-7 ? (u, v) : nil
    }
}
