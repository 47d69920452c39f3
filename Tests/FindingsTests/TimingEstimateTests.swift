import Geodesy
import Inspection
import Testing

@testable import Findings

private typealias Make = DetectionBuilder
private typealias Metres = SIMD2<Double>

/// A flight over matters, placed with poses that are `offset` seconds too late.
private struct LateFlight {
    var offset = 0.3
    var speed = 9.0
    var bias = Metres(0.42, 0.42)
    var noise = 1.0
    /// Metres, one sigma, by which all places of one line are moved together.
    var drift = 0.0
    /// Share of lines over a matter in which it is joined to another one 7 m away, ahead of it.
    var wrong = 0.0
    /// True when what is seen in another line is taken for another matter.
    var isTorn = false
    var numbers: SeededNumbers

    init(seed: UInt64) { numbers = SeededNumbers(state: seed) }

    /// Lines north and south in turn; each matter is in the pictures of two lines or three.
    mutating func mow(_ lines: Int, matters: Int = 30, into estimate: inout TimingEstimate) {
        let places = (0..<matters).map { _ in Metres(numbers.next() * 400, numbers.next() * 30 * Double(lines)) }
        var now = 0.0
        for line in 0..<lines {
            let heading = line % 2 == 0 ? 1.0 : -1
            let moved = Metres(drift * numbers.normal(), drift * numbers.normal())
            for (index, place) in places.enumerated() where abs(place.y - 30 * Double(line)) < 45 {
                let aside = numbers.next() < wrong ? heading * Metres(5, -5) : Metres(0, 0)
                let reached = (heading > 0 ? place.x : 400 - place.x) / speed
                for step in -12...12 {
                    // The slope is the flown speed, a little off for the attitude's own jitter.
                    let slope = Metres(heading * speed + 0.3 * numbers.normal(), 0.3 * numbers.normal())
                    let seen =
                        place + bias + moved + aside + offset * slope
                        + noise * Metres(numbers.normal(), numbers.normal())
                    estimate.add(
                        seen, slope: slope, of: isTorn ? line * matters + index : index, sceneType: "waste.exposed",
                        now: now + reached + Double(step) * 0.2)
                }
            }
            now += 400 / speed + 15
        }
    }
}

@Suite struct TimingEstimateTests {
    private func offset(_ answer: TimingEstimate.Answer) -> Double? {
        if case .known(let offset, _) = answer { offset } else { nil }
    }

    @Test(arguments: [0.3, -0.3, 0, 1.2])
    func `a lawn mower's opposite lines tell the offset`(offset: Double) throws {
        for seed in 1...5 as ClosedRange<UInt64> {
            var flight = LateFlight(seed: seed)
            flight.offset = offset
            var estimate = TimingEstimate()
            flight.mow(6, into: &estimate)
            let found = try #require(self.offset(estimate.answer()))
            #expect(abs(found - offset) <= 0.03, "seed \(seed)")
        }
    }

    @Test func `few sightings joined to the wrong matter move it little`() throws {
        for seed in 1...5 as ClosedRange<UInt64> {
            var flight = LateFlight(seed: seed)
            flight.wrong = 0.15
            var estimate = TimingEstimate()
            flight.mow(6, matters: 60, into: &estimate)
            let found = try #require(offset(estimate.answer()))
            #expect(abs(found - 0.3) <= 0.03, "seed \(seed)")
        }
    }

    @Test(arguments: [0.3, -0.6, 1.2, 1.9])
    func `an offset that tears matters in two is found all the same`(offset: Double) throws {
        for seed in 1...5 as ClosedRange<UInt64> {
            var flight = LateFlight(seed: seed)
            flight.offset = offset
            flight.isTorn = true
            var estimate = TimingEstimate()
            flight.mow(6, into: &estimate)
            let found = try #require(self.offset(estimate.answer()), "seed \(seed)")
            #expect(abs(found - offset) <= 0.03, "seed \(seed)")
        }
    }

    @Test func `heaps in an even row that may be each other's say unknown`() {
        var estimate = TimingEstimate()
        for (line, heading) in [9.0, -9].enumerated() {
            for heap in 0..<20 {
                let slope = Metres(heading, 0)
                for step in 0..<5 {
                    estimate.add(
                        Metres(Double(heap) * 8, 0) + 0.4 * slope, slope: slope, of: 100 * line + heap, sceneType: "",
                        now: Double(line * 100 + heap) + Double(step) / 5)
                }
            }
        }
        #expect(offset(estimate.answer()) == nil)
    }

