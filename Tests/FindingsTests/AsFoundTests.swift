import Geodesy
import Inspection
import Testing

@testable import Findings

private typealias Make = DetectionBuilder

@Suite struct AsFoundTests {
    private func known(_ gsd: Double?) -> KnownFinding {
        KnownFinding(
            id: UUIDv7(milliseconds: 1, randomness: (1, 1)), sceneType: "waste.exposed", severity: .yellow,
            status: .open, statusSince: Make.utc(-9e5), firstSeen: Make.utc(-9e5),
            lastSeen: Make.utc(-8e5), sightings: 9,
            point: Make.origin, ellipse: ErrorEllipse(semiMajor: 2, semiMinor: 2, bearing: 0), gsd: gsd)
    }

    @Test(
        arguments: [
            (nil, 0.0625), (0.02, 0.0625), (0.05, 0.0625), (0.2, 0.25), (.nan, 0.0625), (-1, 0.0625),
            (.infinity, 0.0625),
        ] as [(Double?, Double)])
    func `a look may be a quarter coarser than what it was found at, or as fine as its size asks for`(
        gsd: Double?, limit: Double
    ) {
        let terms = ReflightTerms().of(known(gsd))
        #expect(abs(terms.gsd - limit) < 1e-12)
        let frame = Frame(
            index: 1, time: .seconds(1), ptsMicroseconds: nil, width: 1920, height: 1080, isKey: false,
            arrival: Make.utc(1))
        var look = ReflightLook(
            frame: frame, utc: Make.utc(1), isExamined: true, isInside: true, gsd: limit, depression: 80, aside: 0,
            camera: Make.origin, sight: .nothing)
        #expect(look.doubt(terms) == .notMeasured)
        look.gsd = limit * 1.001
        #expect(look.doubt(terms) == .tooCoarse)
    }

    @Test func `stated off, the size alone counts; and a plan asks for what a look needs`() {
        var terms = ReflightTerms()
        var plan = ReflightPlan(now: Make.utc(60 * 86_400))
        plan.add(known(0.2), lastLook: nil, terms: terms)
        #expect(plan.wishes.map(\.gsd) == [0.25])
        terms.asFound = 0
        #expect(terms.of(known(0.2)).gsd == 0.0625)
    }

    @Test func `a finding tells the median of its sightings, however many`() throws {
        var joiner = FindingJoiner(flight: Make.flight, gateway: Name("gateway")!, ids: TextIDs())
        for index in 0..<500 {
            let seconds = Double(index) / 5
            var detection = Make.detection(at: seconds, place: (0, 0), box: Make.box(500, 500), track: "1")
            detection.geotag?.gsd = index < 100 ? 0.4 : 0.1 + Double(index) * 1e-5
            _ = joiner.observe([detection], at: .seconds(seconds), utc: Make.utc(seconds))
        }
        let gsd = try #require(joiner.finish().last?.finding.location?.gsd)
        #expect(abs(gsd - 0.103) < 0.001)
        var few = MedianSample()
        #expect(few.median == nil)
        for value in [3.0, .nan, 1, 2] { few.add(value) }
        #expect(few.median == 2)
    }

    /// What a yaw does to things 150 m to the left and to the right of a camera.
    @Test func `a thing that the yaw puts apart from two sides is one, where its errors say so`() {
        for (tells, count) in [(true, 1), (false, 2)] {
            var joiner = FindingJoiner(flight: Make.flight, gateway: Name("gateway")!, ids: TextIDs())
            var opened = 0
            for index in 0..<100 {
                let isBack = index >= 50
                let seconds = Double(index) / 5 + (isBack ? 60 : 0)
                var detection = Make.detection(
                    at: seconds, place: (isBack ? 4.2 : -4.2, 0), box: Make.box(500, 500), track: isBack ? "2" : "1",
                    sigma: 3.5)
                if tells { detection.geotag?.common = [SIMD2(isBack ? 3.2 : -3.2, 0), SIMD2(0, 1)] }
                for event in joiner.observe([detection], at: .seconds(seconds), utc: Make.utc(seconds)) {
                    if case .opened = event { opened += 1 }
                }
            }
            #expect(opened == count)
        }
    }

    @Test func `what lies to the other side of a wrong yaw is known all the same`() {
        var shift = FlightShift()
        for _ in 0..<3 { shift.add(Place(north: -4.7, east: 0), known: Place(north: 0, east: 0)) }
        let recognition = Recognition(options: .init(), began: Make.utc(0), shift: shift)
        func cost(_ north: Double) -> Double? {
            let thing = Recognition.Thing(
                place: Place(north: north, east: 0), covariance: .circular(sigma: 3.5), firstSeen: Make.utc(0),
                seen: Make.utc(1), severity: .yellow, isMarked: false, remembered: 1e9)
            return recognition.cost(thing, known(nil), at: Place(north: 0, east: 0))
        }
        #expect((cost(-4.7) ?? 1) < 0.01)
        #expect(cost(4.7) != nil)
        #expect(cost(6.1) == nil && cost(-13.8) == nil)
    }
}
