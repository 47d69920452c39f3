/// The height of the ground, from elevation data. Heights are metres above the WGS 84 ellipsoid.
public protocol Terrain: Sendable {
    /// One sigma of the heights, metres.
    var error: Double { get }
    /// What the heights are, for people: `terrain (EGM96)`.
    var words: String { get }
    /// Metres above the ellipsoid; nil in holes, where there is no data, and off the globe.
    func height(latitude: Double, longitude: Double) -> Double?
    /// Where a ray first meets the ground within `limit` metres.
    func intersect(_ ray: Ray, limit: Double) -> TerrainMeeting
}

/// What becomes of a ray over terrain.
public enum TerrainMeeting: Sendable, Hashable {
    /// Metres along the ray, and the place.
    case ground(distance: Double, point: GeodeticPoint)
    /// The ray begins on or under the ground.
    case belowGround
    /// It stays above the ground as far as was looked.
    case miss
    /// It may have met the ground where there is no data.
    case noData
}
