/// The piece of ground that a code stands for. A code names no point: the centre is nearest to all that it may mean.
public struct CodedCell: Sendable, Hashable {
    /// WGS 84, height 0.
    public let center: GeodeticPoint
    /// Metres, at the centre.
    public let northSouth: Double
    /// Metres, at the centre.
    public let eastWest: Double

    init(center: GeodeticPoint, northSouth: Double, eastWest: Double) {
        self.center = center
        self.northSouth = northSouth
        self.eastWest = eastWest
    }

    /// A cell of latitudes and longitudes, its height and width in degrees.
    init(south: Double, west: Double, height: Double, width: Double) {
        let center = GeodeticPoint(
            latitude: min(south + height / 2, 90), longitude: (west + width / 2).wrappedLongitude, height: 0)
        let degree = WGS84.metersPerDegree(latitude: center.latitude)
        self.init(center: center, northSouth: height * degree.north, eastWest: width * degree.east)
    }
}
