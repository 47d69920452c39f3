/// Where the samples of a tile stand: nodes at equal steps of latitude, southward, and longitude, eastward. Degrees.
public struct ElevationGrid: Sendable, Hashable {
    /// Latitude of the first row of nodes.
    public let north: Double
    /// Longitude of the first column of nodes.
    public let west: Double
    /// Above 0.
    public let latitudeStep: Double
    public let longitudeStep: Double
    public let rows: Int
    public let columns: Int
    /// The columns go once around the earth.
    let isGlobal: Bool
    /// Of its longitudes: what others are turned to.
    private let middle: Double

    /// Nil for what is no grid on the globe.
    public init?(
        north: Double, west: Double, latitudeStep: Double, longitudeStep: Double, rows: Int, columns: Int
    ) {
        guard (1...400_000).contains(rows), (1...400_000).contains(columns), latitudeStep > 1e-8, latitudeStep <= 10,
            longitudeStep > 1e-8, longitudeStep <= 10, abs(west) <= 720, north <= 90 + latitudeStep,
            north - latitudeStep * Double(rows - 1) >= -90 - latitudeStep,
            longitudeStep * Double(columns) <= 360 + 2 * longitudeStep
        else { return nil }
        self.north = north
        self.west = west
        self.latitudeStep = latitudeStep
        self.longitudeStep = longitudeStep
        self.rows = rows
        self.columns = columns
        isGlobal = longitudeStep * Double(columns) >= 360 - longitudeStep / 100
        middle = west + longitudeStep * Double(columns - 1) / 2
    }

    var south: Double { north - latitudeStep * Double(rows - 1) }
    var width: Double { longitudeStep * Double(columns - 1) }

    /// Rows south of the first, with fractions.
    func row(_ latitude: Double) -> Double { (north - latitude) / latitudeStep }

    /// Columns east of the first, with fractions; the longitude is turned to the side of the earth where the grid lies.
    func column(_ longitude: Double) -> Double {
        (longitude - middle).wrappedLongitude / longitudeStep + Double(columns - 1) / 2
    }

    func latitude(row: Int) -> Double { north - latitudeStep * Double(row) }
    func longitude(column: Int) -> Double { west + longitudeStep * Double(column) }

    /// The column that holds a node, going around the earth where the grid does.
    func held(row: Int, column: Int) -> (row: Int, column: Int)? {
        guard row >= 0, row < rows else { return nil }
        if column >= 0, column < columns { return (row, column) }
        guard isGlobal else { return nil }
        let around = max(Int((360 / longitudeStep).rounded()), 1)
        let turned = ((column % around) + around) % around
        return turned < columns ? (row, turned) : nil
    }

    /// Rows and columns to add to a node's of this grid for the same node of `other`; nil unless both stand on one lattice.
    func offset(to other: ElevationGrid) -> (rows: Int, columns: Int)? {
        let span = Double(max(rows, columns, other.rows, other.columns))
        guard abs(latitudeStep - other.latitudeStep) * span < 0.01 * latitudeStep,
            abs(longitudeStep - other.longitudeStep) * span < 0.01 * longitudeStep
        else { return nil }
        let down = (other.north - north) / latitudeStep
        let right = (west - other.west).wrappedLongitude / longitudeStep
        guard abs(down - down.rounded()) < 0.02, abs(right - right.rounded()) < 0.02 else { return nil }
        return (Int(down.rounded()), Int(right.rounded()))
    }
}
