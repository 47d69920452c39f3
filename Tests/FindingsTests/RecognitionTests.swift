import Geodesy
import Inspection
import Synchronization
import Testing

@testable import Findings

private typealias Make = DetectionBuilder

/// What a store would answer, kept as a plain list; and the asking of it.
final class Memory: Sendable {
    private let state = Mutex<(known: [KnownFinding], parts: [FindingID: FindingID], asked: [KnownFindings.Query])>(
        ([], [:], []))

    init(_ known: [KnownFinding] = [], parts: [FindingID: FindingID] = [:]) {
        state.withLock { $0 = (known, parts, []) }
    }

    var asked: [KnownFindings.Query] { state.withLock { $0.asked } }

    func recall(_ query: KnownFindings.Query) -> KnownFindings {
        state.withLock { state in
            state.asked.append(query)
            let decided = state.parts[query.part]
            return KnownFindings(
                decided: decided,
                near: state.known.filter { known in
                    if known.id == decided { return true }
                    let (north, east) = query.point.displacement(to: known.point)
                    return known.sceneType == query.sceneType && known.lastSeen >= query.seenSince
                        && (north * north + east * east).squareRoot() <= query.radius
                })
        }
    }
}

@Suite struct RecognitionTests {
    static let week = -7 * 86_400.0

    private static func id(_ number: UInt64) -> FindingID {
        UUIDv7(milliseconds: 1_700_000_000_000, randomness: (number, number))
    }

    /// A finding of a week ago, metres north and east of the origin.
    private func known(
        _ number: UInt64, _ north: Double, _ east: Double, scene: String = "waste.exposed", sigma: Double = 3.5,
        status: Finding.Status = .open, since: Double = week, lastSeen: Double = week, severity: Severity = .yellow
    ) -> KnownFinding {
        KnownFinding(
            id: Self.id(number), sceneType: scene, severity: severity, status: status, statusSince: Make.utc(since),
            firstSeen: Make.utc(lastSeen - 60), lastSeen: Make.utc(lastSeen), sightings: 40,
            point: Make.origin.moved(north: north, east: east),
            ellipse: ErrorEllipse(semiMajor: sigma, semiMinor: sigma, bearing: 0))
    }

    private func fly(
        _ memory: Memory, _ places: [(north: Double, east: Double)], seconds: Double = 2,
        scene: SceneType = Make.scene(), sigma: Double = 3.5, severity: (Double) -> Severity = { _ in .yellow },
        options: FindingJoiner.Options = .init()
    ) -> (events: [FindingEvent], counters: FindingJoiner.Counters) {
        var joiner = FindingJoiner(
            flight: Make.flight, gateway: Name("gateway")!, ids: TextIDs(), options: options,
            recall: { memory.recall($0) })
        var events: [FindingEvent] = []
        for index in 0..<Int(seconds * 10) {
            let at = Double(index) * 0.1
            let detections = places.enumerated().map { heap, place in
                Make.detection(
                    at: at, place: place, box: Make.box(150 + Double(heap) * 220, 540), scene: scene,
                    severity: severity(at), sigma: sigma)
            }
            events += joiner.observe(detections, at: .seconds(at), utc: Make.utc(at))
        }
        events += joiner.finish()
        return (events, joiner.counters)
    }

    private func ids(_ events: [FindingEvent]) -> [FindingID] {
        var ids: [FindingID] = []
        for event in events where !ids.contains(event.finding.id) { ids.append(event.finding.id) }
        return ids
    }

