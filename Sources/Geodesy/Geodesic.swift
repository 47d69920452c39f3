#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The shortest line between two points on the WGS 84 ellipsoid; heights are not looked at. Vincenty's inverse formula:
/// 0.1 mm at any distance up to nearly the other side of the earth.
public struct Geodesic: Sendable, Hashable {
    /// Metres.
    public let distance: Double
    /// Degrees from true north at the start, clockwise, 0..<360; 0 when the points coincide.
    public let azimuth: Double

    /// Nil off the globe, and for points so nearly opposite that the formula does not settle.
    public init?(from start: GeodeticPoint, to end: GeodeticPoint) {
        guard start.isOnGlobe, end.isOnGlobe else { return nil }
        let f = WGS84.flattening
        let span = (end.longitude - start.longitude).wrappedLongitude.radians
        let u1 = Reduced(latitude: start.latitude)
        let u2 = Reduced(latitude: end.latitude)
        var lambda = span
        for _ in 0..<100 {
            let sinLambda = sin(lambda)
            let cosLambda = cos(lambda)
            let across = u2.cosine * sinLambda
            let along = u1.cosine * u2.sine - u1.sine * u2.cosine * cosLambda
            let sinSigma = (across * across + along * along).squareRoot()
            let cosSigma = u1.sine * u2.sine + u1.cosine * u2.cosine * cosLambda
            guard sinSigma > 0 else {
                guard cosSigma > 0 else { return nil }
                distance = 0
                azimuth = 0
                return
            }
            let arc = Arc(
                sinSigma: sinSigma, cosSigma: cosSigma, sinAlpha: u1.cosine * u2.cosine * sinLambda / sinSigma,
                sines: u1.sine * u2.sine)
            let next = span + arc.longitudeCorrection(f: f)
            let change = abs(next - lambda)
            lambda = next
            guard abs(lambda) <= .pi + 1e-9 else { return nil }
            if change < 1e-13 {
                distance = arc.distance
                azimuth = atan2(across, along).degrees.wrappedAzimuth
                return
            }
        }
        return nil
    }

    /// Sine and cosine of a reduced latitude.
    private struct Reduced {
        let sine: Double
        let cosine: Double

        init(latitude: Double) {
            let (s, c) = sineCosine(degrees: latitude)
            let scaled = (1 - WGS84.flattening) * s
            let length = (scaled * scaled + c * c).squareRoot()
            sine = scaled / length
            cosine = c / length
        }
    }

    /// One round of the iteration: the arc on the auxiliary sphere.
    private struct Arc {
        let sinSigma: Double
        let cosSigma: Double
        let sigma: Double
        let sinAlpha: Double
        let cosSquareAlpha: Double
        let cosTwiceMiddle: Double

        init(sinSigma: Double, cosSigma: Double, sinAlpha: Double, sines: Double) {
            self.sinSigma = sinSigma
            self.cosSigma = cosSigma
            sigma = atan2(sinSigma, cosSigma)
            self.sinAlpha = sinAlpha
            cosSquareAlpha = 1 - sinAlpha * sinAlpha
            cosTwiceMiddle = cosSquareAlpha > 1e-15 ? cosSigma - 2 * sines / cosSquareAlpha : 0
        }

        func longitudeCorrection(f: Double) -> Double {
            let c = f / 16 * cosSquareAlpha * (4 + f * (4 - 3 * cosSquareAlpha))
            let square = cosTwiceMiddle * cosTwiceMiddle
            let inner = cosTwiceMiddle + c * cosSigma * (2 * square - 1)
            return (1 - c) * f * sinAlpha * (sigma + c * sinSigma * inner)
        }

        var distance: Double {
            let u = cosSquareAlpha * WGS84.secondEccentricitySquared
            let a = 1 + u / 16_384 * (4096 + u * (-768 + u * (320 - 175 * u)))
            let b = u / 1024 * (256 + u * (-128 + u * (74 - 47 * u)))
            let square = cosTwiceMiddle * cosTwiceMiddle
            let last = b / 6 * cosTwiceMiddle * (4 * sinSigma * sinSigma - 3) * (4 * square - 3)
            let correction = b * sinSigma * (cosTwiceMiddle + b / 4 * (cosSigma * (2 * square - 1) - last))
            return WGS84.semiMinorAxis * a * (sigma - correction)
        }
    }
}
