import Expressions
import Geodesy
import Inspection
import Testing

@testable import Rules

/// Rules that say the same of an object share what they find out, and must not notice.
@Suite struct SharedConditionTests {
    private struct Places: Placement {
        func place(
            _ object: FrameObject, footing: Footing, in frame: FrameMetadata
        ) -> Result<Geotag, PlacementRefusal> {
            .success(
                Geotag(
                    point: GeodeticPoint(latitude: 28, longitude: 118, height: 0), method: .rayEllipsoid,
                    ellipse: ErrorEllipse(semiMajor: 1, semiMinor: 1, bearing: 0), ce90: footing == .flat ? 5 : 50,
                    poseAgeMilliseconds: 0, sourceDatum: "test"))
        }
    }

    private func classifier(_ rules: String) throws -> RuleClassifier { try RuleClassifierTests.classifier(rules) }

    @Test func `each object is asked anew`() throws {
        var classifier = try classifier(
            """
              - {id: a, scene_type: waste.heap, when: ["object.confidence >= 0.5"]}
              - {id: b, scene_type: waste.heap, when: ["object.confidence >= 0.5"]}
            """)
        let objects = [0.9, 0.1, 0.5].map { RuleClassifierTests.object("garbage", $0) }
        for second in 0..<2 {
            let found = classifier.classify(RuleClassifierTests.frame(Double(second), objects), placement: Places())
            #expect(found.map(\.rule) == ["a", "b", "a", "b"])
            #expect(
                found.map { $0.reasons.last?.values }
                    == ["0.9", "0.9", "0.5", "0.5"].map {
                        [.init(name: "object.confidence", value: $0)]
                    })
        }
    }

    @Test func `the ground of another footing is another ground`() throws {
        var classifier = try classifier(
            """
              - {id: flat, scene_type: waste.heap, labels: ["*"], when: ["ground.ce90_m < 10.0"]}
              - {id: standing, scene_type: smoke.seen, labels: ["*"], when: ["ground.ce90_m < 10.0"]}
              - {id: far, scene_type: smoke.seen, labels: ["*"], when: ["ground.ce90_m > 10.0"]}
            """)
        let frame = RuleClassifierTests.frame(0, [RuleClassifierTests.object("x")])
        #expect(classifier.classify(frame, placement: Places()).map(\.rule) == ["flat", "far"])
    }

    @Test func `an exception and a condition of the same text are opposites`() throws {
        var classifier = try classifier(
            """
              - {id: when, scene_type: waste.heap, when: [object.touches_edge]}
              - {id: unless, scene_type: waste.heap, unless: [object.touches_edge]}
            """)
        let frame = RuleClassifierTests.frame(0, [RuleClassifierTests.object("garbage")])
        let found = classifier.classify(frame, placement: Places())
        #expect(found.map(\.rule) == ["unless"])
        #expect(found.first?.reasons.last?.condition == "not (object.touches_edge)")
        #expect(found.first?.reasons.last?.values == [.init(name: "object.touches_edge", value: "false")])
    }

    @Test func `reasons stand in written order though the ground is asked last`() throws {
        var classifier = try classifier(
            """
              - id: a
                scene_type: waste.heap
                when: ["ground.placed && ground.ce90_m < 10.0", "objects.size() == 1", "object.width_px >= 16.0"]
                window: {sightings: 1, frames: 1, cooldown: 0.1}
            """)
        let frame = RuleClassifierTests.frame(0, [RuleClassifierTests.object("garbage")])
        #expect(
            classifier.classify(frame, placement: Places()).first?.reasons.map(\.condition) == [
                "label", "ground.placed", "ground.ce90_m < 10.0", "objects.size() == 1", "object.width_px >= 16.0",
                "seen in 1 of 1 frames",
            ])
    }

    @Test func `every rule counts the error of a condition that they share`() throws {
        var classifier = try classifier(
            """
              - {id: a, scene_type: waste.heap, when: ["object.confidence >= 0.5"]}
              - {id: b, scene_type: waste.heap, when: ["object.confidence >= 0.5"]}
            """)
        let frame = RuleClassifierTests.frame(0, [RuleClassifierTests.object("garbage", nil)])
        #expect(classifier.classify(frame, placement: Places()).isEmpty)
        #expect(classifier.counters.map(\.errors) == [1, 1])
        #expect(classifier.counters[1].lastError == "absent: 'object.confidence' has no value")
    }

    @Test(arguments: [
        (0.0, "0"), (-0.0, "-0"), (1, "1"), (-1.5, "-1.5"), (0.000001, "0.000001"), (-0.0000004, "-0"),
        (123.4567891, "123.456789"), (0.1 + 0.2, "0.3"), (999_999_999.999999, "999999999.999999"), (5e9, "5000000000"),
        (28.05, "28.05"), (1e-9, "0"), (.infinity, "Infinity"),
    ])
    func `numbers are shown to six decimals`(number: Double, text: String) {
        #expect(ShownValue.text(.double(number)) == text)
    }

    @Test func `rules that cannot be bounded are refused`() throws {
        let pack = """
            pack: p
            version: "1"
            title: {zh: 测, en: T}
            rules:
              - id: a
                scene_type: waste.heap
                when: ["objects.all(a, objects.all(b, objects.exists(c, a.width_px < b.width_px && b.width_px < c.width_px)))"]
            """
        let error = #expect(throws: RulesError.self) {
            try RuleSet.parse(catalogue: (RuleClassifierTests.catalogue, "c"), packs: [(pack, "p")])
        }
        #expect(error?.description.contains("rounds over lists of 256 elements") == true)
        #expect(throws: Never.self) {
            try RuleSet.parse(
                catalogue: (RuleClassifierTests.catalogue, "c"),
                packs: [(pack.replacing("objects.all(a, objects.all(b, ", with: "objects.all(a, [a].all(b, "), "p")])
        }
    }
}