    @Test func `the same heap a week later is the same finding with more sightings`() throws {
        let memory = Memory([known(1, 2, -3)])
        let (events, counters) = fly(memory, [(0, 0)])
        guard case .recognized(let first, _) = try #require(events.first) else {
            return #expect(Bool(false), "\(events)")
        }
        #expect(first.id == Self.id(1) && first.status == .open)
        #expect(first.firstSeen == Make.utc(Self.week - 60) && first.lastSeen > Make.utc(0))
        let last = try #require(events.last?.finding)
        #expect(last.sightings == 60)
        let part = try #require(last.part)
        #expect(part.sightings == 20 && part.flight == Make.flight.id && part.id != Self.id(1))
        #expect(counters.recognized == 1 && counters.opened == 0)
        #expect(memory.asked.count == 1)
        #expect(memory.asked.first?.part == part.id)
    }

    @Test func `without a memory, and with an empty one, every heap is new`() {
        #expect(fly(Memory(), [(0, 0), (0, 15)]).counters.opened == 2)
    }

    @Test(arguments: [(0.0, true), (5.9, true), (8.9, true), (9.1, false), (12, false), (15, false), (400, false)])
    func `a heap is known within nine metres at most, however poor the positions`(metres: Double, isKnown: Bool) {
        let (_, counters) = fly(Memory([known(1, 0, metres, sigma: 8)]), [(0, 0)], sigma: 8)
        #expect(counters.recognized == (isKnown ? 1 : 0))
    }

    @Test(arguments: [(3.0, true), (5.5, true), (7, false)])
    func `sure positions are believed`(metres: Double, isKnown: Bool) {
        let (_, counters) = fly(Memory([known(1, 0, metres, sigma: 0.5)]), [(0, 0)], sigma: 0.5)
        #expect(counters.recognized == (isKnown ? 1 : 0))
    }

    @Test func `an ellipse is gated along its own axes`() {
        func seen(_ north: Double, _ east: Double) -> Bool {
            var one = known(1, north, east)
            one.ellipse = ErrorEllipse(semiMajor: 6, semiMinor: 0.3, bearing: 0)
            return fly(Memory([one]), [(0, 0)], sigma: 0.3).counters.recognized == 1
        }
        #expect(seen(8.5, 0))
        #expect(!seen(0, 8.5))
    }

    @Test func `another scene type at the place is another matter`() {
        #expect(fly(Memory([known(1, 0, 0, scene: "waste.construction")]), [(0, 0)]).counters.opened == 1)
    }

    @Test func `two heaps fifteen metres apart stay two, each its own known one`() {
        let memory = Memory([known(1, 0, 0), known(2, 0, 15)])
        let (events, counters) = fly(memory, [(1, 2), (-1, 16)])
        #expect(counters.recognized == 2)
        let places = Dictionary(
            events.compactMap { event in event.finding.location.map { (event.finding.id, $0.point) } },
            uniquingKeysWith: { $1 })
        #expect(Set(places.keys) == [Self.id(1), Self.id(2)])
        #expect((places[Self.id(1)]?.longitude ?? 1e3) < (places[Self.id(2)]?.longitude ?? -1e3))
    }

    @Test func `a new heap fifteen metres from a known one is new`() {
        let (events, counters) = fly(Memory([known(1, 0, 0, sigma: 4)]), [(0, 0), (0, 15)], sigma: 4)
        #expect(counters.recognized == 1 && counters.opened == 1)
        #expect(ids(events).count == 2)
    }

    @Test func `of two side by side the better fitting is the known one, whichever opens first`() {
        for places in [[(0.0, 1.0), (0.0, 8.0)], [(0.0, 8.0), (0.0, 1.0)]] {
            let memory = Memory([known(1, 0, 0)])
            let (events, counters) = fly(memory, places.map { (north: $0.0, east: $0.1) })
            #expect(counters.recognized == 1 && counters.opened == 1)
            let east = events.first { $0.finding.id == Self.id(1) }?.finding.location.map {
                Make.origin.displacement(to: $0.point).east
            }
            #expect(abs((east ?? 99) - 1) < 0.5)
        }
    }

    @Test func `a flight that lies seven metres off does not exchange two heaps`() {
        // The first new one lies nearer to the wrong known one.
        let memory = Memory([known(1, 0, 0), known(2, 0, 14)])
        let (events, counters) = fly(memory, [(0, 7.5), (0, 21.5)])
        #expect(counters.recognized == 2)
        let east = events.first { $0.finding.id == Self.id(1) }?.finding.location.map {
            Make.origin.displacement(to: $0.point).east
        }
        #expect(abs((east ?? 99) - 7.5) < 0.5)
    }

    @Test func `what is common to a flight is learnt from its first matches`() {
        var shift = FlightShift()
        let place = Place(north: 0, east: 0)
        for east in [4.0, 4.2] { shift.add(Place(north: 0, east: east), known: place) }
        #expect(shift.east == 0)
        shift.add(Place(north: -30, east: 90), known: place)
        #expect(abs(shift.east - 4.2) < 1e-9 && shift.north == 0)
        for _ in 0..<40 { shift.add(Place(north: 0, east: 40), known: place) }
        #expect(abs(shift.east - FlightShift.maximum) < 1e-9)
    }

    @Test func `what a yaw moves to the left here it moves to the right there`() {
        var shift = FlightShift()
        let place = Place(north: 0, east: 0)
        /// Of the fix, north and east, and of 1.5° of yaw for what lies `east` metres from the camera.
        func common(_ east: Double) -> [SIMD2<Double>] { [SIMD2(2, 0), SIMD2(0, 2), SIMD2(-0.026 * east, 0)] }
        for (east, north) in [(100.0, -2.8), (120, -3.1), (-30, 0.7), (60, -1.5), (90, -2.2)] {
            shift.add(Place(north: north, east: 0.1), known: place, common: common(east))
        }
        #expect(abs(shift.move(common(-130)).x - 3.2) < 1.2)
        #expect(abs(shift.move(common(130)).x + 3.3) < 0.6)
        #expect(abs(shift.move(common(0)).x) < 0.5 && abs(shift.move(common(0)).y) < 0.3)
        // One wrong match of six moves little, and what tells no errors is moved by the median.
        shift.add(Place(north: 8, east: -3), known: place, common: common(80))
        #expect(abs(shift.move(common(-130)).x - 3.2) < 1.5)
        #expect(shift.move([]) == SIMD2(shift.north, shift.east))
        #expect(shift.move(common(-900)).magnitude < FlightShift.maximum + 1e-9)
    }

    @Test func `one of two known ones at a place is met, the nearer`() {
        let (events, _) = fly(Memory([known(1, 0, 5), known(2, 0, -2)]), [(0, 0)])
        #expect(ids(events) == [Self.id(2)])
    }

    @Test(
        arguments: [
            (Footing.flat, nil, 300 * 86_400.0, true), (.flat, nil, 400 * 86_400, false),
            (.standing, nil, 1800, true), (.standing, nil, 4000, false),
            (.standing, 30 * 86_400.0, 20 * 86_400, true), (.flat, 600, 700, false),
        ] as [(Footing, Double?, Double, Bool)])
    func `a thing is remembered for its own time`(footing: Footing, remembered: Double?, age: Double, isKnown: Bool) {
        var scene = Make.scene("waste.exposed", footing)
        scene.remembered = remembered
        let memory = Memory([known(1, 0, 0, lastSeen: -age)])
        #expect(fly(memory, [(0, 0)], scene: scene).counters.recognized == (isKnown ? 1 : 0))
    }

    @Test func `an older recording read later is the same matter too`() {
        #expect(fly(Memory([known(1, 0, 0, lastSeen: 86_400)]), [(0, 0)]).counters.recognized == 1)
    }

    @Test func `a dismissed one is counted under its status, and no better view is told`() {
        let memory = Memory([known(1, 0, 0, status: .dismissed, since: Self.week + 60)])
        let (events, counters) = fly(memory, [(0, 0)], seconds: 10)
        #expect(counters.suppressed == 1 && counters.opened == 0)
        #expect(events.allSatisfy { $0.finding.status == .dismissed && $0.finding.id == Self.id(1) })
        #expect(events.count == 2)
    }

    @Test func `what was dismissed long ago, or is worse now, is a new finding`() {
        let old = Memory([known(1, 0, 0, status: .dismissed, since: -91 * 86_400, lastSeen: Self.week)])
        #expect(fly(old, [(0, 0)]).counters.opened == 1)
        let worse = Memory([known(1, 0, 0, status: .dismissed)])
        #expect(fly(worse, [(0, 0)], severity: { _ in .red }).counters.opened == 1)
    }

    @Test func `a dismissed one that becomes worse in view is a new finding from then on`() throws {
        let memory = Memory([known(1, 0, 0, status: .dismissed)])
        let (events, counters) = fly(memory, [(0, 0)], seconds: 4, severity: { $0 < 2 ? .yellow : .orange })
        #expect(counters.suppressed == 1 && counters.opened == 1)
        let worse = try #require(events.last?.finding)
        #expect(worse.id != Self.id(1) && worse.status == .open && worse.part == nil && worse.severity == .orange)
        #expect(worse.id != events.first?.finding.part?.id)
        // What was dismissed is older.
        #expect(events.first?.finding.firstSeen != worse.firstSeen && worse.firstSeen == Make.utc(0))
        #expect(ids(events) == ids(fly(memory, [(0, 0)], seconds: 4, severity: { $0 < 2 ? .yellow : .orange }).events))
    }

    @Test(arguments: [Finding.Status.closed, .cleared])
    func `what was over and is seen again recurs, with the reason`(status: Finding.Status) throws {
        let (events, counters) = fly(Memory([known(1, 0, 0, status: status, since: -86_400)]), [(0, 0)])
        let finding = try #require(events.first?.finding)
        #expect(counters.recurred == 1 && finding.id == Self.id(1) && finding.status == .open)
        #expect(
            finding.reasons.filter(\.isRecurrence).map(\.condition) == ["seen again after it was \(status.rawValue)"])
    }

    @Test(arguments: [-600.0, 600])
    func `what was closed less than an hour ago, or while this flight flew, is not reopened by it`(since: Double) throws
    {
        let (events, counters) = fly(Memory([known(1, 0, 0, status: .closed, since: since)]), [(0, 0)])
        #expect(counters.recurred == 0 && counters.recognized == 1)
        #expect(events.first?.finding.status == .closed)
    }

    @Test(arguments: [(-3600.0, true), (-5, true), (0.3, false), (600, false)])
    func `what was cleared and is seen after the last look recurs at once, and not by an older recording`(
        since: Double, isBack: Bool
    ) throws {
        // Seen from 0 s to 2 s; the flight that looked for it in vain may have flown beside this one.
        let (events, counters) = fly(Memory([known(1, 0, 0, status: .cleared, since: since)]), [(0, 0)])
        #expect(counters.recognized == 1 && counters.recurred == (isBack ? 1 : 0))
        #expect(events.first?.finding.status == (isBack ? .open : .cleared))
        #expect(events.first?.finding.reasons.contains(where: \.isRecurrence) == isBack)
    }

    @Test func `a part that was decided before is decided the same, wherever the finding lies now`() throws {
        let first = fly(Memory(), [(0, 0)]).events
        let own = try #require(first.first?.finding.id)
        let moved = Memory([known(1, 0, 400), known(2, 0, 0)], parts: [own: Self.id(1)])
        #expect(ids(fly(moved, [(0, 0)]).events) == [Self.id(1)])
        let itself = Memory([known(2, 0, 0)], parts: [own: own])
        #expect(ids(fly(itself, [(0, 0)]).events) == [own])
    }

    @Test func `a whole frame and a thing without a place ask for nothing`() {
        let memory = Memory([known(1, 0, 0)])
        var joiner = FindingJoiner(
            flight: Make.flight, gateway: Name("gateway")!, ids: TextIDs(), recall: { memory.recall($0) })
        for index in 0..<20 {
            let at = Double(index) * 0.1
            _ = joiner.observe(
                [
                    Make.detection(at: at, place: (0, 0), wholeFrame: true),
                    Make.detection(at: at, place: nil, box: Make.box(300, 300), track: "1", rule: "other"),
                ], at: .seconds(at), utc: Make.utc(at))
        }
        #expect(joiner.counters.opened == 2 && memory.asked.isEmpty)
    }

    @Test func `a mark on what is known is a mark of that finding, but not of a dismissed one`() {
        for (status, isKnown) in [(Finding.Status.open, true), (.dismissed, false)] {
            let memory = Memory([known(1, 0, 0, status: status)])
            var joiner = FindingJoiner(
                flight: Make.flight, gateway: Name("gateway")!, ids: TextIDs(), recall: { memory.recall($0) })
            _ = joiner.observe([], at: .seconds(1), utc: Make.utc(1))
            var mark = Make.detection(at: 1, place: (0, 0), box: Make.box(500, 500), kind: .mark, rule: "mark")
            mark.reasons = [.mark(by: "duty", values: [])]
            let event = joiner.mark(mark).last
            #expect((event?.finding.id == Self.id(1)) == isKnown)
        }
    }

    @Test func `a flight restored after a restart goes on with its part`() throws {
        let memory = Memory([known(1, 0, 0)])
        var stored = try #require(fly(memory, [(0, 0)]).events.last?.finding)
        stored.flight = UUIDv7(milliseconds: 5, randomness: (5, 5))
        var joiner = FindingJoiner(
            flight: Make.flight, gateway: Name("gateway")!, ids: TextIDs(), recall: { memory.recall($0) })
        joiner.restore([stored])
        var events: [FindingEvent] = []
        for index in 0..<10 {
            let at = 10 + Double(index) * 0.1
            events += joiner.observe(
                [Make.detection(at: at, place: (0.5, 0.5), box: Make.box(500, 500))], at: .seconds(at),
                utc: Make.utc(at))
        }
        events += joiner.finish()
        let finding = try #require(events.last?.finding)
        #expect(events.count == 1 && finding.id == Self.id(1))
        #expect(finding.part?.id == stored.part?.id && finding.part?.flight == Make.flight.id)
        #expect(finding.part?.sightings == 30 && finding.sightings == 70)
    }
}
