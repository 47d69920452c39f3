#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Universal Polar Stereographic on WGS 84: scale 0.994 at the pole, which has easting and northing 2 000 000 m.
public struct UPS: Sendable, Hashable {
    public let isNorth: Bool

    public init(isNorth: Bool) { self.isNorth = isNorth }

    public var epsg: Int { isNorth ? 32_661 : 32_761 }

    private static let falseOrigin = 2_000_000.0
    private static let conformal = ConformalLatitude(flattening: WGS84.flattening)
    /// Metres at the tangent's half angle of 45°.
    private static let radius: Double = {
        let e = conformal.eccentricity
        return 2 * WGS84.semiMajorAxis * 0.994 / (pow(1 + e, 1 + e) * pow(1 - e, 1 - e)).squareRoot()
    }()

    private func covers(_ latitude: Double) -> Bool { isNorth ? latitude >= 83.5 : latitude <= -79.5 }

    /// `point` (WGS 84), which must be north of 83.5° N or south of 79.5° S.
    public func position(of point: GeodeticPoint) throws(CoordinateFault) -> PlanePosition {
        guard point.isOnMap else { throw .offGlobe }
        guard covers(point.latitude) else { throw .outsideUPS }
        let latitude = sineCosine(degrees: isNorth ? point.latitude : -point.latitude)
        let longitude = sineCosine(degrees: point.longitude)
        var distance = 0.0
        if latitude.cosine > 0 {
            let tangent = Self.conformal.tangent(geodetic: latitude.sine / latitude.cosine)
            distance = Self.radius / (tangent + (1 + tangent * tangent).squareRoot())
        }
        return PlanePosition(
            easting: Self.falseOrigin + distance * longitude.sine,
            northing: Self.falseOrigin + distance * longitude.cosine * (isNorth ? -1 : 1))
    }

    /// The place (WGS 84) of `position`. The pole is given longitude 0.
    public func point(at position: PlanePosition) throws(CoordinateFault) -> GeodeticPoint {
        let east = position.easting - Self.falseOrigin
        let north = (position.northing - Self.falseOrigin) * (isNorth ? -1 : 1)
        let distance = (east * east + north * north).squareRoot()
        guard distance < Self.falseOrigin else { throw .offPlane }
        guard distance > 1e-9 else { return GeodeticPoint(latitude: isNorth ? 90 : -90, longitude: 0, height: 0) }
        let t = distance / Self.radius
        let latitude = Self.conformal.geodetic(tangent: (1 / t - t) / 2)
        let point = GeodeticPoint(
            latitude: isNorth ? latitude : -latitude, longitude: atan2(east, north).degrees.wrappedLongitude, height: 0)
        guard covers(point.latitude) else { throw .outsideUPS }
        return point
    }
}
