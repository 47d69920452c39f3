import Geodesy
import Inspection
import LocatedYAML
import Testing

@testable import Rules

private struct OnePlace: Placement {
    var answer: Result<Geotag, PlacementRefusal> = .failure(.noPose)

    func place(
        _ object: FrameObject, footing: Footing, in frame: FrameMetadata
    ) -> Result<Geotag, PlacementRefusal> { answer }
}

@Suite struct RuleExplanationTests {
    fileprivate static func explain(
        _ rules: String, _ frames: [FrameMetadata], rule: String? = nil, placement: OnePlace = OnePlace()
    ) throws -> [(detections: [Detection], explanations: [RuleExplanation])] {
        var classifier = try RuleClassifierTests.classifier(rules)
        return frames.map { classifier.explain($0, placement: placement, rule: rule) }
    }

    static let heap = """
          - id: heap
            scene_type: waste.heap
            when: ["object.confidence >= 0.9 && object.width_px >= 16.0", "ground.ce90_m < 10.0"]
            unless: [object.touches_edge]
        """

    @Test func `every condition is looked at, whichever decides`() throws {
        let frame = RuleClassifierTests.frame(0, [RuleClassifierTests.object("garbage", 0.8)])
        let explanation = try #require(try Self.explain(Self.heap, [frame])[0].explanations.first)
        #expect(explanation.outcome == .notMet && explanation.object == 0 && explanation.rule == "heap")
        let conditions = explanation.conditions
        #expect(
            conditions.map(\.text) == [
                "object.confidence >= 0.9", "object.width_px >= 16.0", "ground.ce90_m < 10.0", "object.touches_edge",
            ])
        #expect(conditions.map(\.part) == [.when, .when, .when, .unless])
        #expect(conditions[0].result == .fails && !conditions[0].isMet)
        #expect(conditions[0].values == [.init(name: "object.confidence", value: "0.8")])
        #expect(
            conditions[1].result == .holds && conditions[1].values.first?.value == "100.0"
                || conditions[1].values.first?.value == "100")
        guard case .error(let why) = conditions[2].result else {
            Issue.record("a condition without a value is no error")
            return
        }
        #expect(why.contains("ce90_m") && !conditions[2].isMet)
        #expect(conditions[3].result == .fails && conditions[3].isMet)
        guard case .failure(.noPose)? = explanation.place else {
            Issue.record("says where it is not")
            return
        }
    }

    @Test func `says what became of a rule whose conditions were met`() throws {
        let rules = """
              - id: twice
                scene_type: waste.heap
                when: ["object.confidence >= 0.5"]
                window: {sightings: 2, frames: 3, seconds: 5, cooldown: 10}
              - id: once
                scene_type: waste.heap
                when: ["object.confidence >= 0.5"]
            """
        let frames = (0..<3).map {
            RuleClassifierTests.frame(Double($0), [RuleClassifierTests.object("garbage", track: "7")])
        }
        let found = try Self.explain(rules, frames)
        func outcomes(_ rule: String) -> [RuleExplanation.Outcome] {
            found.flatMap(\.explanations).filter { $0.rule == rule }.map(\.outcome)
        }
        #expect(outcomes("twice") == [.withheldByWindow, .fired, .withheldByWindow])
        #expect(outcomes("once") == [.fired, .fired, .fired])
        #expect(found.map(\.detections.count) == [1, 2, 1])
    }

    private static func standing(_ explanation: RuleExplanation?) -> [String] {
        (explanation?.conditions ?? []).filter { [.window, .hours, .enabled].contains($0.part) }.map {
            "\($0.isMet ? "+" : "-") \($0.part.rawValue) \($0.text)"
                + $0.values.map { " [\($0.name) = \($0.value)]" }.joined()
        }
    }

    @Test func `what a window withholds says how far it has come`() throws {
        let rules = """
              - id: r
                scene_type: waste.heap
                when: ["object.confidence >= 0.5"]
                window: {sightings: 2, frames: 3, seconds: 5, lasting: 2, cooldown: 4}
            """
        let frames = [0.0, 1.5, 3, 5.5, 7].map {
            RuleClassifierTests.frame($0, [RuleClassifierTests.object("garbage", track: "7")])
        }
        let found = try Self.explain(rules, frames).map(\.explanations.first)
        #expect(
            found.map { $0?.outcome } == [.withheldByWindow, .withheldByWindow, .fired, .withheldByWindow, .fired])
        #expect(
            found.map(Self.standing) == [
                [
                    "- window seen in 2 of 3 frames within 5 s [sightings = 1]", "- window lasting 2 s [lasted_s = 0]",
                    "+ window cooldown of 4 s is over [left_s = 0]",
                ],
                [
                    "+ window seen in 2 of 3 frames within 5 s [sightings = 2]",
                    "- window lasting 2 s [lasted_s = 1.5]",
                    "+ window cooldown of 4 s is over [left_s = 0]",
                ],
                [
                    "+ window seen in 2 of 3 frames within 5 s [sightings = 3]", "+ window lasting 2 s [lasted_s = 3]",
                    "+ window cooldown of 4 s is over [left_s = 0]",
                ],
                [
                    "+ window seen in 2 of 3 frames within 5 s [sightings = 3]",
                    "+ window lasting 2 s [lasted_s = 5.5]", "- window cooldown of 4 s is over [left_s = 1.5]",
                ],
                [
                    "+ window seen in 2 of 3 frames within 5 s [sightings = 3]", "+ window lasting 2 s [lasted_s = 7]",
                    "+ window cooldown of 4 s is over [left_s = 0]",
                ],
            ])
    }

    @Test func `each key of a window has its place, whether or not the track is held`() throws {
        let rules = """
              - id: r
                scene_type: waste.heap
                when: ["object.confidence >= 0.5"]
                hold: ["object.confidence >= 0.3"]
                window: {sightings: 2, frames: 3, seconds: 5, cooldown: 1}
            """
        let frames = [0.0, 0.4, 2, 4].map {
            RuleClassifierTests.frame($0, [RuleClassifierTests.object("garbage", track: "7")])
        }
        let windows = try Self.explain(rules, frames).map { found in
            (found.explanations.first?.conditions ?? []).filter { $0.part == .window }
        }
        // Sightings are asked no more of a held track.
        #expect(windows.map(\.count) == [2, 2, 1, 1])
        let places = Set(windows.joined().map { "\($0.index) \($0.text)" })
        #expect(places == ["0 seen in 2 of 3 frames within 5 s", "2 cooldown of 1 s is over"])
    }

    @Test func `an override that gave the parameters is named with its place`() throws {
        let rules = """
              - id: r
                scene_type: waste.heap
                parameters: {least: 0.5, most: 1.0}
                when: ["object.confidence >= param.least && object.confidence <= param.most"]
                overrides:
                  - {sources: [other], parameters: {most: 0.9}}
                  - {sources: [dock], parameters: {least: 0.7}}
            """
        let frame = RuleClassifierTests.frame(0, [RuleClassifierTests.object("garbage")])
        for (source, wanted) in [("dock", "rules[0].overrides[1]"), ("cart", nil)] {
            var classifier = RuleClassifier(try RelationTests.rules(rules), source: source)
            let said = classifier.explain(frame, placement: OnePlace()).explanations.first?.override
            #expect((said == nil) == (wanted == nil), "\(source): \(said ?? "-")")
            guard let wanted, let said else { continue }
            #expect(said.hasSuffix(": " + wanted) && said.contains(/:[0-9]+:[0-9]+:/), "\(said)")
        }
    }

    @Test func `what is not met says nothing of its window, and what has none says nothing of it`() throws {
        let rules = """
              - {id: a, scene_type: waste.heap, when: ["object.confidence >= 0.9"], window: {sightings: 2}}
              - {id: b, scene_type: waste.heap, when: ["object.confidence >= 0.5"]}
            """
        let frame = RuleClassifierTests.frame(0, [RuleClassifierTests.object("garbage", track: "7")])
        let found = try Self.explain(rules, [frame])[0].explanations
        #expect(found.map(\.outcome) == [.notMet, .fired] && found.flatMap { Self.standing($0) }.isEmpty)
    }

    @Test func `a rule that is not in force says by which hours and clock, or that it is not enabled and where`() throws
    {
        let rules = """
              - id: night
                scene_type: waste.heap
                when: ["object.confidence >= 0.5"]
                hours: ["mon-fri 20:00-06:00", "sun 00:00-06:30"]
                utc_offset: "+05:30"
              - id: nowhere
                scene_type: waste.heap
                when: ["object.confidence >= 0.5"]
                overrides: [{sources: [dock], enabled: false}]
              - id: outside
                scene_type: waste.heap
                when: ["object.confidence >= 0.5"]
                overrides: [{areas: [school, pit], enabled: false}]
            """
        let (area, shape) = try GroundRuleTests.disc("pit", .mine, east: 0, radius: 20)
        let ground = HeldGround(GroundData(areas: AreaSet([(area, shape)]), registers: []))
        var classifier = RuleClassifier(try RelationTests.rules(rules), source: "dock", ground: ground)
        let place = OnePlace(answer: .success(TestFrame.tag(at: GroundRuleTests.origin)))
        let frame = RuleClassifierTests.frame(0, [RuleClassifierTests.object("garbage")])
        let complaints = try YAMLDocument("{}", file: "x").makeComplaints()
        let clock = try #require(RuleHours([], utcOffsetSeconds: 19_800, into: complaints)).clock(frame.utc)
        let wanted = [
            "night": ["- hours mon-fri 20:00-06:00, sun 00:00-06:30 [clock = \(clock)]"],
            "nowhere": ["- enabled for this source"], "outside": ["- enabled in school, pit"],
        ]
        #expect(clock.hasSuffix(" +05:30"))
        for (rule, said) in wanted {
            let found = classifier.explain(frame, placement: place, rule: rule).explanations
            #expect(found.map(\.outcome) == [.notInForce] && found.map(Self.standing) == [said], "\(rule)")
        }
    }

    @Test func `a rule that cannot be decided says what it lacks`() throws {
        let rules = """
              - id: sure
                scene_type: waste.heap
                when: ["object.confidence >= 0.5"]
              - id: sharp
                scene_type: waste.heap
                when: ["picture.sharpness > 50.0"]
            """
        let frame = RuleClassifierTests.frame(0, [RuleClassifierTests.object("garbage", nil)])
        let found = try Self.explain(rules, [frame])[0].explanations
        #expect(found.map(\.outcome) == [.undecided, .noPicture])
        #expect(found.first?.error?.contains("confidence") == true)
    }

    @Test func `of one rule, objects that it does not look at are told too`() throws {
        let frame = RuleClassifierTests.frame(
            0, [RuleClassifierTests.object("smoke"), RuleClassifierTests.object("waste pile", 0.95)])
        let found = try Self.explain(Self.heap, [frame], rule: "heap")[0].explanations
        #expect(found.map(\.object) == [1, 0])
        #expect(found.map(\.outcome) == [.undecided, .otherLabel])
        #expect(found[1].labels == ["garbage", "waste_pile"])
        #expect(try Self.explain(Self.heap, [frame], rule: "none")[0].explanations.isEmpty)
    }

    @Test func `explaining changes nothing of what is detected`() throws {
        let rules = """
              - id: twice
                scene_type: waste.heap
                when: ["object.confidence >= 0.5"]
                window: {sightings: 2, frames: 3, seconds: 5, cooldown: 0.5}
              - id: crowd
                scene_type: crowd.big
                match: frame
                when: ["objects.size() > 2"]
            """
        var plain = try RuleClassifierTests.classifier(rules)
        var asked = try RuleClassifierTests.classifier(rules)
        for index in 0..<40 {
            let objects = (0..<(index % 5)).map {
                RuleClassifierTests.object("garbage", 0.3 + Double(($0 + index) % 5) / 10, track: "\($0)")
            }
            let frame = RuleClassifierTests.frame(Double(index) / 4, objects)
            let expected = plain.classify(frame, placement: OnePlace())
            let found = asked.explain(frame, placement: OnePlace()).detections
            #expect(found.map(\.rule) == expected.map(\.rule) && found.map(\.object) == expected.map(\.object))
            #expect(found.map(\.reasons) == expected.map(\.reasons))
        }
        #expect(asked.counters == plain.counters && plain.counters.allSatisfy { $0.fired > 0 })
    }

    @Test func `of a pair the nearest miss is shown`() throws {
        let rules = """
              - id: beside
                scene_type: waste.heap
                match: pair
                other_labels: [smoke]
                when: ["other.confidence >= 0.9", "other.width_px >= 50.0"]
            """
        let frame = RuleClassifierTests.frame(
            0,
            [
                RuleClassifierTests.object("garbage"), RuleClassifierTests.object("smoke", 0.2),
                FrameObject(label: "smoke", confidence: 0.1, box: .init(left: 0, top: 0, right: 10, bottom: 10)),
            ])
        let explanation = try #require(try Self.explain(rules, [frame])[0].explanations.first)
        #expect(explanation.outcome == .notMet && explanation.other == 1)
        #expect(explanation.conditions.map(\.isMet) == [false, true])
    }

    @Test func `a rule about one object names no other, whichever pair was found before`() throws {
        let rules = """
              - id: near
                scene_type: waste.heap
                match: pair
                other_labels: [smoke]
                when: ["object.iou(other) > 0.5"]
              - {id: plain, scene_type: waste.heap, when: ["object.confidence >= 0.5"]}
            """
        let frame = RuleClassifierTests.frame(
            0, [RuleClassifierTests.object("garbage"), RuleClassifierTests.object("smoke")])
        let found = try Self.explain(rules, [frame])[0].explanations
        #expect(found.map(\.outcome) == [.fired, .fired] && found.map(\.other) == [1, nil])
    }

    @Test func `an absence is told from one that is none, and from a frame that nobody looked at`() throws {
        let rules = """
              - id: bare
                scene_type: smoke.seen
                labels: [worker]
                when: ["object.confidence >= 0.5"]
                absence: {of: [mask], least_px: 8}
            """
        let worker = RuleClassifierTests.object("worker")
        var frames = [[worker], [worker, RuleClassifierTests.object("mask")], [worker]].enumerated().map {
            RuleClassifierTests.frame(Double($0), $1)
        }
        for index in 0..<2 { frames[index].lookedFor = ["mask"] }
        let found = try Self.explain(rules, frames)
        #expect(found.map { $0.explanations.map(\.outcome) } == [[.fired], [.notMet], [.undeclared]])
    }

    @Test func `what finds no room among the detections of a frame is dropped`() throws {
        let objects = (0...RuleClassifier.maximumDetections).map { _ in RuleClassifierTests.object("garbage") }
        let rules = #"  - {id: a, scene_type: waste.heap, when: ["object.confidence >= 0.5"]}"#
        let found = try Self.explain(rules, [RuleClassifierTests.frame(0, objects)])[0].explanations
        #expect(found.count == objects.count && found.dropLast().allSatisfy { $0.outcome == .fired })
        #expect(found.last?.outcome == .dropped)
    }
}
