import Inspection
import Testing

@testable import Rules

@Suite struct PairRuleTests {
    typealias Box = FrameObject.Box

    private static let rule = """
          - id: near
            scene_type: smoke.seen
            match: pair
            labels: [person]
            other_labels: [excavator, Wheel Loader]
            when:
              - object.confidence >= 0.5
              - object.gap_px(other) < 30.0 && other.confidence >= 0.5
            severity: 'other.label == "excavator" ? "red" : "blue"'

        """

    private func object(_ label: String, left: Double, _ confidence: Double? = 0.8, track: String? = nil) -> FrameObject
    {
        FrameObject(
            label: label, confidence: confidence, box: Box(left: left, top: 100, right: left + 10, bottom: 150),
            track: track)
    }

    private func fired(_ classifier: inout RuleClassifier, _ objects: [FrameObject]) -> [Detection] {
        classifier.classify(RuleClassifierTests.frame(0, objects), placement: StatedPlaces())
    }

    @Test func `it fires once for an object, with the first other that holds, and says which`() throws {
        var classifier = RuleClassifier(try RelationTests.rules(Self.rule))
        let found = fired(
            &classifier,
            [
                object("wheel-loader", left: 500), object("excavator", left: 130, track: "9"),
                object("person", left: 100),
                object("wheel loader", left: 90), object("person", left: 300),
            ])
        #expect(found.count == 1)
        let detection = try #require(found.first)
        #expect(detection.object?.box?.left == 100 && detection.severity == .red)
        #expect(
            detection.reasons.map {
                "\($0.condition) | " + $0.values.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
            }
                == [
                    "label | object.label=person", "object.confidence >= 0.5 | object.confidence=0.8",
                    "object.gap_px(other) < 30.0 | object.gap_px(other)=20",
                    "other.confidence >= 0.5 | other.confidence=0.8",
                    "other | other.label=excavator other.track=9",
                ])
    }

    @Test func `an object is no other of itself`() throws {
        var classifier = RuleClassifier(
            try RelationTests.rules(
                """
                  - {id: a, scene_type: smoke.seen, match: pair, labels: [person], other_labels: ["*"], when: [object.iou(other) > 0.9]}
                """))
        #expect(fired(&classifier, [object("person", left: 100)]).isEmpty)
        #expect(fired(&classifier, [object("person", left: 100), object("person", left: 100)]).count == 2)
        #expect(fired(&classifier, [object("person", left: 100), object("car", left: 100)]).count == 1)
    }

    @Test func `a pair that cannot be decided spoils no other, and is an error where none holds`() throws {
        var classifier = RuleClassifier(try RelationTests.rules(Self.rule))
        let vague = object("excavator", left: 100, nil)
        #expect(fired(&classifier, [object("person", left: 100), vague, object("excavator", left: 100)]).count == 1)
        #expect(classifier.counters[0].errors == 0)
        #expect(fired(&classifier, [object("person", left: 100), vague]).isEmpty)
        #expect(classifier.counters[0].errors == 1)
    }

    @Test func `an exception holds for its pair alone`() throws {
        var classifier = RuleClassifier(
            try RelationTests.rules(
                """
                  - id: a
                    scene_type: smoke.seen
                    match: pair
                    labels: [person]
                    other_labels: [excavator]
                    unless: [object.gap_px(other) > 30.0]
                """))
        let far = object("excavator", left: 900)
        #expect(fired(&classifier, [object("person", left: 100), far]).isEmpty)
        #expect(fired(&classifier, [object("person", left: 100), far, object("excavator", left: 100)]).count == 1)
    }

    @Test func `reasons of two objects in one frame are their own`() throws {
        var classifier = RuleClassifier(try RelationTests.rules(Self.rule))
        let found = fired(
            &classifier,
            [
                object("person", left: 100), object("person", left: 400), object("excavator", left: 112),
                object("excavator", left: 415),
            ])
        #expect(found.map { $0.reasons[2].values.map(\.value) } == [["2"], ["5"]])
    }

    @Test func `other rules of the same frame are not disturbed`() throws {
        var classifier = RuleClassifier(
            try RelationTests.rules(
                Self.rule
                    + "  - {id: plain, scene_type: smoke.seen, labels: [person], when: [object.confidence >= 0.5]}\n"))
        let found = fired(&classifier, [object("person", left: 100), object("excavator", left: 100)])
        #expect(found.map(\.rule) == ["near", "plain"])
        #expect(found.last?.reasons.count == 2)
    }

    @Test func `distance between placed objects decides, and without places nothing does`() throws {
        var classifier = RuleClassifier(
            try RelationTests.rules(
                """
                  - {id: a, scene_type: smoke.seen, match: pair, labels: [person], other_labels: [excavator], when: [object.distance_m(other) < 20.0]}
                """))
        let person = RelationTests.object("person", at: (28, 118))
        let near = RelationTests.object("excavator", at: (28.0001, 118))
        let far = RelationTests.object("excavator", at: (28.001, 118))
        #expect(fired(&classifier, [person, far, near]).first?.reasons[1].values.first?.value == "11.081945")
        #expect(fired(&classifier, [person, far]).isEmpty)
        #expect(classifier.counters[0].errors == 0)
        #expect(fired(&classifier, [person, RelationTests.object("excavator")]).isEmpty)
        #expect(classifier.counters[0].lastError == "absent: an object has no position: no_pose")
    }

    @Test func `a window follows the object's track`() throws {
        var classifier = RuleClassifier(
            try RelationTests.rules(Self.rule + "    window: {sightings: 2, frames: 3}\n"))
        func frame(_ seconds: Double) -> [Detection] {
            classifier.classify(
                RuleClassifierTests.frame(
                    seconds, [object("person", left: 100, track: "1"), object("excavator", left: 100)]),
                placement: StatedPlaces())
        }
        #expect([frame(0), frame(0.2)].map(\.count) == [0, 1])
    }

    @Test func `asking of what is held takes no other's pairs`() throws {
        var classifier = RuleClassifier(
            try RelationTests.rules(
                """
                  - id: a
                    scene_type: smoke.seen
                    match: pair
                    labels: [person]
                    other_labels: [excavator]
                    when: [object.gap_px(other) < 5.0]
                    hold: [object.gap_px(other) < 30.0]
                """))
        // As many pairs as a rule looks at in a frame.
        func frame(_ seconds: Double, gap: Double) -> [Detection] {
            let people = (0..<64).map { object("person", left: Double($0) * 1000, track: "\($0)") }
            let machines = (0..<64).map { object("excavator", left: Double($0) * 1000 + 10 + gap) }
            return classifier.classify(
                RuleClassifierTests.frame(seconds, people + machines), placement: StatedPlaces())
        }
        #expect([frame(0, gap: 2), frame(0.2, gap: 20)].map(\.count) == [64, 64])
        #expect(classifier.counters[0].pairsLeftOut == 0)
    }

    @Test func `a crowd is not a million pairs, and what is left out is counted`() throws {
        let rules = try RelationTests.rules(
            """
              - {id: a, scene_type: smoke.seen, match: pair, labels: [person], other_labels: [person], when: [object.gap_px(other) < 1.0]}
            """)
        var classifier = RuleClassifier(rules)
        // Pairs stand together; every other pair is far away. The near one comes last in the analyser's order.
        let crowd = (0..<1000).map { object("person", left: Double($0 % 500) * 40 + ($0 < 500 ? 0 : 10)) }
        let found = fired(&classifier, crowd)
        #expect(found.count == 1000)
        let left = classifier.counters[0].pairsLeftOut
        #expect(left >= 1000 * 999 - Int64(PairSearch.maximumPairs))
        #expect(left <= 1000 * 999)
    }

    @Test func `pairs are shared out among the objects`() {
        let labels = (0..<3000).map { $0 < 2000 ? "a" : "b" }
        let objects = (0..<3000).map { object(labels[$0], left: Double($0)) }
        var search = PairSearch(labels, wanted: ["a"], otherLabels: ["b"])
        let (chosen, leftOut) = search.others(of: 1999, in: objects)
        #expect(chosen == [2000, 2001] && leftOut == 998)
        for index in 0..<2100 { _ = search.others(of: index % 2000, in: objects) }
        #expect(search.remaining == 0)
        let (none, all) = search.others(of: 0, in: objects)
        #expect(none.isEmpty && all == 1000)
    }

    @Test func `what has no box is the farthest`() {
        let objects = [object("a", left: 0)] + (0..<5000).map { object("b", left: 9000 - Double($0)) }
        var blind = objects
        for index in 1..<4000 { blind[index].box = nil }
        var search = PairSearch(objects.map(\.label), wanted: ["a"], otherLabels: ["b"])
        let chosen = search.others(of: 0, in: blind).chosen
        #expect(chosen.count == PairSearch.maximumPairs && chosen.suffix(1001) == Array(4000...5000)[...])
    }

    @Test(arguments: [
        ("match: pair, when: [object.iou(other) > 0.5]", "p:5:5: rules[0].other_labels: is missing"),
        ("match: pair, other_labels: [], when: [object.iou(other) > 0.5]", "other_labels: holds no label"),
        (
            "match: pair, other_labels: [a], when: [object.confidence > 0.5]",
            "p:5:76: rules[0].when[0]: a rule about pairs needs a condition on other"
        ),
        ("match: pair, other_labels: [a]", "p:5:10: rules[0].id: a rule about pairs needs a condition on other"),
        ("other_labels: [a]", "p:5:51: rules[0].other_labels: has no meaning without a pair"),
        ("when: [object.iou(other) > 0.5]", "unknown name 'other'"),
        ("match: pear, other_labels: [a], when: [object.iou(other) > 0.5]", "match"),
    ])
    func `mistakes are told with line and column`(_ text: String, _ expected: String) {
        let error = #expect(throws: RulesError.self) {
            try RelationTests.rules("  - {id: a, scene_type: smoke.seen, \(text)}\n")
        }
        #expect(error?.description.contains(expected) ?? false, "\(error?.description ?? "")")
    }

    @Test func `labels of others are asked about, and rules without them are unserved`() throws {
        let rules = try RelationTests.rules(Self.rule)
        #expect(rules.unusedLabels(of: ["person", "excavator", "wheel-loader", "car"]) == ["car"])
        #expect(rules.unservedRules(by: ["person"]) == ["near"])
        #expect(rules.unservedRules(by: ["person", "excavator"]).isEmpty)
        let any = try RelationTests.rules(Self.rule.replacing("[excavator, Wheel Loader]", with: "[\"*\"]"))
        #expect(any.unusedLabels(of: ["car"]).isEmpty && any.unservedRules(by: ["person"]).isEmpty)
    }
}
