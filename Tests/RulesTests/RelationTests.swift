import Expressions
import Foundation
import Geodesy
import Inspection
import Testing

@testable import Rules

/// Puts objects where they say they are.
struct StatedPlaces: Placement {
    func place(_ object: FrameObject, footing: Footing, in frame: FrameMetadata) -> Result<Geotag, PlacementRefusal> {
        object.statedPosition.map { .success(TestFrame.tag(at: $0.point)) } ?? .failure(.noPose)
    }
}

@Suite struct RelationTests {
    typealias Box = FrameObject.Box

    static func object(
        _ label: String, _ box: Box? = Box(left: 10, top: 10, right: 20, bottom: 20), at place: (Double, Double)? = nil,
        track: String? = nil
    ) -> FrameObject {
        FrameObject(
            label: label, confidence: 0.8, box: box, track: track,
            statedPosition: place.map {
                .init(point: GeodeticPoint(latitude: $0.0, longitude: $0.1, height: 0), sigma: nil)
            })
    }

    /// Of the frame as a whole.
    private func value(_ source: String, _ objects: [FrameObject]) throws -> Result<CELValue, EvaluationError> {
        let frame = RuleClassifierTests.frame(0, objects)
        let scene = FrameScene(
            frame, labels: objects.map(\.label), flight: FlightProgress(), placement: StatedPlaces())
        return try Program(source, in: Vocabulary.frameEnvironment).evaluate(scene)
    }

