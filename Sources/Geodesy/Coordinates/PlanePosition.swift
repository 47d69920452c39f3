/// A place on the plane of a projection. The two lengths are only ever named, never x and y: Chinese surveyors' x is
/// the northing, and so is the first axis of EPSG's Gauss–Krüger systems.
public struct PlanePosition: Sendable, Hashable {
    /// Metres, false easting (and a zone's prefix, where the system has one) included.
    public var easting: Double
    /// Metres, false northing included.
    public var northing: Double

    public init(easting: Double, northing: Double) {
        self.easting = easting
        self.northing = northing
    }
}
