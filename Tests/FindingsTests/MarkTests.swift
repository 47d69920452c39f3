import Findings
import Geodesy
import Inspection
import Testing

private typealias Make = DetectionBuilder

@Suite struct MarkTests {
    private var joiner = FindingJoiner(flight: Make.flight, gateway: Name("gateway")!, ids: TextIDs())

    private static func mark(
        at seconds: Double, place: (north: Double, east: Double)?, box: FrameObject.Box = Make.box(960, 540),
        by person: String = "Li", note: String = "", scene: SceneType = Make.scene()
    ) -> Detection {
        var detection = Make.detection(
            at: seconds, place: place, box: box, scene: scene, confidence: 1, kind: .mark, rule: "mark")
        detection.reasons = [
            .mark(
                by: person,
                values: [
                    .init(name: "note", value: note), .init(name: "frame", value: "\(seconds)"),
                    .init(name: "box", value: "\(box)"),
                ])
        ]
        return detection
    }

    /// Frames of one heap, 25 a second, its box in the middle; the events.
    private mutating func see(
        from start: Double, to end: Double, place: (north: Double, east: Double)? = (0, 0),
        box: FrameObject.Box = Make.box(960, 540)
    ) -> [FindingEvent] {
        var events: [FindingEvent] = []
        for index in Int((start * 25).rounded())..<Int((end * 25).rounded()) {
            let seconds = Double(index) / 25
            let seen = place.map { [Make.detection(at: seconds, place: $0, box: box)] } ?? []
            events += joiner.observe(seen, at: .seconds(seconds), utc: Make.utc(seconds))
        }
        return events
    }

    private func opened(_ event: FindingEvent?) -> Finding? {
        if case .opened(let finding, _)? = event { finding } else { nil }
    }

    private func marked(_ event: FindingEvent?) -> Finding? {
        if case .marked(let finding, _)? = event { finding } else { nil }
    }

    @Test mutating func `a mark of something new is a finding at once, with who made it and the note`() throws {
        _ = see(from: 0, to: 10, place: nil)
        let events = joiner.mark(Self.mark(at: 4, place: (0, 0), by: "李", note: "by the weir"))
        let finding = try #require(opened(events.last))
        #expect(events.count == 1 && finding.status == .open && finding.sightings == 1)
        #expect(finding.rule == "mark" && finding.ruleVersion == "1" && finding.confidence == 1)
        #expect(finding.reasons.count == 1 && finding.reasons[0].condition == "marked by 李")
        #expect(finding.reasons[0].values.first == .init(name: "note", value: "by the weir"))
        #expect(finding.firstSeen == Make.utc(4) && finding.location != nil)
        #expect(events.last?.best.frame.time == .seconds(4))
    }

    @Test(arguments: [(0.0, 0.0) as (Double, Double)?, nil])
    mutating func `a mark of what is open joins it, without taking the rule's place`(_ place: (Double, Double)?) throws
    {
        let first = try #require(see(from: 0, to: 2).compactMap { opened($0) }.first)
        // Two heaps aside, which the mark must not take.
        let events = joiner.mark(Self.mark(at: 1.5, place: place.map { ($0.0, $0.1) }, note: "foul"))
        let finding = try #require(marked(events.last))
        #expect(events.count == 1 && finding.id == first.id && finding.sightings == 51)
        #expect(finding.rule == "waste-on-the-ground")
        #expect(finding.reasons.map(\.condition) == ["label == 'waste'", "marked by Li"])
        #expect(events.last?.best.frame.time == .seconds(1.5))
    }