    @Test(
        arguments: [
            ("objects[0].overlap(objects[1])", 0.25), ("objects[1].overlap(objects[0])", 0.0625),
            ("objects[0].iou(objects[1])", 25.0 / 475), ("objects[1].iou(objects[0])", 25.0 / 475),
            ("objects[0].overlap(objects[0])", 1), ("objects[0].iou(objects[0])", 1),
            ("objects[0].overlap(objects[2])", 0), ("objects[0].gap_px(objects[1])", 0),
            // 30 across and 40 down.
            ("objects[0].gap_px(objects[2])", 50), ("objects[2].gap_px(objects[0])", 50),
            ("head(objects[1]).top_px", 15), ("head(objects[1]).height_px", 20.0 / 6),
            ("head(objects[1]).width_px", 20), ("head(objects[1]).area_px", 400.0 / 6),
            ("head(objects[1]).overlap(objects[0])", 0.25),
            ("objects[0].overlap(head(objects[1]))", 5 * 20.0 / 6 / 100),
            ("head(objects[1]).iou(head(objects[1]))", 1),
        ] as [(String, Double)])
    func `boxes are measured against each other`(_ source: String, _ expected: Double) throws {
        let objects = [
            Self.object("a", Box(left: 10, top: 10, right: 20, bottom: 20)),
            Self.object("b", Box(left: 15, top: 15, right: 35, bottom: 35)),
            Self.object("c", Box(left: 50, top: 60, right: 70, bottom: 80)),
        ]
        guard case .double(let value) = try value(source, objects).get() else { return #expect(Bool(false)) }
        #expect(abs(value - expected) < 1e-9)
    }

    @Test(arguments: [
        ("objects[0].contains(objects[1])", true), ("objects[1].contains(objects[0])", false),
        ("objects[0].contains(objects[0])", true), ("objects[0].contains(head(objects[0]))", true),
        ("head(objects[0]).contains(objects[1])", false),
        // The language's own functions of that name are still there.
        ("objects[0].label.contains(\"ac\")", true), ("\"abc\".contains(objects[0].label)", false),
        ("objects.exists(o, o.contains(objects[1]) && o.label.contains(\"m\"))", true),
    ])
    func `a box holds another to within a pixel`(_ source: String, _ expected: Bool) throws {
        let objects = [
            Self.object("machine", Box(left: 100, top: 100, right: 200, bottom: 300)),
            Self.object("b", Box(left: 99, top: 150, right: 201, bottom: 250)),
        ]
        #expect(try value(source, objects).get().equals(.bool(expected)))
    }

    @Test(arguments: [
        "objects[0].overlap(objects[1])", "objects[1].iou(objects[0])", "objects[0].gap_px(objects[1])",
        "head(objects[1]).top_px", "objects[2].overlap(objects[0])", "objects[2].iou(objects[2])",
        "objects[0].distance_m(objects[1])", "objects[0].within(\"mine\")",
    ])
    func `what has no box, no area or no place has no value`(_ source: String) throws {
        let objects = [
            Self.object("a"), Self.object("b", nil), Self.object("c", Box(left: 5, top: 5, right: 5, bottom: 9)),
        ]
        #expect(throws: EvaluationError.self) { try value(source, objects).get() }
    }

    @Test func `distances are metres along the ground`() throws {
        let objects = [
            Self.object("a", at: (28, 118)), Self.object("b", at: (28.001, 118)), Self.object("c", at: (28, 118.001)),
        ]
        for (source, expected) in [
            ("objects[0].distance_m(objects[1])", 110.81), ("objects[1].distance_m(objects[0])", 110.81),
            ("objects[0].distance_m(objects[2])", 98.36), ("objects[0].distance_m(objects[0])", 0),
        ] {
            guard case .double(let metres) = try value(source, objects).get() else { return #expect(Bool(false)) }
            #expect(abs(metres - expected) < 0.05, "\(source) \(metres)")
        }
    }

    @Test func `objects are counted among all and in an area`() throws {
        let rules = try Self.rules(
            """
              - id: many
                scene_type: crowd.big
                match: frame
                when:
                  - objects.filter(o, o.label == "person" && o.placed() && o.within("mine")).size() >= 2
            """)
        var ground = GroundData()
        let place = GeodeticPoint(latitude: 28, longitude: 118, height: 0)
        let shape = try #require(GroundShape(discs: [.init(center: place, radius: 50)]))
        ground.areas = AreaSet([(AreaSet.Area(name: "m", code: "", kind: .mine, set: "m", margin: 0), shape)])
        var classifier = RuleClassifier(rules, ground: HeldGround(ground))
        let near = Self.object("person", at: (28.0001, 118))
        let far = Self.object("person", at: (28.01, 118))
        let nowhere = Self.object("person")
        let counts = [[near, far, nowhere], [near, near, nowhere], [near, Self.object("car", at: (28, 118))]].map {
            classifier.classify(RuleClassifierTests.frame(0, $0), placement: StatedPlaces()).count
        }
        #expect(counts == [0, 1, 0])
        #expect(classifier.counters[0].errors == 0)
    }

    @Test func `an object is in no area of a kind of which there are none`() throws {
        let objects = [Self.object("a", at: (28, 118))]
        #expect(try value("objects[0].within(\"mine\")", objects).get().equals(.bool(false)))
        #expect(throws: EvaluationError.self) { try value("objects[0].within(\"pit\")", objects).get() }
    }

    @Test func `wrong calls are told with their place`() {
        for source in [
            "object.overlap(3)", "object.overlap(\"other\")", "object.head", "head(other).overlap(ground)",
            "object.distance_m(head(other))", "object.contains(\"x\")", "object.iou()",
        ] {
            #expect(throws: ExpressionError.self, "\(source)") { try Program(source, in: Vocabulary.pairEnvironment) }
        }
        #expect(throws: ExpressionError.self) {
            try Program("object.overlap(other) > 0.5", in: Vocabulary.objectEnvironment)
        }
    }

    @Test func `a library function of the same name is no call of the gateway's`() throws {
        let label = try Program("object.label.contains(\"x\")", in: Vocabulary.objectEnvironment)
        #expect(!label.callsHost && label.referencedCalls.isEmpty)
        let attribute = try Program("object.attributes.a.contains(\"x\")", in: Vocabulary.objectEnvironment)
        #expect(!attribute.callsHost)
        let pair = try Program("object.contains(other)", in: Vocabulary.pairEnvironment)
        #expect(pair.callsHost && pair.referencedCalls == ["object.contains(other)"])
    }

    static func rules(_ text: String) throws -> RuleSet {
        let pack = "pack: p\nversion: \"7\"\ntitle: {zh: 测, en: T}\nrules:\n" + text
        return try RuleSet.parse(catalogue: (RuleClassifierTests.catalogue, "c"), packs: [(pack, "p")])
    }
}

/// The examples of docs/rules.md.
@Suite struct RelationPageTests {
    @Test(arguments: ["person-under-machine", "worker-bare-head"])
    func `an example is valid, passes its tests, and they cover it`(_ id: String) throws {
        let page = try String(contentsOf: VocabularyPageTests.page, encoding: .utf8)
        let start = try #require(page.range(of: "- id: \(id)\n"))
        let rest = page[start.lowerBound...]
        let end = try #require(rest.range(of: "```"))
        let rule = rest[..<end.lowerBound].split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
        let catalogue = try String(
            contentsOf: ShippedPacksTests.models.appending(path: "catalogue.yaml"), encoding: .utf8)
        let pack = "pack: p\nversion: \"1\"\ntitle: {zh: 测, en: T}\nrules:\n" + rule + "\n"
        let rules = try RuleSet.parse(catalogue: (catalogue, "catalogue.yaml"), packs: [(pack, "docs/rules.md")])
        let report = rules.testReport()
        #expect(report.results.count >= 3 && !report.conditions.isEmpty)
        for condition in report.uncovered { Issue.record("\(condition)") }
        for result in report.results { #expect(result.passed, "\(result)") }
    }
}
