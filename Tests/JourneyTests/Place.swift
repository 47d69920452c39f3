import Foundation

/// A place on the ground, WGS 84 degrees, close enough to others for a flat distance.
struct Place: Sendable, Hashable {
    var latitude: Double
    var longitude: Double

    init(latitude: Double, longitude: Double) {
        self.latitude = latitude
        self.longitude = longitude
    }

    /// From a GeoJSON Feature with a point.
    init?(_ feature: JSON) {
        let coordinates = feature["geometry"]["coordinates"]
        guard let longitude = coordinates[0].number, let latitude = coordinates[1].number else { return nil }
        self.init(latitude: latitude, longitude: longitude)
    }

    /// Metres, good to a millimetre over a kilometre: the radii of curvature of the WGS 84 ellipsoid at this latitude.
    func distance(to other: Place) -> Double {
        let radians = Double.pi / 180
        let flattened = 1 - 0.006694379990141317 * pow(sin(latitude * radians), 2)
        let meridian = 6_378_137 * (1 - 0.006694379990141317) / pow(flattened, 1.5)
        let normal = 6_378_137 / flattened.squareRoot()
        let north = (other.latitude - latitude) * radians * meridian
        let east = (other.longitude - longitude) * radians * normal * cos((latitude + other.latitude) / 2 * radians)
        return (north * north + east * east).squareRoot()
    }
}
