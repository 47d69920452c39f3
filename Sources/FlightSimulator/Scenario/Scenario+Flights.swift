public import Inspection
import LocatedYAML

extension Scenario {
    /// One of several flights over the same place. What it does not state is the scenario's; what lies on the ground is what
    /// the flight before left.
    public struct Flight: Sendable, Hashable {
        public var name: String
        public var start: UTCTime
        public var seed: UInt64
        /// Seconds of video.
        public var duration: Double
        public var path: [Waypoint]
        public var poseNoise: PoseNoise
        public var timingOffset: Double
        /// What came since the flight before.
        public var added: [Object]
        /// Ids of what went since the flight before.
        public var removed: [String]
    }

    private static let flightsMax = 50
    private static let week: Int64 = 7 * 86_400_000_000

    /// Each flight as a scenario of its own: the scenario itself when it lists none.
    public var flown: [Scenario] {
        guard !flights.isEmpty else { return [self] }
        var standing = objects
        return flights.enumerated().map { index, flight in
            let gone = Set(flight.removed)
            for at in standing.indices where gone.contains(standing[at].id) { standing[at].removal = index + 1 }
            standing += flight.added
            var scenario = self
            scenario.flights = []
            scenario.flightNumber = index + 1
            scenario.name = flight.name
            scenario.start = flight.start
            scenario.flightSeed = flight.seed
            scenario.duration = flight.duration
            scenario.path = flight.path
            scenario.poseNoise = flight.poseNoise
            scenario.timingOffset = flight.timingOffset
            scenario.objects = standing
            return scenario
        }
    }

    /// The key `flights`, over what the rest of the scenario says.
    static func flights(_ top: YAMLMapping, of scenario: Scenario, taken: inout Set<String>) -> [Flight] {
        var flights: [Flight] = []
        var names = taken
        var standing = Set(scenario.objects.map(\.id))
        _ = top.list("flights") { item in
            let number = flights.count + 1
            let flight = Flight(item, number: number, after: flights.last, of: scenario, taken: &names)
            for id in flight.removed where standing.remove(id) == nil {
                item.complain("remove", "names \(id), which does not lie there")
            }
            standing.formUnion(flight.added.map(\.id))
            flights.append(flight)
        }
        if flights.count > flightsMax { top.complain("flights", "has more than \(flightsMax) members") }
        if top.has("flights"), flights.isEmpty { top.complain("flights", "needs at least one flight") }
        taken = names
        return Array(flights.prefix(flightsMax))
    }

    fileprivate static func start(_ item: YAMLMapping, after last: Flight?, of scenario: Scenario) -> UTCTime {
        guard let text = item.optionalString("start_utc") else {
            return last.map { $0.start.advanced(byMicroseconds: week) } ?? scenario.start
        }
        guard let start = UTCTime(rfc3339: text) else {
            item.complain("start_utc", "is no RFC 3339 time", hint: "such as 2026-08-20T02:00:00Z")
            return scenario.start
        }
        if let last, start.microseconds < last.start.microseconds + Int64(last.duration * 1e6) {
            item.complain("start_utc", "must come after the flight before has ended")
        }
        return start
    }
}

extension Scenario.Flight {
    fileprivate init(
        _ item: YAMLMapping, number: Int, after last: Self?, of scenario: Scenario, taken: inout Set<String>
    ) {
        name = item.string("name", default: "\(scenario.name)-\(number)")
        start = Scenario.start(item, after: last, of: scenario)
        let drawn = SeededGenerator.mixed(scenario.seed &+ UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
        seed = item.has("seed") ? UInt64(item.int("seed", default: 1, in: seedRange)) : drawn
        var (path, duration) = (scenario.path, scenario.duration)
        if let own = Scenario.path(item) {
            if own.isEmpty { item.complain("path", "needs at least one waypoint") } else { path = own }
            duration = path.last?.time ?? 0
            if !(0.04...3600).contains(duration) {
                item.complain("path", "must last from 0.04 to 3600 s")
                duration = 1
            }
        }
        (self.path, self.duration) = (path, duration)
        poseNoise = item.optionalMapping("pose_noise") { Scenario.PoseNoise($0) } ?? scenario.poseNoise
        timingOffset = item.number("timing_offset_ms", default: scenario.timingOffset, in: -5000...5000)
        removed = item.strings("remove")
        added = Scenario.objects(item, "add", flight: number, taken: &taken)
    }
}
