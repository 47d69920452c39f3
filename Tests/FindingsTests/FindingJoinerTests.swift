import Findings
import Geodesy
import Inspection
import Testing

private typealias Make = DetectionBuilder

/// Runs frames through a joiner, 25 a second unless said otherwise.
private struct Flown {
    var joiner: FindingJoiner
    var events: [FindingEvent] = []

    init(_ change: (inout FindingJoiner.Options) -> Void = { _ in }) {
        var options = FindingJoiner.Options()
        change(&options)
        joiner = FindingJoiner(flight: Make.flight, gateway: Name("gateway")!, ids: TextIDs(), options: options)
    }

    mutating func see(_ seconds: Double, _ detections: [Detection]) {
        events += joiner.observe(detections, at: .seconds(seconds), utc: Make.utc(seconds))
    }

    mutating func see(
        from start: Double, to end: Double, every step: Double = 0.04, _ detections: (Double) -> [Detection]
    ) {
        for index in 0..<Int(((end - start) / step).rounded()) {
            let seconds = start + Double(index) * step
            see(seconds, detections(seconds))
        }
    }

    mutating func finish() { events += joiner.finish() }

    var opened: [Finding] { events.compactMap { if case .opened(let finding, _) = $0 { finding } else { nil } } }
    var updated: [Finding] { events.compactMap { if case .updated(let finding, _) = $0 { finding } else { nil } } }
    var improved: [FindingEvent] { events.filter { if case .improved = $0 { true } else { false } } }
}

