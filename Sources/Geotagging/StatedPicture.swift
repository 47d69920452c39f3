import Geodesy
import Inspection

/// The four picture corners that an aircraft states, as a projective map from the picture to the ground: exact for
/// level ground, whatever the tilt.
struct StatedPicture: Sendable {
    private let origin: GeodeticPoint
    private let coefficients: [Double]

    /// Corners in the order upper left, upper right, lower right, lower left. Nil unless there are four that make a
    /// convex quadrangle: a corner above the horizon has no place on the ground.
    init?(corners: [TelemetrySample.StatedPoint], height: Double) {
        guard corners.count == 4 else { return nil }
        let points = corners.map { GeodeticPoint(latitude: $0.latitude, longitude: $0.longitude, height: height) }
        guard points.allSatisfy(\.isOnGlobe) else { return nil }
        let plane = points.map { points[0].displacement(to: $0) }
        let turns = (0..<4).map { index in
            let (a, b, c) = (plane[index], plane[(index + 1) % 4], plane[(index + 2) % 4])
            return (b.east - a.east) * (c.north - b.north) - (b.north - a.north) * (c.east - b.east)
        }
        guard turns.allSatisfy({ $0 > 1e-6 }) || turns.allSatisfy({ $0 < -1e-6 }) else { return nil }
        // Unit square to quadrangle. Source: Heckbert, "Fundamentals of Texture Mapping and Image Warping", 1989,
        // §2.2.3.
        let (e0, e1, e2, e3) = (plane[0].east, plane[1].east, plane[2].east, plane[3].east)
        let (n0, n1, n2, n3) = (plane[0].north, plane[1].north, plane[2].north, plane[3].north)
        let (de1, de2, de3) = (e1 - e2, e3 - e2, e0 - e1 + e2 - e3)
        let (dn1, dn2, dn3) = (n1 - n2, n3 - n2, n0 - n1 + n2 - n3)
        let determinant = de1 * dn2 - de2 * dn1
        guard abs(determinant) > 1e-9 else { return nil }
        let g = (de3 * dn2 - de2 * dn3) / determinant
        let h = (de1 * dn3 - de3 * dn1) / determinant
        origin = points[0]
        coefficients = [
            e1 - e0 + g * e1, e3 - e0 + h * e3, e0, n1 - n0 + g * n1, n3 - n0 + h * n3, n0, g, h,
        ]
    }

    /// The ground under a place in the picture, both from 0 (left, top) to 1 (right, bottom); nil outside the picture.
    func point(u: Double, v: Double) -> GeodeticPoint? {
        guard u >= 0, u <= 1, v >= 0, v <= 1 else { return nil }
        let k = coefficients
        let scale = k[6] * u + k[7] * v + 1
        guard scale > 1e-6 else { return nil }
        let point = origin.moved(
            north: (k[3] * u + k[4] * v + k[5]) / scale, east: (k[0] * u + k[1] * v + k[2]) / scale)
        return point.isOnGlobe ? point : nil
    }
}
