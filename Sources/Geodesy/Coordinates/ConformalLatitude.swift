#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The latitude on the sphere onto which an ellipsoid is mapped without changing angles, by its tangent. Source:
/// Karney, "Transverse Mercator with an accuracy of a few nanometers" (2011), equations 7–9 and 19–21.
struct ConformalLatitude {
    let eccentricitySquared: Double
    let eccentricity: Double

    init(flattening: Double) {
        eccentricitySquared = flattening * (2 - flattening)
        eccentricity = eccentricitySquared.squareRoot()
    }

    /// From the tangent of the geodetic latitude, which must be finite.
    func tangent(geodetic tau: Double) -> Double {
        let sine = tau / (1 + tau * tau).squareRoot()
        let sigma = sinh(eccentricity * atanh(eccentricity * sine))
        return tau * (1 + sigma * sigma).squareRoot() - sigma * (1 + tau * tau).squareRoot()
    }

    /// Geodetic latitude in degrees, from the tangent of the conformal one.
    func geodetic(tangent conformal: Double) -> Double {
        // Nearer to a pole than a nanometre, where the squares below would end.
        guard abs(conformal) < 1e16 else { return conformal < 0 ? -90 : 90 }
        let rest = 1 - eccentricitySquared
        var tau = conformal / rest
        for _ in 0..<6 {
            let image = tangent(geodetic: tau)
            let slope = rest * (1 + tau * tau).squareRoot() / (1 + rest * tau * tau)
            let change = (conformal - image) / (1 + image * image).squareRoot() / slope
            tau += change
            if abs(change) <= 1e-15 * max(1, abs(tau)) { break }
        }
        return atan(tau).degrees
    }
}