    @Test mutating func `the joining goes on as if there had been no mark`() throws {
        var unmarked = self
        _ = see(from: 0, to: 10)
        _ = unmarked.see(from: 0, to: 10)
        #expect(marked(joiner.mark(Self.mark(at: 2, place: (0, 0)))[0]) != nil)
        // The heap walks through the picture: its box joins it, not that of the mark.
        let later = see(from: 10, to: 12, place: nil) + see(from: 12, to: 50) + joiner.finish()
        let expected =
            unmarked.see(from: 10, to: 12, place: nil) + unmarked.see(from: 12, to: 50) + unmarked.joiner.finish()
        #expect(later.count == expected.count && joiner.counters.opened == unmarked.joiner.counters.opened)
        let (last, other) = try (#require(later.last).finding, #require(expected.last).finding)
        #expect(last.sightings == other.sightings + 1 && last.id == other.id && last.lastSeen == other.lastSeen)
        #expect(last.reasons.filter { !$0.isMark } == other.reasons && last.reasons.contains { $0.isMark })
    }

    @Test mutating func `a mark opens what was seen too little, under the rule that saw it`() throws {
        #expect(see(from: 0, to: 0.04).isEmpty)
        let finding = try #require(opened(joiner.mark(Self.mark(at: 0, place: (1, 0))).last))
        #expect(finding.sightings == 2 && finding.rule == "waste-on-the-ground")
        #expect(finding.reasons.contains { $0.isMark })
        // What is seen of it again opens nothing more.
        #expect(see(from: 0.04, to: 3).allSatisfy { opened($0) == nil })
    }

    @Test mutating func `the analyser's later sightings join a marked thing, and keep the mark`() throws {
        _ = see(from: 0, to: 1, place: nil)
        let finding = try #require(opened(joiner.mark(Self.mark(at: 0.5, place: (0, 0), note: "foul")).last))
        #expect(see(from: 1, to: 4).allSatisfy { opened($0) == nil })
        let last = try #require(joiner.finish().last?.finding)
        #expect(last.id == finding.id && last.sightings == 76)
        #expect(last.reasons.filter(\.isMark) == finding.reasons)
    }

    @Test mutating func `the same mark sent again is the same finding, and no further sighting`() throws {
        _ = see(from: 0, to: 3)
        let mark = Self.mark(at: 1, place: (0, 0))
        let first = try #require(marked(joiner.mark(mark).last))
        #expect(marked(joiner.mark(mark).last) == first)
        let second = try #require(marked(joiner.mark(Self.mark(at: 1, place: (0, 0), by: "Wang")).last))
        #expect(second.id == first.id && second.sightings == first.sightings + 1)
        #expect(second.reasons.filter(\.isMark).count == 2)
    }

    @Test mutating func `two boxes drawn in one frame that do not touch are two findings`() throws {
        _ = see(from: 0, to: 1, place: nil)
        let one = try #require(opened(joiner.mark(Self.mark(at: 0.5, place: (0, 0), box: Make.box(500, 500))).last))
        let two = try #require(opened(joiner.mark(Self.mark(at: 0.5, place: (2, 0), box: Make.box(700, 500))).last))
        #expect(one.id != two.id)
        // Nor is a box beside the analyser's in its newest frame what the analyser saw.
        let seen = try #require(
            see(from: 1, to: 3, place: (40, 0), box: Make.box(900, 900)).compactMap { opened($0) }.first)
        let beside = try #require(
            opened(joiner.mark(Self.mark(at: 2.96, place: (42, 0), box: Make.box(1200, 900))).last))
        #expect(beside.id != seen.id)
    }

    @Test mutating func `one box marked as two scene types is two findings`() throws {
        _ = see(from: 0, to: 1, place: nil)
        let waste = try #require(opened(joiner.mark(Self.mark(at: 0.5, place: (0, 0))).last))
        let soil = try #require(
            opened(joiner.mark(Self.mark(at: 0.5, place: (0, 0), scene: Make.scene("soil.bare"))).last))
        #expect(waste.id != soil.id && soil.sceneType == "soil.bare")
    }

    @Test mutating func `a mark joins a finding known from before a restart, whose marks stay`() throws {
        _ = see(from: 0, to: 2)
        var stored = try #require(marked(joiner.mark(Self.mark(at: 1, place: (0, 0), note: "old")).last))
        stored.status = .dismissed
        joiner = FindingJoiner(flight: Make.flight, gateway: Name("gateway")!, ids: TextIDs())
        joiner.restore([stored])
        _ = see(from: 5, to: 6, place: nil)
        let finding = try #require(marked(joiner.mark(Self.mark(at: 5.5, place: (1, 1), note: "new")).last))
        #expect(finding.id == stored.id && finding.status == .dismissed && finding.sightings == stored.sightings + 1)
        #expect(finding.rule == stored.rule)
        #expect(finding.reasons.filter(\.isMark).map { $0.values[0].value } == ["old", "new"])
    }

    @Test mutating func `marks without end keep the newest of them, and no more things than allowed`() throws {
        var options = FindingJoiner.Options()
        options.maximumTracked = 3
        joiner = FindingJoiner(flight: Make.flight, gateway: Name("gateway")!, ids: TextIDs(), options: options)
        _ = see(from: 0, to: 10, place: nil)
        var last: Finding?
        for index in 0..<40 { last = joiner.mark(Self.mark(at: 1 + Double(index) / 25, place: (0, 0))).last?.finding }
        #expect(last?.reasons.count == Detection.markLimit && last?.sightings == 40)
        #expect(last?.reasons.last?.values[1].value == "\(1 + 39.0 / 25)")
        for index in 0..<10 {
            let place = (north: 100 + 50 * Double(index), east: 0.0)
            let box = Make.box(100 + 150 * Double(index), 540)
            #expect(opened(joiner.mark(Self.mark(at: 9, place: place, box: box)).last) != nil)
        }
        #expect(joiner.tracked == 3)
    }

    @Test mutating func `a mark without a place and beyond any box is a finding without one`() throws {
        _ = see(from: 0, to: 3)
        let finding = try #require(opened(joiner.mark(Self.mark(at: 1, place: nil, box: Make.box(100, 100))).last))
        #expect(finding.location == nil && finding.refusal == .aboveHorizon)
    }
}