    /// A constant look-ahead is an offset of its own in each flight: with none, the rest of the error alone must be true.
    @Test(arguments: [0, 0.03]) func `its standard error is true`(systematic: Double) throws {
        var options = TimingEstimate.Options()
        options.systematic = systematic
        var numbers = SeededNumbers(state: 17)
        var within = 0
        var within1 = 0
        for seed in 1...60 as ClosedRange<UInt64> {
            var flight = LateFlight(seed: 100 + seed)
            flight.drift = 0.2
            flight.offset = 0.3 + systematic * numbers.normal()
            var estimate = TimingEstimate(options: options)
            flight.mow(4, matters: 16, into: &estimate)
            guard case .known(let offset, let error) = estimate.answer() else { continue }
            if abs(offset - 0.3) <= 2 * error { within += 1 }
            if abs(offset - 0.3) <= error { within1 += 1 }
        }
        #expect(within >= 54)
        // Nor is it much too great: 41 of 60 would be true.
        #expect(within1 <= 54)
    }

    @Test func `what cannot be told from time is in every standard error`() throws {
        func error(_ systematic: Double) throws -> Double {
            var options = TimingEstimate.Options()
            options.systematic = systematic
            var flight = LateFlight(seed: 1)
            var estimate = TimingEstimate(options: options)
            flight.mow(6, into: &estimate)
            guard case .known(_, let error) = estimate.answer() else {
                Issue.record("no estimate")
                return .nan
            }
            return error
        }
        let (alone, whole) = try (error(0), error(0.03))
        #expect(TimingEstimate.Options().systematic == 0.03)
        #expect(abs(whole * whole - alone * alone - 0.0009) < 1e-9)
    }

    @Test func `a single straight line says unknown, not a number`() {
        for seed in 1...5 as ClosedRange<UInt64> {
            var flight = LateFlight(seed: seed)
            var estimate = TimingEstimate()
            flight.mow(1, into: &estimate)
            #expect(estimate.answer() == .unknown(.tooFewMatters))
        }
    }

    @Test func `lines all flown the same way say unknown`() {
        var numbers = SeededNumbers(state: 3)
        var estimate = TimingEstimate()
        for line in 0..<5 {
            for matter in 0..<20 {
                let slope = Metres(9 + 0.8 * numbers.normal(), 0.8 * numbers.normal())
                let place = Metres(Double(matter) * 20, 0) + 0.3 * slope
                for step in 0..<10 {
                    let noise = Metres(numbers.normal(), numbers.normal())
                    estimate.add(
                        place + noise, slope: slope, of: matter, sceneType: "",
                        now: Double(line * 100 + matter) + Double(step) / 5)
                }
            }
        }
        #expect(estimate.answer() == .unknown(.tooUncertain))
    }

    @Test func `a gimbal that turns over standing matters tells it too`() throws {
        // The aircraft hovers; the camera swings to and fro, and what it sees moves by what it turns.
        var numbers = SeededNumbers(state: 11)
        var estimate = TimingEstimate()
        let places = (0..<8).map { Metres(20 + Double($0) * 8, Double($0 % 3) * 15 - 15) }
        for frame in 0..<600 {
            let at = Double(frame) / 5
            let swing = frame / 40 % 2 == 0 ? 6.0 : -6
            for (index, place) in places.enumerated() {
                // Degrees a second about the vertical, at the matter's distance.
                let turn = swing * .pi / 180
                let slope = Metres(-turn * place.y, turn * place.x)
                let noise = 0.5 * Metres(numbers.normal(), numbers.normal())
                estimate.add(place + 0.25 * slope + noise, slope: slope, of: index, sceneType: "", now: at)
            }
        }
        let found = try #require(offset(estimate.answer()))
        #expect(abs(found - 0.25) <= 0.03)
    }

    @Test func `more than two seconds is no timing offset`() {
        var flight = LateFlight(seed: 4)
        flight.offset = 2.6
        var estimate = TimingEstimate()
        flight.mow(6, into: &estimate)
        #expect(estimate.answer() == .unknown(.tooLarge))
    }

