import Geodesy
import Inspection

/// The position of one thing from all its sightings: the mean weighted by the inverse covariances, so that sight lines
/// from several sides cut each other where they are sure.
///
/// The error reported is that of this mean. What changes from sighting to sighting averages down, over the independent ones
/// (at most one a second: neighbouring frames err alike). What is common to the flight does not: each such error moves the
/// mean as the sightings' own shares of it add up, so that only what truly turns about from view to view (the pitch, seen
/// from two sides) is lost. Where a sighting does not tell its parts, a stated share of it counts as its own.
struct PlaceFusion: Sendable {
    private var information = Covariance.zero
    private var weighted = Place(north: 0, east: 0)
    /// Metres a second by which the places move with the time of their poses, with the same weights.
    private var slopes = SIMD2(0.0, 0.0)
    private(set) var mean: Place
    /// The sighting with the smallest CE90.
    private(set) var best: Geotag
    /// Of all sightings, each turned by its weight: what is their own, what each common error does, and both of those that do
    /// not tell their parts.
    private var own = Covariance.zero
    private var common: [SIMD2<Double>] = []
    private var untold = Covariance.zero
    private var untoldCommon = (north: SIMD2<Double>(), east: SIMD2<Double>())
    private var resolutions = MedianSample()
    private var sightings = 0
    private var independent = 1
    private var lastIndependent: Double

    private static let smallestSigma = 0.05
    /// Common errors of a sighting at most; one with more does not tell its parts.
    private static let commonLimit = 32

    /// `weight` below 1 is a sighting that only partly shows the thing.
    init(_ geotag: Geotag, at place: Place, now: Double, weight: Double) {
        mean = place
        best = geotag
        lastIndependent = now
        accumulate(geotag, place, weight)
    }

    /// From a stored location, which counts as one sighting.
    init(restored geotag: Geotag, at place: Place) {
        self.init(geotag, at: place, now: -.infinity, weight: 1)
    }

    mutating func add(_ geotag: Geotag, at place: Place, now: Double, weight: Double) {
        if geotag.ce90 < best.ce90 { best = geotag }
        if now - lastIndependent >= 1 {
            independent += 1
            lastIndependent = now
        }
        accumulate(geotag, place, weight)
    }

    mutating func add(_ other: PlaceFusion) {
        information += other.information
        weighted = Place(north: weighted.north + other.weighted.north, east: weighted.east + other.weighted.east)
        if other.best.ce90 < best.ce90 { best = other.best }
        own += other.own
        untold += other.untold
        untoldCommon.north += other.untoldCommon.north
        untoldCommon.east += other.untoldCommon.east
        slopes += other.slopes
        add(other.common)
        resolutions.add(other.resolutions)
        sightings += other.sightings
        independent += other.independent
        settle()
    }

    private mutating func accumulate(_ geotag: Geotag, _ place: Place, _ weight: Double) {
        let floor = Covariance.circular(sigma: Self.smallestSigma)
        let whole = geotag.ellipse.covariance
        guard let inverse = (whole + floor).inverse else { return }
        let turn = weight * inverse
        sightings += 1
        if let gsd = geotag.gsd { resolutions.add(gsd) }
        if let rest = whole.without(geotag.common), geotag.common.count <= Self.commonLimit {
            own += rest.turned(by: turn)
            add(geotag.common.map { turn * $0 })
        } else {
            untold += whole.turned(by: turn)
            let root = geotag.ellipse.root
            untoldCommon.north += turn * SIMD2(root.northNorth, root.northEast)
            untoldCommon.east += turn * SIMD2(root.northEast, root.eastEast)
        }
        information += turn
        weighted.north += weight * (inverse.northNorth * place.north + inverse.northEast * place.east)
        weighted.east += weight * (inverse.northEast * place.north + inverse.eastEast * place.east)
        // A place that does not follow from its pose does not move with it.
        if let slope = geotag.perSecond { slopes += turn * slope }
        settle()
    }

    /// Puts right what was fused of poses that were looked up `offset` seconds too late: the mean is linear in it.
    mutating func correct(_ offset: Double) {
        weighted.north -= offset * slopes.x
        weighted.east -= offset * slopes.y
        best.correct(offset)
        settle()
    }

    /// No later ``correct(_:)`` moves what was fused so far.
    mutating func settleTiming() {
        slopes = SIMD2(0, 0)
        best.perSecond = nil
    }

    private mutating func add(_ errors: [SIMD2<Double>]) {
        for (index, error) in errors.enumerated() {
            if index < common.count { common[index] += error } else { common.append(error) }
        }
    }

    private mutating func settle() {
        guard let covariance = information.inverse else { return }
        let settled = Place(
            north: covariance.northNorth * weighted.north + covariance.northEast * weighted.east,
            east: covariance.northEast * weighted.north + covariance.eastEast * weighted.east)
        if settled.north.isFinite, settled.east.isFinite { mean = settled }
    }

    /// Metres, one sigma, by which the errors of both put the two apart where they are one thing, in the direction in which they
    /// do most: what is common to a flight does not, but where it turns about between them, as yaw does for a thing seen to
    /// the left and then to the right. Nil where not all sightings tell their parts.
    func separation(from other: PlaceFusion) -> Double? {
        guard let mine = information.inverse, let theirs = other.information.inverse, !common.isEmpty,
            common.count == other.common.count, untold == .zero, other.untold == .zero
        else { return nil }
        var error = own.turned(by: mine) + other.own.turned(by: theirs)
        for (one, another) in zip(common, other.common) { error += .along(mine * one - theirs * another) }
        return ErrorEllipse(error)?.semiMajor
    }

    /// Metres by which one sigma of each common error moves the mean; empty where not all sightings tell.
    var commonMoves: [SIMD2<Double>] {
        guard let spread = information.inverse, untold == .zero else { return [] }
        return common.map { spread * $0 }
    }

    func location(on plane: LocalPlane, randomShare: Double) -> Geotag {
        var location = best
        location.point = plane.point(at: mean, height: best.point.height)
        location.gsd = resolutions.median
        location.common = []
        location.perSecond = nil
        guard let spread = information.inverse else { return location }
        let random = min(max(randomShare, 0), 1)
        let variance = random * random
        let alike = Double(sightings) / Double(max(independent, 1))
        var error = max(alike, 1) * (own + variance * untold).turned(by: spread)
        for one in common { error += .along(spread * one) }
        for one in [untoldCommon.north, untoldCommon.east] { error += (1 - variance) * .along(spread * one) }
        guard let ellipse = ErrorEllipse(error) else { return location }
        location.ellipse = ellipse
        location.ce90 = ellipse.ce90
        return location
    }
}
