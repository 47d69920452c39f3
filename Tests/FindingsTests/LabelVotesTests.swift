import Findings
import Geodesy
import Inspection
import Testing

private typealias Make = DetectionBuilder

/// One object that an analyser looks at five times a second while the aircraft passes, and calls something each time.
private struct Passed {
    var joiner = FindingJoiner(
        flight: Make.flight, gateway: Name("gateway")!, ids: TextIDs(), options: FindingJoiner.Options())
    var opened: [Double] = []
    /// Its labels of which a rule makes a finding.
    var wanted: Set<String> = ["waste"]

    /// `track` by the number of the look and the label.
    mutating func look(
        from start: Int, to end: Int, tellsAll: Bool = true, track: (Int, String) -> String = { _, _ in "7" },
        calling label: (Int) -> String
    ) {
        for index in start..<end {
            let (seconds, name) = (Double(index) / 5, label(index))
            var detection = Make.detection(
                at: seconds, place: (0, 0), box: Make.box(300, 40 + 20 * Double(index % 45)), track: track(index, name))
            detection.object?.label = name
            let objects = tellsAll ? [detection.object!] : []
            let events = joiner.observe(
                wanted.contains(name) ? [detection] : [], at: .seconds(seconds), utc: Make.utc(seconds),
                objects: objects)
            for event in events { if case .opened = event { opened.append(seconds) } }
        }
    }
}

@Suite struct LabelVotesTests {
    private static let strays: Set = [20, 21, 23]

    @Test func `an object that is mostly called something else is no finding for three wrong frames`() {
        var passed = Passed()
        passed.look(from: 0, to: 40) { Self.strays.contains($0) ? "waste" : "house" }
        #expect(passed.opened.isEmpty && passed.joiner.counters.outvoted == 1)
        var unaware = Passed()
        unaware.look(from: 0, to: 40, tellsAll: false) { Self.strays.contains($0) ? "waste" : "house" }
        #expect(unaware.opened.count == 1)
    }

    @Test func `it goes on where each label, and each frame, has a track of its own`() {
        for track in [{ _, label in label }, { index, _ in "\(index)" }] as [(Int, String) -> String] {
            var passed = Passed()
            passed.look(from: 0, to: 40, track: track) { Self.strays.contains($0) ? "waste" : "house" }
            #expect(passed.opened.isEmpty && passed.joiner.counters.outvoted == 1)
        }
    }

    @Test func `what is truly something else from now on is believed within two seconds`() throws {
        var passed = Passed()
        passed.look(from: 0, to: 100) { $0 < 60 ? "house" : "waste" }
        let opened = try #require(passed.opened.first)
        #expect(passed.opened.count == 1 && opened > 12.4 && opened < 14)
    }

    @Test func `what is called two things in turn is both, and labels of one scene type count together`() {
        var passed = Passed()
        passed.look(from: 0, to: 40) { $0.isMultiple(of: 2) ? "waste" : "house" }
        #expect(passed.opened.count == 1)
        let names = ["waste", "sand", "bricks", "planks", "drums"]
        var fine = Passed()
        fine.wanted = Set(names)
        fine.look(from: 0, to: 40) { $0 % 6 == 5 ? "house" : names[$0 % 6] }
        #expect(fine.opened.count == 1)
    }

    @Test func `what an object is called once, and a ghost beside it twice, is no finding`() {
        func opened(called label: String) -> Int {
            var joiner = FindingJoiner(
                flight: Make.flight, gateway: Name("gateway")!, ids: TextIDs(), options: FindingJoiner.Options())
            var opened = 0
            for index in 0..<40 {
                let seconds = Double(index) / 5
                var house = Make.detection(
                    at: seconds, place: (0, 0), box: Make.box(300, 40 + 20 * Double(index)), track: "7")
                house.object?.label = index == 20 ? "waste" : label
                let ghost = Make.detection(at: seconds, place: (3, 0), box: Make.box(900, 500), track: "8")
                var objects = [house.object!]
                var detections = index == 20 || label == "waste" ? [house] : []
                if index == 22 || index == 23 {
                    detections.append(ghost)
                    objects.append(ghost.object!)
                }
                for event in joiner.observe(
                    detections, at: .seconds(seconds), utc: Make.utc(seconds), objects: objects)
                { if case .opened = event { opened += 1 } }
            }
            return opened
        }
        #expect(opened(called: "house") == 0)
        #expect(opened(called: "waste") == 1)
    }

    @Test func `frames in which it has no name say nothing`() {
        var passed = Passed()
        passed.look(from: 0, to: 40) { Self.strays.contains($0) ? "waste" : "" }
        #expect(passed.opened.count == 1)
    }

    @Test func `tracks that are never used again are forgotten`() {
        var passed = Passed()
        for round in 0..<25 {
            let seconds = Double(round) / 5
            let objects = (0..<200).map { number in
                FrameObject(
                    label: "house", confidence: 0.9, box: Make.box(Double(number) * 300, Double(round % 2) * 900),
                    track: "\(round)-\(number)")
            }
            _ = passed.joiner.observe([], at: .seconds(seconds), utc: Make.utc(seconds), objects: objects)
        }
        passed.look(from: 60, to: 100) { $0 == 80 || $0 == 81 || $0 == 83 ? "waste" : "house" }
        #expect(passed.opened.isEmpty)
    }
}

@Suite struct PlaceVotesTests {
    private static let strays: Set = [20, 21, 23]

    /// Of an object 2 m off that is a heap in every other frame, seen `alsoTogether` or only in turn.
    private func opened(tracked: Bool = false, until end: Int = 40, alsoTogether: Bool = false) -> [String] {
        var joiner = FindingJoiner(
            flight: Make.flight, gateway: Name("gateway")!, ids: TextIDs(), options: FindingJoiner.Options())
        var opened: [String] = []
        for index in 0..<end {
            let (seconds, isStray) = (Double(index) / 5, Self.strays.contains(index) || index >= 60)
            var detections: [Detection] = []
            if isStray {
                detections.append(
                    Make.detection(
                        at: seconds, place: (0, 2), box: Make.box(300, 40 + 20 * Double(index % 45)),
                        scene: Make.scene("structure.illegal"), rule: "sheds"))
            }
            if !isStray || alsoTogether {
                detections.append(
                    Make.detection(
                        at: seconds, place: (0, 0),
                        box: Make.box(alsoTogether ? 380 : 300, 40 + 20 * Double(index % 45))))
            }
            for event in joiner.observe(detections, at: .seconds(seconds), utc: Make.utc(seconds)) {
                if case .opened(let finding, _) = event { opened.append(finding.sceneType) }
            }
        }
        return opened
    }

    @Test func `a heap that a rule calls a shed in three frames is no shed`() {
        #expect(opened() == [Make.scene().id])
    }

    @Test func `a shed beside a heap is one, when frames show both`() {
        #expect(opened(alsoTogether: true) == [Make.scene().id, "structure.illegal"])
    }

    @Test func `what is no heap any more and a shed from now on is one`() {
        #expect(opened(until: 80) == [Make.scene().id, "structure.illegal"])
    }
}
