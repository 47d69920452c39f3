import Geodesy
import Inspection
import Testing

@testable import Findings

private typealias Make = DetectionBuilder
private typealias Metres = SIMD2<Double>

/// A flight at 120 m over matters, whose poses are all wrong by the same.
private struct TurnedFlight {
    /// Of north, east, height, yaw, pitch and roll, in sigmas.
    var errors = [0, 0, 0, 1.2, -0.8, 0.5]
    var noise = 1.0
    /// Share of lines over a matter in which it is joined to another one 8 m away.
    var wrong = 0.0
    /// True when what is seen in another line is taken for another matter.
    var isTorn = false
    /// Seconds that the metadata are late.
    var late = 0.0
    var numbers: SeededNumbers
    private(set) var places: [Metres] = []

    static let height = 120.0
    static let speed = 10.0

    init(seed: UInt64, matters: Int = 30) {
        numbers = SeededNumbers(state: seed)
        places = (0..<matters).map { _ in Metres(numbers.next() * 300, numbers.next() * 200) }
    }

    /// What one sigma of each error does to a place `offset` metres from below the camera.
    static func common(_ offset: Metres, heading: Double) -> [Metres] {
        let degree = Double.pi / 180
        let ahead = Metres(heading * height * 0.5 * degree, 0)
        return [
            Metres(2, 0), Metres(0, 2), offset * (3 / height), Metres(-offset.y, offset.x) * (1.5 * degree), ahead,
            Metres(0, heading * height * 0.5 * degree),
        ]
    }

    static func off(_ common: [Metres], _ errors: [Double]) -> Metres {
        zip(common, errors).reduce(Metres(0, 0)) { $0 + $1.1 * $1.0 }
    }

    /// Lines north and south in turn, 60 m apart; each matter is in the pictures of two lines or three.
    mutating func mow(_ lines: Int = 4, into estimate: inout CommonErrorEstimate) {
        var now = 0.0
        for line in 0..<lines {
            let heading = line.isMultiple(of: 2) ? 1.0 : -1
            for (index, place) in places.enumerated() where abs(place.y - 60 * Double(line)) < 90 {
                let aside = numbers.next() < wrong ? Metres(6, -5) : Metres(0, 0)
                let reached = (heading > 0 ? place.x : 300 - place.x) / Self.speed
                for step in -12...12 {
                    let offset = Metres(-heading * Double(step) * 2 + 20 * heading, place.y - 60 * Double(line))
                    let common = Self.common(offset, heading: heading)
                    let slope = Metres(heading * Self.speed, 0)
                    let seen =
                        place + aside + Self.off(common, errors) - late * slope
                        + noise * Metres(numbers.normal(), numbers.normal())
                    estimate.add(
                        .init(place: seen, slope: slope, common: common, variance: 1, count: 1),
                        of: isTorn ? line * places.count + index : index, sceneType: Make.scene(),
                        seen: Make.utc(now + reached), now: now + reached + Double(step) / 5)
                }
            }
            now += 300 / Self.speed + 15
        }
    }

    /// Metres by which `answer` leaves places wrong against each other: a shift of all is nobody's to tell.
    func worst(_ answer: CommonErrors?) -> Double {
        let left = zip(errors, answer?.sigmas ?? Array(repeating: 0, count: 6)).map { $0 - $1 }
        let moves = [1.0, -1].flatMap { heading in
            [Metres(40, 80), Metres(40, -80), Metres(-10, 60), Metres(20, 0)].map {
                Self.off(Self.common(heading * $0, heading: heading), left)
            }
        }
        let mean = moves.reduce(Metres(0, 0), +) / Double(moves.count)
        return moves.map { ($0 - mean).magnitude }.max() ?? 0
    }
}

@Suite struct CommonErrorEstimateTests {
    private static let nothing = [0.0, 0, 0, 0, 0, 0]

    @Test(arguments: [
        [0, 0, 0, 1.2, -0.8, 0.5], [0, 0, 0, -2, 0, 0], [0.5, -0.5, 0.3, 0, 1, -1], [0, 0, 0, 3, 0, 0],
    ])
    func `opposite lines tell a camera that is turned`(errors: [Double]) throws {
        for seed in 1...5 as ClosedRange<UInt64> {
            var flight = TurnedFlight(seed: seed)
            flight.errors = errors
            var estimate = CommonErrorEstimate()
            flight.mow(into: &estimate)
            let answer = try #require(estimate.answer(taken: 0, recall: nil))
            #expect(flight.worst(nil) > 2 && flight.worst(answer) < 0.6, "seed \(seed)")
            #expect(answer.known == 0 && answer.matters > 20)
        }
    }

    @Test func `a flight with nothing wrong is left nearly as it is`() {
        for seed in 1...5 as ClosedRange<UInt64> {
            var flight = TurnedFlight(seed: seed)
            flight.errors = Self.nothing
            var estimate = CommonErrorEstimate()
            flight.mow(into: &estimate)
            #expect(flight.worst(estimate.answer(taken: 0, recall: nil)) < 0.6, "seed \(seed)")
        }
    }

