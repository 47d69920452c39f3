import Geodesy

/// How far off a position may be.
struct PositionError: Sendable {
    /// One sigma.
    var ellipse: ErrorEllipse
    /// Radius that holds the true place with probability 0.9, metres.
    var ce90: Double
    /// Metres north and east, for one sigma of each error that is common to the flight.
    var common: [SIMD2<Double>] = []
    /// Metres north and east for each second that the pose is later; nil where no motion is known.
    var perSecond: SIMD2<Double>?

    init(_ ellipse: ErrorEllipse) {
        self.ellipse = ellipse
        ce90 = ellipse.ce90
    }

    /// Brought to a radius that was found otherwise, the shape kept.
    mutating func scale(toCE90 radius: Double) {
        guard ce90 > 0, radius.isFinite, radius > 0 else { return }
        let scale = radius / ce90
        ellipse.semiMajor *= scale
        ellipse.semiMinor *= scale
        ce90 = radius
        common = common.map { $0 * scale }
    }
}
