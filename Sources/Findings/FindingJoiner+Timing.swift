import Geodesy
import Inspection

extension FindingJoiner {
    /// Begins to estimate anew by how much the metadata are late. `taken`: seconds that are taken out of the poses from now on.
    /// What was placed so far stays where it is: what is told of these poses is not about those before.
    public mutating func estimateTiming(taken: Double = 0) {
        timing = TimingEstimate()
        timingTaken = taken
        for index in matters.indices { matters[index].settleTiming() }
    }

    public mutating func stopEstimatingTiming() { timing = nil }

    /// Things that told of it so far.
    public var timedMatters: Int { timing?.matterCount ?? 0 }

    /// What all sightings of the flight say: of the poses as the stream states them, whatever is taken out of them already.
    /// Ask now and then, not once a frame.
    public var timingAnswer: TimingEstimate.Answer? { timing?.answer() }

    /// The poses are looked up `seconds` earlier than until now: puts right what was placed so far, and tells of every finding
    /// that moves by half a metre or more.
    public mutating func correctTiming(by seconds: Double) -> [FindingEvent] {
        guard seconds != 0, seconds.isFinite else { return [] }
        timingTaken += seconds
        // Learned from places that were wrong.
        shift = FlightShift()
        var events: [FindingEvent] = []
        for index in matters.indices {
            let moved = matters[index].correct(seconds)
            guard matters[index].stage != .tentative, moved >= Self.toldMove else { continue }
            events += tell(index) { .corrected($0, best: $1) }
        }
        return events
    }

    /// Metres.
    private static let toldMove = 0.5

    /// What may walk tells nothing of time.
    mutating func noteTiming(_ sighted: Sighted, of matter: Int) {
        guard timing != nil, !sighted.mayMove, !sighted.isCutOff, let place = sighted.place,
            let slope = sighted.detection.geotag?.perSecond
        else { return }
        timing?.add(
            SIMD2(place.north, place.east) + timingTaken * slope, slope: slope, of: matter,
            sceneType: sighted.detection.sceneType.id, now: clock.now)
    }
}

extension Geotag {
    /// Puts right what was placed with a pose looked up `offset` seconds too late.
    mutating func correct(_ offset: Double) {
        guard let perSecond, let plane = LocalPlane(origin: point) else { return }
        let moved = TimingEstimate.corrected(SIMD2(0, 0), slope: perSecond, offset: offset)
        point = plane.point(at: Place(north: moved.x, east: moved.y), height: point.height)
    }
}
