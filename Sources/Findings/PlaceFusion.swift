import Geodesy
import Inspection

/// The position of one thing from all its sightings: the mean weighted by the inverse covariances, so that sight lines
/// from several sides cut each other where they are sure.
///
/// The error reported is that of the best sighting, its common part whole and its random part divided by the
/// independent sightings (at most one a second: neighbouring frames err alike). The common part does not average
/// down.
struct PlaceFusion: Sendable {
    private var information = Covariance.zero
    private var weighted = Place(north: 0, east: 0)
    private(set) var mean: Place
    /// The sighting with the smallest CE90.
    private(set) var best: Geotag
    private var independent = 1
    private var lastIndependent: Double

    private static let smallestSigma = 0.05

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
        independent += other.independent
        settle()
    }

    private mutating func accumulate(_ geotag: Geotag, _ place: Place, _ weight: Double) {
        let floor = Covariance.circular(sigma: Self.smallestSigma)
        guard let inverse = (geotag.ellipse.covariance + floor).inverse else { return }
        information += weight * inverse
        weighted.north += weight * (inverse.northNorth * place.north + inverse.northEast * place.east)
        weighted.east += weight * (inverse.northEast * place.north + inverse.eastEast * place.east)
        settle()
    }

    private mutating func settle() {
        guard let covariance = information.inverse else { return }
        let settled = Place(
            north: covariance.northNorth * weighted.north + covariance.northEast * weighted.east,
            east: covariance.northEast * weighted.north + covariance.eastEast * weighted.east)
        if settled.north.isFinite, settled.east.isFinite { mean = settled }
    }

    func location(on plane: LocalPlane, randomShare: Double) -> Geotag {
        let random = min(max(randomShare, 0), 1)
        let variance = random * random
        let kept = 1 - variance + variance / Double(independent)
        let shrink = kept.squareRoot()
        var location = best
        location.point = plane.point(at: mean, height: best.point.height)
        location.ellipse.semiMajor *= shrink
        location.ellipse.semiMinor *= shrink
        location.ce90 *= shrink
        return location
    }
}