@Suite struct FindingJoinerTests {
    private func offset(_ finding: Finding) throws -> (north: Double, east: Double) {
        Make.origin.displacement(to: try #require(finding.location).point)
    }

    @Test func `two heaps 15 m apart are two, with errors far larger than the gap`() throws {
        var noise = SeededNumbers(state: 1)
        var flown = Flown()
        flown.see(from: 0, to: 8) { seconds in
            [0.0, 15].map { east in
                Make.detection(at: seconds, place: (noise.normal() * 2, east + noise.normal() * 2), sigma: 6)
            }
        }
        flown.finish()
        #expect(flown.opened.count == 2)
        let ends = try flown.updated.map { try offset($0).east }.sorted()
        #expect(abs(ends[0]) < 2 && abs(ends[1] - 15) < 2)
        #expect(flown.updated.allSatisfy { $0.sightings == 200 })
    }

    @Test func `two heaps 15 m apart that are never in one picture are two`() {
        var noise = SeededNumbers(state: 2)
        var flown = Flown()
        for (start, east) in [(0.0, 0.0), (4, 15), (40, 0), (44, 15)] {
            flown.see(from: start, to: start + 3) { seconds in
                [Make.detection(at: seconds, place: (noise.normal(), east + noise.normal()), sigma: 8)]
            }
        }
        flown.finish()
        #expect(flown.opened.count == 2)
    }

    @Test(arguments: 1...6) func `two heaps 15 m apart with 3 m of noise are two`(_ seed: UInt64) {
        var noise = SeededNumbers(state: seed)
        var flown = Flown()
        flown.see(from: 0, to: 8) { seconds in
            [0.0, 15].map { east in
                Make.detection(at: seconds, place: (noise.normal() * 3, east + noise.normal() * 3), sigma: 5)
            }
        }
        #expect(flown.opened.count == 2)
    }

    @Test func `positions that jump to and fro are one heap`() throws {
        var flown = Flown()
        flown.see(from: 0, to: 1) { [Make.detection(at: $0, place: (0, 0))] }
        for index in 25..<100 {
            let seconds = Double(index) * 0.04
            flown.see(seconds, [Make.detection(at: seconds, place: index % 2 == 0 ? (0, 0) : (0, 11))])
        }
        flown.finish()
        #expect(flown.opened.count == 1)
        #expect(abs(try offset(try #require(flown.updated.last)).east) < 0.1)
        #expect(flown.joiner.counters.absorbed > 0)
    }

    @Test func `a heap that comes back a little aside is known again`() throws {
        var flown = Flown()
        flown.see(from: 0, to: 1) { [Make.detection(at: $0, place: (0, 0))] }
        // Each beyond the gate of 7.07 m; their mean within it.
        for (index, place) in [(7.2, 0.0), (6.2, 3.8), (5.2, 5.2)].enumerated() {
            let seconds = 60 + Double(index) * 0.1
            flown.see(seconds, [Make.detection(at: seconds, place: place)])
        }
        flown.finish()
        #expect(flown.opened.count == 1)
        #expect(flown.updated.last?.sightings == 28)
    }

    @Test(arguments: 1...8) func `one heap with 3 m of noise over 200 frames is one`(_ seed: UInt64) throws {
        var noise = SeededNumbers(state: seed)
        var flown = Flown()
        flown.see(from: 0, to: 8) { seconds in
            [Make.detection(at: seconds, place: (noise.normal() * 3, noise.normal() * 3), sigma: 5)]
        }
        flown.finish()
        #expect(flown.opened.count == 1)
        let last = try #require(flown.updated.last)
        #expect(last.sightings > 194)
        let place = try offset(last)
        #expect(abs(place.north) < 1 && abs(place.east) < 1)
    }

    @Test func `the common part of the error does not average down`() throws {
        var flown = Flown()
        flown.see(from: 0, to: 60) { [Make.detection(at: $0, place: (0, 0), sigma: 4)] }
        flown.finish()
        let first = try #require(flown.opened.first?.location)
        let last = try #require(flown.updated.last?.location)
        #expect(last.ce90 < first.ce90)
        #expect(last.ce90 > first.ce90 * 0.75.squareRoot())
        #expect(abs(last.ellipse.ce90 - last.ce90) < 1e-9)
    }

    @Test func `a new track id at the same place is the same heap`() {
        var flown = Flown()
        flown.see(from: 0, to: 2) { [Make.detection(at: $0, place: (0, 0), track: "1")] }
        flown.see(from: 2, to: 4) { [Make.detection(at: $0, place: (1, 1), track: "2")] }
        flown.see(from: 60, to: 62) { [Make.detection(at: $0, place: (3, -2), track: "3")] }
        flown.finish()
        #expect(flown.opened.count == 1)
        #expect(flown.updated.last?.sightings == 150)
    }

    @Test func `swapped track ids do not swap the heaps`() throws {
        var flown = Flown()
        flown.see(from: 0, to: 2) {
            [Make.detection(at: $0, place: (0, 0), track: "a"), Make.detection(at: $0, place: (0, 15), track: "b")]
        }
        flown.see(from: 2, to: 4) {
            [Make.detection(at: $0, place: (0, 0), track: "b"), Make.detection(at: $0, place: (0, 15), track: "a")]
        }
        flown.finish()
        #expect(flown.opened.count == 2)
        let ends = try flown.updated.map { try offset($0).east }.sorted()
        #expect(abs(ends[0]) < 0.1 && abs(ends[1] - 15) < 0.1)
        #expect(flown.joiner.counters.trackDisagreements > 0)
    }

    @Test func `wrong labels in single frames open nothing`() {
        var noise = SeededNumbers(state: 3)
        var flown = Flown()
        flown.see(from: 0, to: 60, every: 0.2) { seconds in
            noise.next() < 0.15
                ? [Make.detection(at: seconds, place: (noise.next() * 400, noise.next() * 400), confidence: 0.9)] : []
        }
        flown.finish()
        #expect(flown.opened.isEmpty)
        #expect(flown.joiner.counters.forgotten > 20)
    }

    @Test func `three frames in a twentieth of a second open nothing yet`() {
        var flown = Flown()
        flown.see(from: 0, to: 0.06, every: 0.02) { [Make.detection(at: $0, place: (0, 0))] }
        #expect(flown.opened.isEmpty)
        flown.see(0.2, [Make.detection(at: 0.2, place: (0, 0))])
        #expect(flown.opened.count == 1)
        #expect(flown.opened.first?.sightings == 4)
    }

    @Test func `missed frames do not part a heap`() {
        var noise = SeededNumbers(state: 4)
        var flown = Flown()
        flown.see(from: 0, to: 20) { seconds in
            noise.next() < 0.3 ? [Make.detection(at: seconds, place: (noise.normal(), noise.normal()))] : []
        }
        flown.finish()
        #expect(flown.opened.count == 1)
    }

    @Test func `a walking person with a track id is one`() throws {
        var noise = SeededNumbers(state: 5)
        var flown = Flown()
        let scene = Make.scene("worker.no_dust_mask", .standing)
        flown.see(from: 0, to: 16) { seconds in
            [
                Make.detection(
                    at: seconds, place: (1.25 * seconds + noise.normal() * 0.5, noise.normal() * 0.5), track: "w",
                    scene: scene)
            ]
        }
        flown.finish()
        #expect(flown.opened.count == 1)
        #expect(flown.updated.last?.sightings == 400)
        // A thing that moved is where its picture shows it, not in the middle of its walk.
        let best = try #require(flown.events.last?.best.geotag)
        #expect(flown.updated.last?.location == best)
    }

    @Test func `a walking person without a track id is one`() {
        var flown = Flown()
        let scene = Make.scene("worker.no_dust_mask", .standing)
        flown.see(from: 0, to: 16, every: 0.2) { [Make.detection(at: $0, place: (1.25 * $0, 0), scene: scene)] }
        flown.finish()
        #expect(flown.opened.count == 1)
    }

    @Test func `without a place a thing is joined by its track or its box`() {
        var flown = Flown()
        flown.see(from: 0, to: 2) { [Make.detection(at: $0, place: nil, track: "1")] }
        flown.see(from: 2, to: 4) { [Make.detection(at: $0, place: nil, box: Make.box(500 + 20 * $0, 500))] }
        flown.finish()
        #expect(flown.opened.count == 2)
        #expect(flown.opened.allSatisfy { $0.location == nil && $0.refusal == .aboveHorizon })
        #expect(flown.updated.map(\.sightings) == [50, 50])
        #expect(flown.joiner.counters.withoutLocation == 100)
    }

    @Test func `a thing first seen without a place gets one later`() throws {
        var flown = Flown()
        flown.see(from: 0, to: 1) { [Make.detection(at: $0, place: nil, box: Make.box(500, 500))] }
        flown.see(from: 1, to: 2) { [Make.detection(at: $0, place: (7, 8), box: Make.box(500, 500))] }
        flown.finish()
        #expect(flown.opened.count == 1)
        let last = try #require(flown.updated.last)
        #expect(abs(try offset(last).north - 7) < 0.01)
        #expect(last.refusal == nil)
    }

    @Test func `scene types are never joined`() {
        var flown = Flown()
        flown.see(from: 0, to: 1) {
            [
                Make.detection(at: $0, place: (0, 0), box: Make.box(500, 500)),
                Make.detection(at: $0, place: (0, 0), box: Make.box(500, 500), scene: Make.scene("water.black")),
            ]
        }
        #expect(Set(flown.opened.map(\.sceneType)) == ["waste.exposed", "water.black"])
    }

    @Test func `two rules about one object are one sighting, the more severe told`() {
        var flown = Flown()
        flown.see(from: 0, to: 1) {
            [
                Make.detection(at: $0, place: (0, 0), box: Make.box(500, 500)),
                Make.detection(at: $0, place: (0, 0), box: Make.box(500, 500), severity: .red, rule: "large-waste"),
            ]
        }
        flown.finish()
        #expect(flown.opened.count == 1)
        #expect(flown.opened.first?.severity == .red)
        #expect(flown.opened.first?.rule == "large-waste")
        #expect(flown.updated.last?.sightings == 25)
        #expect(flown.joiner.counters.duplicates == 25)
    }

    @Test func `a rule about whole frames makes one finding while it lasts`() {
        var flown = Flown()
        flown.see(from: 0, to: 4) { [Make.detection(at: $0, place: ($0 * 10, 0), wholeFrame: true)] }
        flown.see(from: 60, to: 62) { [Make.detection(at: $0, place: ($0 * 10, 0), wholeFrame: true)] }
        flown.finish()
        #expect(flown.opened.count == 2)
        #expect(flown.opened.allSatisfy { $0.location != nil })
    }

    @Test func `a person's mark opens at once`() {
        var flown = Flown()
        flown.see(0, [Make.detection(at: 0, place: (0, 0), kind: .mark)])
        #expect(flown.opened.count == 1)
    }
}
