import Geodesy
import Inspection
import Testing

@testable import Rules

/// What is said of absences, pairs and registers, beside the conditions of the pack.
@Suite struct RelationExplanationTests {
    private struct AtPlace: Placement {
        let point: GeodeticPoint

        func place(
            _ object: FrameObject, footing: Footing, in frame: FrameMetadata
        ) -> Result<Geotag, PlacementRefusal> { .success(TestFrame.tag(at: point)) }
    }

    private static let here = GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 0)

    private static func explain(
        _ rules: String, _ objects: [FrameObject], looking: [String] = [], ground: GroundData = GroundData()
    ) throws -> RuleExplanation {
        var frame = RuleClassifierTests.frame(0, objects)
        frame.lookedFor = looking
        var classifier = RuleClassifier(try RelationTests.rules(rules), ground: HeldGround(ground))
        return try #require(classifier.explain(frame, placement: AtPlace(point: here)).explanations.first)
    }

    private static let bare = """
          - id: bare
            scene_type: smoke.seen
            labels: [worker]
            when: ["object.confidence >= 0.5"]
            absence: {of: [mask, helmet], part: head, least_px: 8}

        """

    /// The head is a sixth of the height, and begins at its top.
    private static func worker(height: Double = 60, top: Double = 100) -> FrameObject {
        FrameObject(
            label: "worker", confidence: 0.8, box: .init(left: 100, top: top, right: 130, bottom: top + height))
    }

    private static func mask(left: Double, top: Double) -> FrameObject {
        FrameObject(
            label: "Helmet", confidence: 0.8, box: .init(left: left, top: top, right: left + 10, bottom: top + 5))
    }

    @Test(
        arguments: [
            ([worker()], ["mask"], "holds", ""),
            ([worker(), mask(left: 500, top: 100)], ["helmet"], "holds", ""),
            (
                [worker(), mask(left: 500, top: 100), mask(left: 110, top: 101)], ["helmet"], "fails",
                "helmet, object 2"
            ),
            ([worker(height: 40)], ["mask"], "the head is too small to tell", ""),
            ([worker(top: 0)], ["mask"], "the head is not wholly in the picture", ""),
            ([FrameObject(label: "worker", confidence: 0.8, box: nil)], ["mask"], "the object has no box", ""),
            ([worker()], ["smoke"], "no analyser that looked at the frame declares any of them", ""),
            ([worker()], [], "no analyser looked at the frame", ""),
        ] as [([FrameObject], [String], String, String)])
    func `an absence has a line of its own, which says what stands in its way`(
        objects: [FrameObject], looking: [String], result: String, seen: String
    ) throws {
        let found = try Self.explain(Self.bare, objects, looking: looking)
        let line = try #require(found.conditions.last)
        #expect(found.conditions.map(\.part) == [.when, .absence])
        #expect(line.text == "none of helmet, mask seen on the head")
        #expect(found.conditions[0].isMet && line.isMet == (found.outcome == .fired))
        switch line.result {
        case .holds: #expect(result == "holds")
        case .fails: #expect(result == "fails")
        case .unknown(let why): #expect(result == why)
        case .error(let why): Issue.record("an everyday case is no error: \(why)")
        }
        #expect(line.values.first { $0.name == "seen" }?.value ?? "" == seen)
        if line.isMet { #expect(line.values.map(\.name) == ["head.width_px", "head.height_px", "least_px"]) }
    }

    private static let near = """
          - id: near
            scene_type: waste.heap
            labels: [worker]
            match: pair
            other_labels: [excavator]
            when: ["object.confidence >= 0.5 && object.width_px > 5.0", "object.gap_px(other) < 100.0"]
            unless: ["object.iou(other) > 0.9", object.touches_edge]

        """

    @Test func `a pair without another object says that there is none, and nothing of what was not asked`() throws {
        let found = try Self.explain(Self.near, [Self.worker()])
        #expect(found.outcome == .notMet && found.other == nil)
        #expect(found.conditions.map(\.part) == [.when, .when, .unless, .other])
        #expect(found.conditions.map(\.index) == [0, 1, 1, 0])
        #expect(found.conditions.map(\.isMet) == [true, true, true, false])
        #expect(found.conditions.last?.text == "one of excavator")
    }

    @Test func `a pair that was looked at has every condition and no such line`() throws {
        let excavator = FrameObject(
            label: "excavator", confidence: 0.8, box: .init(left: 500, top: 100, right: 600, bottom: 160))
        let found = try Self.explain(Self.near, [Self.worker(), excavator])
        #expect(found.outcome == .notMet && found.other == 1)
        #expect(found.conditions.map(\.part) == [.when, .when, .when, .unless, .unless])
        #expect(found.conditions.map(\.isMet) == [true, true, false, true, true])
    }

    @Test func `a register's row is named with the condition that asked for it`() throws {
        let rules = """
              - id: unpermitted
                scene_type: waste.heap
                labels: [worker]
                when: ['!register("permits").covers(ground.position, now)', "object.confidence >= 0.5"]

            """
        let ground = try GroundDataTests.register("id,lat,lon\nP7,28.9001,118.5\n")
        let found = try Self.explain(rules, [Self.worker()], ground: ground)
        #expect(found.outcome == .notMet)
        let values = Dictionary(
            found.conditions[0].values.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        #expect(values["permits.row"] == "P7" && values["permits.distance_m"] == "0.0")
        #expect(!values.keys.contains(#"register("permits")"#))
        #expect(found.conditions[1].values.map(\.name) == ["object.confidence"])
    }
}