    @Test func `matters that do not agree tell nothing`() {
        var numbers = SeededNumbers(state: 5)
        var estimate = TimingEstimate()
        for matter in 0..<40 {
            for pass in 0..<4 {
                let slope = Metres(pass % 2 == 0 ? 9 : -9, 0)
                let offset = 4 * numbers.next() - 2
                estimate.add(
                    offset * slope, slope: slope, of: matter, sceneType: "",
                    now: Double(100 * pass + matter))
            }
        }
        #expect(offset(estimate.answer()) == nil)
    }

    @Test func `nothing, and what is not finite, is no estimate`() {
        var estimate = TimingEstimate()
        #expect(estimate.answer() == .unknown(.tooFewMatters))
        estimate.add(Metres(.nan, 0), slope: Metres(9, 0), of: 1, sceneType: "", now: 0)
        estimate.add(Metres(0, 0), slope: Metres(.infinity, 0), of: 1, sceneType: "", now: 0)
        estimate.add(Metres(0, 0), slope: Metres(9, 0), of: 1, sceneType: "", now: .nan)
        #expect(estimate.matterCount == 0)
    }

    @Test func `a pass is one view, and a turn within it begins another`() {
        var matter = TimedMatter(sceneType: "", now: 0)
        for step in 0..<20 {
            let slope = Metres(step < 10 ? 9 : -9, 0)
            matter.add(Metres(Double(step), 0), slope: slope, now: Double(step) / 10)
        }
        #expect(matter.views.map(\.slope.x) == [9, -9])
        #expect(matter.views.map(\.place.x) == [4.5, 14.5])
    }

    @Test func `keeps a bounded number of matters and of views`() {
        var options = TimingEstimate.Options()
        options.maximumMatters = 10
        var estimate = TimingEstimate(options: options)
        for matter in 0..<100 {
            for pass in 0..<40 {
                estimate.add(
                    Metres(Double(matter), 0), slope: Metres(pass % 2 == 0 ? 9 : -9, Double(pass % 5)), of: matter,
                    sceneType: "",
                    now: Double(matter * 1000 + pass * 10))
            }
        }
        #expect(estimate.matterCount == 10)
        var one = TimedMatter(sceneType: "", now: 0)
        for pass in 0..<1000 { one.add(Metres(0, 0), slope: Metres(Double(pass % 17), 9), now: Double(pass) * 10) }
        #expect(one.views.count <= 9)
    }

    /// A fused place is linear in the offset, whatever the errors that weigh its sightings.
    @Test func `places that were fused are put right after the fact`() throws {
        var numbers = SeededNumbers(state: 9)
        var late: PlaceFusion?
        var slopes: PlaceFusion?
        var right: PlaceFusion?
        func add(_ fusion: inout PlaceFusion?, _ tag: Geotag, _ place: Metres, _ now: Double) {
            let place = Place(north: place.x, east: place.y)
            if fusion == nil {
                fusion = PlaceFusion(tag, at: place, now: now, weight: 1)
            } else {
                fusion?.add(tag, at: place, now: now, weight: 1)
            }
        }
        for index in 0..<40 {
            let ellipse = ErrorEllipse(
                semiMajor: 2 + 3 * numbers.next(), semiMinor: 1 + numbers.next(), bearing: 180 * numbers.next())
            let tag = Geotag(
                point: Make.origin, method: .rayEllipsoid, ellipse: ellipse, ce90: ellipse.ce90, poseAgeMilliseconds: 0,
                sourceDatum: "")
            let slope = Metres(9 * numbers.normal(), 9 * numbers.normal())
            let place = Metres(numbers.normal(), numbers.normal())
            add(&late, tag, place + 0.3 * slope, Double(index))
            add(&slopes, tag, slope, Double(index))
            add(&right, tag, place, Double(index))
        }
        let (p, g, truth) = try (#require(late).mean, #require(slopes).mean, #require(right).mean)
        let corrected = TimingEstimate.corrected(Metres(p.north, p.east), slope: Metres(g.north, g.east), offset: 0.3)
        #expect((corrected - Metres(truth.north, truth.east)).magnitude < 1e-9)
        #expect((Metres(p.north, p.east) - Metres(truth.north, truth.east)).magnitude > 0.1)
    }
}
