public import Geodesy

/// A register's file: permits, licensed sites, filed construction.
public struct RegisterSource: Sendable, Hashable {
    /// The names of columns in a CSV file, or of properties in GeoJSON.
    public struct Columns: Sendable, Hashable {
        public var id = "id"
        public var name = "name"
        public var latitude = "lat"
        public var longitude = "lon"
        public var radius = "radius_m"
        public var from = "from"
        public var to = "to"

        var all: Set<String> { [id, name, latitude, longitude, radius, from, to] }

        public init() {}
    }

    /// What rules call it.
    public var name: String
    public var file: String
    public var system: Datum
    public var columns: Columns
    /// Metres around a point that its row covers, where the row does not say.
    public var radius: Double
    /// Seconds that the register's days and times are ahead of UTC.
    public var utcOffsetSeconds: Int

    public init(
        name: String, file: String, system: Datum = .wgs84, columns: Columns = Columns(),
        radius: Double = 30,
        utcOffsetSeconds: Int = 0
    ) {
        self.name = name
        self.file = file
        self.system = system
        self.columns = columns
        self.radius = radius
        self.utcOffsetSeconds = utcOffsetSeconds
    }
}
