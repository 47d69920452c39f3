/// All flights of a scenario, one after the other over the same place.
public struct Simulation: Sendable {
    public let scenario: Scenario
    public let flights: [SimulatedFlight]

    public init(_ scenario: Scenario) {
        self.scenario = scenario
        var flights: [SimulatedFlight] = []
        var shaped: [Int: Thing] = [:]
        for flown in scenario.flown {
            let flight = SimulatedFlight(flown, shaped: shaped)
            for thing in flight.things { shaped[thing.object.number] = thing }
            flights.append(flight)
        }
        self.flights = flights
    }

    /// The elevation tile of a place that is not flat, with its heights above the ellipsoid.
    public var terrain: ReliefTile? {
        scenario.relief.map { ReliefTile($0, scenarios: flights.map(\.scenario), site: Site(scenario)) }
    }

    /// Writes each flight into `directory`, which is made when missing: `flight.ts`, `truth.geojson` and `scenario.json`, or
    /// with several flights `flight-1.ts` and so on; and `terrain/ground.tif` where the ground is not flat. `progress` is
    /// called with 0…1.
    public func write(
        to directory: String, pictures: Pictures = .drawn, progress: (Double) -> Void = { _ in }
    ) throws(SimulatorError) -> [SimulationSummary] {
        let base = try OutputFile.directory(directory)
        if let terrain {
            try OutputFile.save(terrain.geoTIFF(), OutputFile.directory(base + "terrain") + "ground.tif")
        }
        var summaries: [SimulationSummary] = []
        for (index, flight) in flights.enumerated() {
            let suffix = scenario.flights.isEmpty ? "" : "-\(index + 1)"
            summaries.append(
                try flight.write(to: base, suffix: suffix, pictures: pictures) { part in
                    progress((Double(index) + part) / Double(flights.count))
                })
        }
        return summaries
    }
}
