#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The transverse Mercator projection by Krüger's series (sixth order): what Gauss–Krüger zones and UTM are made of.
public struct TransverseMercator: Sendable {
    /// Degrees of longitude from the central meridian, beyond which a place is refused: there it is a mistake.
    public static let reach = 20.0

    /// Degrees, east positive.
    public let centralMeridian: Double
    /// On the central meridian.
    public let scale: Double
    /// Metres.
    public let falseEasting: Double
    /// Metres.
    public let falseNorthing: Double
    private let series: KrugerSeries
    private let conformal: ConformalLatitude

    init(
        centralMeridian: Double, scale: Double, falseEasting: Double = 500_000, falseNorthing: Double = 0,
        series: KrugerSeries
    ) {
        self.centralMeridian = centralMeridian
        self.scale = scale
        self.falseEasting = falseEasting
        self.falseNorthing = falseNorthing
        self.series = series
        conformal = ConformalLatitude(flattening: series.flattening)
    }

    public func position(of point: GeodeticPoint) throws(CoordinateFault) -> PlanePosition {
        guard point.isOnMap else { throw .offGlobe }
        let across = (point.longitude - centralMeridian).wrappedLongitude
        guard abs(across) <= Self.reach else { throw .farFromMeridian(centralMeridian) }
        let latitude = sineCosine(degrees: point.latitude)
        let longitude = sineCosine(degrees: across)
        var north = Double.pi / 2 * (latitude.sine < 0 ? -1 : 1)
        var east = 0.0
        if latitude.cosine > 0 {
            let tangent = conformal.tangent(geodetic: latitude.sine / latitude.cosine)
            north = atan2(tangent, longitude.cosine)
            east = asinh(
                longitude.sine / (tangent * tangent + longitude.cosine * longitude.cosine).squareRoot())
        }
        let sum = Self.sum(series.forward, north: north, east: east)
        return PlanePosition(
            easting: falseEasting + scale * series.radius * (east + sum.east),
            northing: falseNorthing + scale * series.radius * (north + sum.north))
    }

    /// The place of `position`, its height 0.
    public func point(at position: PlanePosition) throws(CoordinateFault) -> GeodeticPoint {
        let north = (position.northing - falseNorthing) / (scale * series.radius)
        let east = (position.easting - falseEasting) / (scale * series.radius)
        // A hair beyond the pole is rounding, more is no place; NaN is neither.
        guard abs(north) <= .pi / 2 + 1e-9, abs(east) <= 0.4 else { throw .offPlane }
        let sum = Self.sum(series.backward, north: north, east: east)
        let northOnSphere = north - sum.north
        let eastOnSphere = east - sum.east
        let hyperbolic = sinh(eastOnSphere)
        let cosine = cos(northOnSphere)
        let across = atan2(hyperbolic, max(cosine, 0)).degrees
        let length = (hyperbolic * hyperbolic + cosine * cosine).squareRoot()
        let latitude = conformal.geodetic(tangent: sin(northOnSphere) / max(length, 1e-300))
        guard abs(latitude) >= 89.999_999 || abs(across) <= Self.reach + 1e-9 else {
            throw .farFromMeridian(centralMeridian)
        }
        return GeodeticPoint(
            latitude: latitude, longitude: (centralMeridian + across).wrappedLongitude, height: 0)
    }

    /// Σ cⱼ sin 2jξ cosh 2jη, and Σ cⱼ cos 2jξ sinh 2jη.
    private static func sum(_ coefficients: [Double], north: Double, east: Double) -> (north: Double, east: Double) {
        var result = (north: 0.0, east: 0.0)
        for (index, coefficient) in coefficients.enumerated() {
            let order = 2 * Double(index + 1)
            result.north += coefficient * sin(order * north) * cosh(order * east)
            result.east += coefficient * cos(order * north) * sinh(order * east)
        }
        return result
    }
}
