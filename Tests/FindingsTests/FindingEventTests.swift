import Findings
import Geodesy
import Inspection
import Testing

private typealias Make = DetectionBuilder

@Suite struct FindingEventTests {
    private func joiner(_ change: (inout FindingJoiner.Options) -> Void = { _ in }) -> FindingJoiner {
        var options = FindingJoiner.Options()
        change(&options)
        return FindingJoiner(flight: Make.flight, gateway: Name("gateway")!, ids: TextIDs(), options: options)
    }

    private func kinds(_ events: [FindingEvent]) -> [String] {
        events.map { event in
            switch event {
            case .opened: "opened"
            case .recognized: "recognized"
            case .improved: "improved"
            case .marked: "marked"
            case .updated: "updated"
            case .corrected: "corrected"
            }
        }
    }

    @Test func `a heap in view for a minute tells twice, not once a frame`() {
        var joiner = joiner()
        var events: [FindingEvent] = []
        for index in 0..<2500 {
            let seconds = Double(index) * 0.04
            let detections = seconds < 60 ? [Make.detection(at: seconds, place: (0, 0), box: Make.box(960, 540))] : []
            events += joiner.observe(detections, at: .seconds(seconds), utc: Make.utc(seconds))
        }
        #expect(kinds(events) == ["opened", "updated"])
        #expect(events.last?.finding.sightings == 1500)
        #expect(kinds(joiner.finish()) == [])
    }

    @Test func `much better views are told, twice at most`() throws {
        var joiner = joiner()
        var events: [FindingEvent] = []
        for index in 0..<1000 {
            let seconds = Double(index) * 0.04
            let box = Make.box(960, 540, 20 + 5 * seconds)
            events += joiner.observe(
                [Make.detection(at: seconds, place: (0, 0), box: box)], at: .seconds(seconds), utc: Make.utc(seconds))
        }
        #expect(kinds(events) == ["opened", "improved", "improved"])
        let boxes = events.compactMap { $0.best.object?.box?.width }
        #expect(boxes.count == 3 && boxes[1] >= boxes[0] * 1.49 && boxes[2] >= boxes[1] * 1.49)
        #expect(events[1].finding.id == events[0].finding.id)
        #expect(events[1].finding.sightings > events[0].finding.sightings)
    }

    @Test func `the best picture is large, central and whole`() throws {
        var joiner = joiner { $0.openAfterSightings = 4 }
        let boxes = [
            Make.box(960, 540, 50), Make.box(960, 540, 120), Make.box(300, 200, 120),
            FrameObject.Box(left: 0, top: 480, right: 120, bottom: 600),
        ]
        var events: [FindingEvent] = []
        for (index, box) in boxes.enumerated() {
            let seconds = Double(index) * 0.1
            events += joiner.observe(
                [Make.detection(at: seconds, place: (0, 0), box: box)], at: .seconds(seconds), utc: Make.utc(seconds))
        }
        #expect(events.first?.best.object?.box == boxes[1])
    }

    @Test func `risen severity is told at once`() {
        var joiner = joiner()
        var events: [FindingEvent] = []
        for index in 0..<20 {
            let seconds = Double(index) * 0.1
            let severity: Severity = index < 10 ? .yellow : .red
            events += joiner.observe(
                [Make.detection(at: seconds, place: (0, 0), severity: severity)], at: .seconds(seconds),
                utc: Make.utc(seconds))
        }
        #expect(kinds(events) == ["opened", "updated"])
        #expect(events.last?.finding.severity == .red)
        #expect(events.last?.finding.sightings == 11)
    }

    @Test func `the same input gives the same findings whatever the order within a frame`() {
        func run(reversed: Bool) -> [Finding] {
            var noise = SeededNumbers(state: 9)
            var joiner = joiner()
            var findings: [Finding] = []
            for index in 0..<300 {
                let seconds = Double(index) * 0.1
                var detections = (0..<6).map { heap in
                    Make.detection(
                        at: seconds, place: (noise.normal(), Double(heap) * 14 + noise.normal()),
                        box: Make.box(200 + Double(heap) * 250, 500), confidence: noise.next())
                }
                if reversed { detections.reverse() }
                findings += joiner.observe(detections, at: .seconds(seconds), utc: Make.utc(seconds)).map(\.finding)
            }
            return findings + joiner.finish().map(\.finding)
        }
        let once = run(reversed: false)
        #expect(once == run(reversed: false))
        #expect(once == run(reversed: true))
        #expect(Set(once.map(\.id)).count == 6)
    }

    @Test func `an id is made of gateway, content, rule and first detection`() throws {
        var joiner = joiner()
        var events: [FindingEvent] = []
        for seconds in [0.5, 0.6, 0.7] {
            events += joiner.observe(
                [Make.detection(at: seconds, place: (0, 0), box: Make.box(100, 100), track: "7")],
                at: .seconds(seconds),
                utc: Make.utc(seconds))
        }
        let utc = Make.utc(0.5)
        let expected = TextIDs().uuid(
            at: utc,
            of: ["gateway", "content", "waste-on-the-ground", "\(utc.microseconds)|7|50|50|150|150"])
        #expect(events.first?.finding.id == expected)
        #expect(events.first?.finding.firstSeen == utc)
        #expect(events.first?.finding.lastSeen == Make.utc(0.7))
        #expect(events.first?.finding.status == .open)
    }

