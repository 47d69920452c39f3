import Inspection
import Testing

@testable import Rules

@Suite struct AbsenceTests {
    typealias Box = FrameObject.Box

    private static let rule = """
          - id: bare
            scene_type: smoke.seen
            labels: [worker]
            when: [object.confidence >= 0.5]
            absence: {of: [Dust-Mask, respirator], part: head, least_px: 8}

        """

    /// The head is 8 pixels high: 100…108.
    private static let worker = Box(left: 100, top: 100, right: 120, bottom: 148)

    private func fired(
        _ classifier: inout RuleClassifier, _ objects: [(String, Box?)], looking: [String] = ["worker", "dust_mask"]
    ) -> [Detection] {
        var frame = RuleClassifierTests.frame(
            0, objects.map { FrameObject(label: $0.0, confidence: 0.8, box: $0.1) })
        frame.lookedFor = looking
        return classifier.classify(frame, placement: StatedPlaces())
    }

    private static func classifier(_ rule: String = rule) throws -> RuleClassifier {
        RuleClassifier(try RelationTests.rules(rule))
    }

    @Test func `it fires where nothing of the labels touches the part, and says so`() throws {
        var classifier = try Self.classifier()
        let found = fired(
            &classifier, [("worker", Self.worker), ("dust mask", Box(left: 500, top: 100, right: 510, bottom: 110))])
        #expect(found.count == 1)
        let reason = try #require(found.first?.reasons.last)
        #expect(reason.condition == "none of dust_mask, respirator seen on the head")
        #expect(
            reason.values.map { "\($0.name)=\($0.value)" } == ["head.width_px=20", "head.height_px=8", "least_px=8"])
        #expect(classifier.takeNotices().isEmpty)
    }

    @Test(
        arguments: [
            // On the head; at its edge only; below it, on the chest; without a box or an area, so anywhere.
            (Box(left: 105, top: 102, right: 112, bottom: 107), 0),
            (Box(left: 119, top: 107, right: 140, bottom: 140), 0),
            (Box(left: 105, top: 108, right: 112, bottom: 120), 1), (nil, 0),
            (Box(left: 120, top: 100, right: 130, bottom: 108), 1),
            (Box(left: 105, top: 102, right: 105, bottom: 107), 0),
        ] as [(Box?, Int)])
    func `one that touches the head is worn`(_ mask: Box?, _ expected: Int) throws {
        var classifier = try Self.classifier()
        for label in ["dust_mask", "Respirator"] {
            #expect(fired(&classifier, [("worker", Self.worker), (label, mask)]).count == expected)
        }
        #expect(fired(&classifier, [("worker", Self.worker), ("hat", mask)]).count == 1)
    }

    @Test(
        arguments: [
            // High enough by a hair; too low; too narrow; no box.
            (Box(left: 100, top: 100, right: 120, bottom: 148), 1),
            (Box(left: 100, top: 100, right: 120, bottom: 147.9), 0),
            (Box(left: 100, top: 100, right: 107.9, bottom: 200), 0), (nil, 0),
            // The head reaches out of the picture of 1000 by 500; the feet may.
            (Box(left: 100, top: 0.5, right: 120, bottom: 80), 0), (Box(left: 0, top: 100, right: 20, bottom: 148), 0),
            (Box(left: 985, top: 100, right: 1000, bottom: 148), 0),
            (Box(left: 100, top: 440, right: 120, bottom: 500), 1),
            (Box(left: 100, top: 100, right: 90, bottom: 148), 0),
        ] as [(Box?, Int)])
    func `what is too small or cut off tells nothing`(_ worker: Box?, _ expected: Int) throws {
        var classifier = try Self.classifier()
        #expect(fired(&classifier, [("worker", worker)]).count == expected)
    }

    @Test func `the whole object is another part`() throws {
        var classifier = try Self.classifier(Self.rule.replacing("part: head, ", with: ""))
        let chest = Box(left: 105, top: 120, right: 112, bottom: 130)
        #expect(fired(&classifier, [("worker", Self.worker), ("respirator", chest)]).isEmpty)
        let found = fired(&classifier, [("worker", Self.worker)])
        #expect(found.first?.reasons.last?.condition == "none of dust_mask, respirator seen on the object")
        #expect(fired(&classifier, [("worker", Box(left: 100, top: 440, right: 120, bottom: 500))]).isEmpty)
    }

    @Test func `where no analyser declares a label it does not fire, and says so once`() throws {
        for looking in [[], ["worker"], ["mask"]] {
            var classifier = try Self.classifier()
            for _ in 0..<3 { #expect(fired(&classifier, [("worker", Self.worker)], looking: looking).isEmpty) }
            #expect(classifier.counters[0].undeclared == 3 && classifier.counters[0].errors == 0)
            #expect(classifier.takeNotices().isEmpty, "an analyser that can see it may look at the next frame")
            classifier.endFlight()
            #expect(
                classifier.takeNotices() == [.undeclared(rule: "bare", labels: ["dust_mask", "respirator"])])
            classifier.endFlight()
            #expect(classifier.takeNotices().isEmpty)
            // Declared later, as it is when the analyser comes up again.
            #expect(fired(&classifier, [("worker", Self.worker)], looking: ["RESPIRATOR"]).count == 1)
            #expect(fired(&classifier, [("worker", Self.worker)], looking: looking).isEmpty)
            #expect(classifier.takeNotices().isEmpty)
        }
    }

    @Test func `a rule that fires on the frames of one analyser is not said to do nothing on those of another`() throws
    {
        var classifier = try Self.classifier()
        for _ in 0..<3 { #expect(fired(&classifier, [("worker", Self.worker)], looking: ["worker"]).isEmpty) }
        #expect(fired(&classifier, [("worker", Self.worker)], looking: ["worker", "respirator"]).count == 1)
        #expect(fired(&classifier, [("worker", Self.worker)], looking: ["worker"]).isEmpty)
        classifier.endFlight()
        #expect(classifier.takeNotices().isEmpty && classifier.counters[0].undeclared == 4)
    }

    @Test func `in a long flight it is said before the end`() throws {
        var classifier = try Self.classifier()
        var said: [Double] = []
        for second in stride(from: 0.0, through: 90, by: 5) {
            var frame = RuleClassifierTests.frame(
                second, [FrameObject(label: "worker", confidence: 0.8, box: Self.worker)])
            frame.lookedFor = ["worker"]
            _ = classifier.classify(frame, placement: StatedPlaces())
            if !classifier.takeNotices().isEmpty { said.append(second) }
        }
        #expect(said == [30])
    }

    @Test func `frames that an analyser did not look at say nothing of what it declares`() throws {
        var classifier = try Self.classifier()
        #expect(fired(&classifier, [("worker", Self.worker)]).count == 1)
        #expect(fired(&classifier, [("worker", Self.worker)], looking: []).isEmpty)
        #expect(classifier.counters[0].skipped == 1 && classifier.counters[0].undeclared == 0)
        #expect(classifier.takeNotices().isEmpty)
    }

    @Test func `an object of any label is not what is absent from itself`() throws {
        var classifier = try Self.classifier(Self.rule.replacing("labels: [worker]", with: "labels: [\"*\"]"))
        #expect(fired(&classifier, [("dust_mask", Self.worker)]).count == 1)
    }

    @Test(arguments: [
        ("absence: {part: head, least_px: 8}", "p:5:46: rules[0].absence.of: says no label"),
        ("absence: {of: [], least_px: 8}", "absence.of: says no label"),
        (
            "absence: {of: [\"*\"], least_px: 8}",
            "p:5:52: rules[0].absence.of[0]: is no label that an analyser could declare"
        ),
        ("absence: {of: [\" \"], least_px: 8}", "is no label"),
        ("absence: {of: [mask]}", "p:5:46: rules[0].absence.least_px: is missing"),
        ("absence: {of: [mask], least_px: 0}", "absence.least_px"),
        ("absence: {of: [mask], least_px: 8, part: nose}", "absence.part"),
        ("absence: {of: [mask], least_px: 8, pat: head}", "absence.pat"),
        (
            "absence: {of: [mask, Smoke], least_px: 8}",
            "p:5:58: rules[0].absence.of[1]: is a label of the objects themselves"
        ),
        (
            "match: frame, when: [\"true\"], absence: {of: [mask], least_px: 8}",
            "absence: has no meaning for a rule about the frame"
        ),
        (
            "match: pair, other_labels: [a], when: [object.iou(other) > 0.5], absence: {of: [mask], least_px: 8}",
            "absence: has no meaning for a rule about pairs"
        ),
    ])
    func `mistakes are told with line and column`(_ text: String, _ expected: String) {
        let error = #expect(throws: RulesError.self) {
            try RelationTests.rules("  - {id: a, scene_type: smoke.seen, \(text)}\n")
        }
        #expect(error?.description.contains(expected) ?? false, "\(error?.description ?? "")")
    }

    @Test func `what must be absent is asked about, and nobody who cannot see it serves the rule`() throws {
        let rules = try RelationTests.rules(Self.rule)
        #expect(rules.unusedLabels(of: ["worker", "dust mask", "respirator", "hat"]) == ["hat"])
        #expect(rules.unservedRules(by: ["worker"]) == ["bare"])
        #expect(rules.unservedRules(by: ["worker", "dust_mask"]).isEmpty)
    }

    @Test func `a pack's tests state what the analyser declares, and where objects are`() throws {
        let rules = try RelationTests.rules(
            Self.rule + """
                    tests:
                      - name: bare
                        declares: [worker, respirator]
                        frames: [{objects: [{label: worker, confidence: 0.8, box: [100, 100, 120, 148]}]}]
                        expect: [{frame: 0}]
                      - name: nobody looks
                        frames: [{objects: [{label: worker, confidence: 0.8, box: [100, 100, 120, 148]}]}]
                        expect: []
                  - id: near
                    scene_type: smoke.seen
                    match: pair
                    labels: [worker]
                    other_labels: [excavator]
                    when: [object.distance_m(other) < 20.0]
                    tests:
                      - name: near one
                        frames:
                          - objects:
                              - {label: worker, ground: {lat: 28, lon: 118}}
                              - {label: excavator, ground: {lat: 28.0001, lon: 118}}
                          - objects:
                              - {label: worker, ground: {lat: 28, lon: 118}}
                              - {label: excavator, ground: {lat: 28.001, lon: 118}}
                        expect: [{frame: 0, object: 0}]

                """)
        let report = rules.testReport()
        #expect(report.results.count == 3)
        for result in report.results { #expect(result.passed, "\(result)") }
        #expect(report.conditions.first { $0.rule == "near" }?.isCovered ?? false)
    }
}
