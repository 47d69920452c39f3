/// What one flight saw of the ground, as it is kept.
public struct FlightCoverage: Sendable, Hashable {
    public var flight: FlightID
    public var source: Name
    /// Day of the flight's first frame at the gateway's place, such as `2026-08-20`.
    public var day: String
    /// Metres of ground a pixel, at which and finer it was seen.
    public var gsd: Double
    /// Width of its cells, metres.
    public var cell: Double
    /// Square kilometres of the ellipsoid.
    public var squareKilometers: Double
    /// The cells as `Geodesy` writes them.
    public var cells: [UInt8]

    public init(
        flight: FlightID, source: Name, day: String, gsd: Double, cell: Double, squareKilometers: Double,
        cells: [UInt8]
    ) {
        self.flight = flight
        self.source = source
        self.day = day
        self.gsd = gsd
        self.cell = cell
        self.squareKilometers = squareKilometers
        self.cells = cells
    }

    /// The day of a moment where clocks are `offset` seconds ahead of UTC.
    public static func day(of time: UTCTime, utcOffset offset: Int) -> String {
        String(time.advanced(byMicroseconds: Int64(offset) &* 1_000_000).rfc3339.prefix(10))
    }

    /// Four digits, two, and two, with hyphens between.
    public static func isDay(_ text: String) -> Bool {
        text.utf8.count == 10 && UTCTime(rfc3339: text + "T00:00:00Z") != nil
    }
}

/// Where coverages are kept, one a flight. Implemented by `Store`.
public protocol CoverageStore: Sendable {
    /// In place of what was kept of the flight. Of very many flights the oldest give way.
    func save(_ coverage: FlightCoverage) async throws(StoreError)

    func coverage(of flight: FlightID) async throws(StoreError) -> FlightCoverage?

    /// Of the newest days first; nil asks for any.
    func coverages(
        day: String?, source: Name?, limit: Int
    ) async throws(StoreError) -> [FlightCoverage]
}
