/// How far a flight's positions lie off those known before, as its matches tell: what is common to a flight moves all its
/// things together, a fix as one, a yaw each by where it was seen from. Believed from three matches on, so that one wrong match
/// moves nothing: by the errors common to the flight that the matches share, where things tell what these do, else by the
/// matches' median.
struct FlightShift: Sendable {
    private struct Pair: Sendable {
        var difference: SIMD2<Double>
        /// Metres, of one sigma of each common error; empty where that is not known.
        var common: [SIMD2<Double>]
    }

    private var pairs: [Pair] = []
    /// In sigmas of each common error.
    private var errors: [Double] = []
    /// Metres.
    private(set) var north = 0.0
    private(set) var east = 0.0

    private static let minimum = 3
    /// The newest are kept.
    private static let limit = 31
    /// Metres: more is no shift but a fault.
    static let maximum = 6.0
    /// Square metres along one axis, of a place without what is common.
    private static let variance = 0.25

    mutating func add(_ seen: Place, known: Place, common: [SIMD2<Double>] = []) {
        pairs.append(
            Pair(difference: SIMD2(seen.north - known.north, seen.east - known.east), common: common))
        if pairs.count > Self.limit { pairs.removeFirst() }
        guard pairs.count >= Self.minimum else { return }
        let middle = Self.within(
            SIMD2(Self.median(pairs.map(\.difference.x)), Self.median(pairs.map(\.difference.y))))
        (north, east) = (middle.x, middle.y)
        fit(like: common)
    }

    /// Of a thing whose place the common errors move so.
    func move(_ common: [SIMD2<Double>]) -> SIMD2<Double> {
        guard !errors.isEmpty, common.count == errors.count else { return SIMD2(north, east) }
        return Self.within(CommonErrors(sigmas: errors).move(common) ?? SIMD2(north, east))
    }

    private mutating func fit(like common: [SIMD2<Double>]) {
        let alike = pairs.filter { !$0.common.isEmpty && $0.common.count == common.count }
        guard alike.count >= Self.minimum, alike.count == pairs.count else {
            errors = []
            return
        }
        var fit = CommonErrorFit(count: common.count)
        fit.solve(
            alike.map { pair in
                func view(_ place: SIMD2<Double>, _ common: [SIMD2<Double>]) -> ErringMatter.View {
                    .init(place: place, slope: SIMD2(0, 0), common: common, variance: Self.variance, count: 1)
                }
                return [view(pair.difference, pair.common), view(SIMD2(0, 0), common.map { _ in SIMD2(0, 0) })]
            })
        errors = fit.leftOut < 0.5 && fit.sigmas.allSatisfy(\.isFinite) ? fit.sigmas : []
    }

    private static func within(_ move: SIMD2<Double>) -> SIMD2<Double> {
        move.magnitude > maximum ? maximum / move.magnitude * move : move
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
