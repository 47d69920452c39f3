/// A position on or above the earth. WGS 84.
public struct GeodeticPoint: Sendable, Hashable {
    /// Degrees, −90…90, north positive.
    public var latitude: Double
    /// Degrees, −180…180, east positive.
    public var longitude: Double
    /// Metres above the WGS 84 ellipsoid (HAE).
    public var height: Double

    public init(latitude: Double, longitude: Double, height: Double) {
        self.latitude = latitude
        self.longitude = longitude
        self.height = height
    }

    /// False for NaN, infinities, positions off the globe, and heights no aircraft or ground reaches (outside −12
    /// 000…100 000 m).
    public var isOnGlobe: Bool { isOnMap && height >= -12_000 && height <= 100_000 }

    /// On the globe, whatever the height says.
    var isOnMap: Bool { latitude >= -90 && latitude <= 90 && longitude >= -180 && longitude <= 180 }
}