    @Test func `stored findings are joined, not opened again`() throws {
        var before = joiner()
        var stored: [Finding] = []
        for index in 0..<20 {
            let seconds = Double(index) * 0.1
            stored += before.observe(
                [Make.detection(at: seconds, place: (0, 0)), Make.detection(at: seconds, place: (0, 40))],
                at: .seconds(seconds), utc: Make.utc(seconds)
            ).map(\.finding)
        }
        #expect(Set(stored.map(\.id)).count == 2)
        stored[0].status = .dismissed
        var after = joiner()
        after.restore(stored)
        var events: [FindingEvent] = []
        for index in 0..<50 {
            let seconds = 100 + Double(index) * 0.1
            events += after.observe(
                [Make.detection(at: seconds, place: (2, 1)), Make.detection(at: seconds, place: (2, 41))],
                at: .seconds(seconds - 100), utc: Make.utc(seconds))
        }
        events += after.finish()
        #expect(kinds(events) == ["updated", "updated"])
        #expect(Set(events.map(\.finding.id)) == Set(stored.map(\.id)))
        for event in events {
            let old = try #require(stored.first { $0.id == event.finding.id })
            #expect(event.finding.status == old.status)
            #expect(event.finding.sightings == old.sightings + 50)
            #expect(event.finding.firstSeen == old.firstSeen)
        }
    }

    @Test func `frames out of order are of the same run`() {
        var joiner = joiner()
        var events: [FindingEvent] = []
        for seconds in [0.0, 0.12, 0.04, 0.08, 0.24, 0.16, 0.2] {
            events += joiner.observe(
                [Make.detection(at: seconds, place: nil, track: "1")], at: .seconds(seconds), utc: Make.utc(seconds))
        }
        #expect(kinds(events + joiner.finish()) == ["opened", "updated"])
    }

    @Test func `a reconnect starts running time again and parts nothing`() {
        var joiner = joiner()
        var events: [FindingEvent] = []
        for (offset, track) in [(0.0, "1"), (50.0, "9")] {
            for index in 0..<20 {
                let seconds = Double(index) * 0.1
                events += joiner.observe(
                    [Make.detection(at: offset + seconds, place: (0, 0), track: track)], at: .seconds(seconds),
                    utc: Make.utc(offset + seconds))
            }
        }
        // A track id of another run means nothing: the same id far off is another thing.
        for index in 0..<20 {
            let seconds = Double(index) * 0.1
            events += joiner.observe(
                [Make.detection(at: 90 + seconds, place: nil, track: "9")], at: .seconds(seconds),
                utc: Make.utc(90 + seconds))
        }
        events += joiner.finish()
        #expect(events.filter { if case .opened = $0 { true } else { false } }.count == 2)
    }

    @Test func `ten thousand things stay within the bound`() {
        var joiner = joiner { $0.maximumTracked = 100 }
        for index in 0..<1000 {
            let seconds = Double(index) * 0.04
            let detections = (0..<10).map { Make.detection(at: seconds, place: (Double(index) * 30, Double($0) * 30)) }
            _ = joiner.observe(detections, at: .seconds(seconds), utc: Make.utc(seconds))
            #expect(joiner.tracked <= 100)
        }
        #expect(joiner.counters.detections == 10_000)
        #expect(joiner.counters.retired + joiner.counters.forgotten + joiner.tracked == 10_000)
    }

    @Test func `of too many detections in a frame the best are looked at`() {
        var joiner = joiner { $0.maximumPerFrame = 5 }
        let detections = (0..<20).map {
            Make.detection(at: 0, place: (0, Double($0) * 30), confidence: Double($0) / 20)
        }
        _ = joiner.observe(detections, at: .seconds(0), utc: Make.utc(0))
        #expect(joiner.tracked == 5)
        #expect(joiner.counters.overflowed == 15)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, 1e308, -1e308]) func `no input stops it`(_ bad: Double) {
        var joiner = joiner()
        for index in 0..<10 {
            let time = RunningTime(nanoseconds: index % 2 == 0 ? .min : .max)
            var one = Make.detection(at: 0, place: (0, 0), box: .init(left: bad, top: bad, right: bad, bottom: bad))
            one.confidence = bad
            var two = one
            two.geotag?.point.latitude = bad
            two.object?.box = .init(left: -1e308, top: -1e308, right: 1e308, bottom: 1e308)
            var three = one
            three.geotag?.ellipse.semiMajor = bad
            three.frame.width = .max
            three.frame.height = .min
            three.frame.index = .max
            three.object?.track = "t"
            let events = joiner.observe(
                [one, two, three], at: time, utc: UTCTime(microseconds: index % 3 == 0 ? .max : .min))
            for event in events { #expect((0...1).contains(event.finding.confidence)) }
        }
        _ = joiner.finish()
    }
}