    @Test func `sightings joined to the wrong matter move it little, and torn matters are put together`() {
        for seed in 1...5 as ClosedRange<UInt64> {
            var flight = TurnedFlight(seed: seed, matters: 60)
            flight.wrong = 0.15
            var estimate = CommonErrorEstimate()
            flight.mow(into: &estimate)
            #expect(flight.worst(estimate.answer(taken: 0, recall: nil)) < 0.8, "seed \(seed)")
            var torn = TurnedFlight(seed: seed, matters: 30)
            torn.errors = [0, 0, 0, 0.8, 0, 0]
            torn.isTorn = true
            estimate = CommonErrorEstimate()
            torn.mow(into: &estimate)
            #expect(torn.worst(estimate.answer(taken: 0, recall: nil)) < 0.8, "seed \(seed)")
        }
    }

    @Test func `a time that is taken elsewhere is no error here`() {
        var flight = TurnedFlight(seed: 3)
        flight.late = 0.3
        var estimate = CommonErrorEstimate()
        flight.mow(into: &estimate)
        #expect(flight.worst(estimate.answer(taken: -0.3, recall: nil)) < 0.6)
    }

    @Test func `one line alone tells nothing, and what is known of its matters does`() throws {
        for seed in 1...5 as ClosedRange<UInt64> {
            var flight = TurnedFlight(seed: seed, matters: 12)
            flight.errors = [0.3, -0.3, 0, 1.2, 0, 0]
            var estimate = CommonErrorEstimate()
            flight.mow(1, into: &estimate)
            let places = flight.places
            let answer = estimate.answer(taken: 0) { _, near, _ in places.filter { ($0 - near).magnitude <= 22 } }
            let known = try #require(answer)
            #expect(known.known >= 3)
            for place in places where abs(place.y) < 90 {
                let common = TurnedFlight.common(Metres(20, place.y), heading: 1)
                let left = TurnedFlight.off(common, zip(flight.errors, known.sigmas).map { $0 - $1 })
                #expect(left.magnitude < 1.5, "seed \(seed)")
            }
        }
    }

    @Test func `two heaps 15 m apart, of which one went as the other came, are not drawn together`() throws {
        var flight = TurnedFlight(seed: 9, matters: 10)
        flight.errors = Self.nothing
        var estimate = CommonErrorEstimate()
        flight.mow(1, into: &estimate)
        // What is known of three lies 8 m aside, within reach.
        let places = flight.places.enumerated().map { $0 < 3 ? $1 + Metres(0, 8) : $1 }
        let answer = estimate.answer(taken: 0) { _, near, _ in places.filter { ($0 - near).magnitude <= 22 } }
        for place in flight.places {
            let common = TurnedFlight.common(Metres(20, place.y), heading: 1)
            #expect(TurnedFlight.off(common, answer?.sigmas ?? Self.nothing).magnitude < 1.5)
        }
    }

    @Test func `two matters are too few, and none is none`() {
        var estimate = CommonErrorEstimate()
        #expect(estimate.answer(taken: 0, recall: nil) == nil)
        var flight = TurnedFlight(seed: 1, matters: 2)
        flight.mow(into: &estimate)
        #expect(estimate.answer(taken: 0, recall: nil) == nil)
    }

    @Test func `views that are no numbers, or of other errors, are not taken`() {
        var estimate = CommonErrorEstimate()
        var flight = TurnedFlight(seed: 2)
        flight.mow(into: &estimate)
        let answer = estimate.answer(taken: 0, recall: nil)
        let common = TurnedFlight.common(Metres(0, 0), heading: 1)
        func add(_ place: Metres, _ common: [Metres], variance: Double = 1) {
            estimate.add(
                .init(place: place, slope: Metres(0, 0), common: common, variance: variance, count: 1), of: 0,
                sceneType: Make.scene(), seen: Make.utc(0), now: 500)
        }
        add(Metres(.nan, 0), common)
        add(Metres(0, 0), [])
        add(Metres(0, 0), Array(common.dropLast()))
        add(Metres(0, 0), common, variance: .infinity)
        add(Metres(0, 0), common.map { _ in Metres(.infinity, 0) })
        #expect(estimate.answer(taken: 0, recall: nil) == answer)
    }

    @Test func `it is taken out of the place of whatever tells its errors`() throws {
        var joiner = FindingJoiner(
            flight: Make.flight, gateway: Name("gateway")!, ids: TextIDs(), options: FindingJoiner.Options())
        joiner.take(CommonErrors(sigmas: [2, -1]))
        func place(_ common: [Metres]) throws -> Metres {
            var detection = Make.detection(at: 0, place: (10, 20), box: Make.box(100, 100))
            detection.geotag?.common = common
            let errors = try #require(joiner.errorsTaken)
            let placed = Sighted(detection.without(errors), on: LocalPlane(origin: Make.origin)).place
            let found = try #require(placed)
            return Metres(found.north, found.east)
        }
        #expect((try place([Metres(1, 0), Metres(0, 3)]) - Metres(8, 23)).magnitude < 0.01)
        #expect((try place([]) - Metres(10, 20)).magnitude < 0.01)
        #expect((try place([Metres(.nan, 0), Metres(0, 0)]) - Metres(10, 20)).magnitude < 0.01)
    }
}
