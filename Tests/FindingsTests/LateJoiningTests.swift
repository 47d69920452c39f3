import Geodesy
import Inspection
import Testing

@testable import Findings

private typealias Make = DetectionBuilder

/// Heaps flown over there and back by an aircraft whose poses are late, as the joiner gets them.
@Suite struct LateJoiningTests {
    private static let speed = 9.0
    private static let late = 0.3
    /// Metres north and east; none within 15 m of another.
    private static let heaps = (0..<10).map { (north: 40.0 * Double($0), east: Double($0 % 3) * 8) }

    private var joiner: FindingJoiner {
        var joiner = FindingJoiner(flight: Make.flight, gateway: Name("gateway")!, ids: TextIDs())
        joiner.estimateTiming()
        return joiner
    }

    /// One line over all heaps. `taken`: seconds by which the poses are looked up earlier.
    private func fly(
        _ heading: Double, from start: Double, taken: Double = 0, into joiner: inout FindingJoiner
    ) -> [FindingEvent] {
        var events: [FindingEvent] = []
        for frame in 0..<250 {
            let seconds = start + Double(frame) / 5
            let at = heading > 0 ? -20 + Self.speed * Double(frame) / 5 : 430 - Self.speed * Double(frame) / 5
            var seen: [Detection] = []
            for heap in Self.heaps where abs(heap.north - at) < 15 {
                // A pose that is late is of an earlier moment: the place lies behind by the way flown since.
                let offset = -Self.late - taken
                var detection = Make.detection(
                    at: seconds, place: (heap.north + offset * heading * Self.speed, heap.east), sigma: 3)
                detection.geotag?.perSecond = SIMD2(heading * Self.speed, 0)
                seen.append(detection)
            }
            events += joiner.observe(seen, at: .seconds(seconds), utc: Make.utc(seconds))
        }
        return events
    }

    private func worst(_ findings: [Finding]) -> Double {
        findings.compactMap { finding in
            finding.location.flatMap { location in
                Self.heaps.map {
                    let off = Make.origin.moved(north: $0.north, east: $0.east).displacement(to: location.point)
                    return (off.north * off.north + off.east * off.east).squareRoot()
                }.min()
            }
        }.max() ?? .infinity
    }

    @Test func `lines there and back tell how late the poses are, and what was found is put right`() throws {
        var joiner = joiner
        _ = fly(1, from: 0, into: &joiner)
        #expect(joiner.timingAnswer == .unknown(.tooFewMatters))
        _ = fly(-1, from: 100, into: &joiner)
        guard case .known(let offset, _)? = joiner.timingAnswer else {
            Issue.record("not known: \(String(describing: joiner.timingAnswer))")
            return
        }
        #expect(abs(offset + Self.late) < 0.02)
        // Three lines: what is seen from both sides alike lies right without being put so.
        _ = fly(1, from: 200, into: &joiner)
        let corrected = joiner.correctTiming(by: offset)
        #expect(!corrected.isEmpty && corrected.allSatisfy { if case .corrected = $0 { true } else { false } })
        #expect(worst(corrected.map(\.finding)) < 0.3)
        #expect(corrected.allSatisfy { $0.finding.location?.perSecond == nil })
        // With the poses looked up anew the same estimate stands, and nothing moves.
        let next = fly(-1, from: 300, taken: offset, into: &joiner)
        guard case .known(let again, _)? = joiner.timingAnswer else {
            Issue.record("no longer known")
            return
        }
        #expect(abs(again + Self.late) < 0.02)
        #expect(worst((next + joiner.finish()).map(\.finding)) < 0.3)
    }

    @Test func `with the poses put right from the start each heap is one finding at its place`() {
        var joiner = joiner
        joiner.estimateTiming(taken: -Self.late)
        var events = fly(1, from: 0, taken: -Self.late, into: &joiner)
        events += fly(-1, from: 100, taken: -Self.late, into: &joiner) + joiner.finish()
        #expect(Set(events.map(\.finding.id)).count == Self.heaps.count)
        #expect(worst(events.map(\.finding)) < 0.1)
    }

    @Test func `what walks, what is cut off and what no pose placed tell nothing`() {
        var joiner = joiner
        var walking = Make.detection(at: 0, place: (0, 0), scene: Make.scene("person.there", .standing))
        walking.geotag?.perSecond = SIMD2(9, 0)
        var cut = Make.detection(at: 0, place: (50, 0), box: .init(left: 0, top: 0, right: 50, bottom: 50))
        cut.geotag?.perSecond = SIMD2(9, 0)
        let stated = Make.detection(at: 0, place: (100, 0))
        _ = joiner.observe([walking, cut, stated], at: .seconds(0), utc: Make.utc(0))
        #expect(joiner.timedMatters == 0)
    }

    @Test func `a place that does not follow from its pose is not moved`() {
        var joiner = joiner
        for frame in 0..<10 {
            let seconds = Double(frame) / 5
            _ = joiner.observe(
                [Make.detection(at: seconds, place: (0, 0))], at: .seconds(seconds), utc: Make.utc(seconds))
        }
        #expect(joiner.correctTiming(by: -0.3).isEmpty)
    }

    @Test(arguments: [0, .nan, .infinity]) func `no time moves nothing`(_ seconds: Double) {
        var joiner = joiner
        _ = fly(1, from: 0, into: &joiner)
        #expect(joiner.correctTiming(by: seconds).isEmpty)
    }

    @Test func `what was seen once and never again is forgotten by the estimate too`() {
        var joiner = joiner
        var stray = Make.detection(at: 0, place: (0, 0))
        stray.geotag?.perSecond = SIMD2(9, 0)
        _ = joiner.observe([stray], at: .seconds(0), utc: Make.utc(0))
        #expect(joiner.timedMatters == 1)
        _ = joiner.observe([], at: .seconds(60), utc: Make.utc(60))
        #expect(joiner.timedMatters == 0)
    }
}
