import Geodesy
import Inspection
import Testing

@testable import Rules

/// Whether somebody looked for a scene type, where and when.
@Suite struct ExaminationTests {
    private static let place = GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 50)

    private static func classifier(_ rules: String, source: String = "") throws -> RuleClassifier {
        let pack = "pack: p\nversion: \"1\"\ntitle: {zh: 测, en: T}\nrules:\n" + rules
        let set = try RuleSet.parse(catalogue: (RuleClassifierTests.catalogue, "c"), packs: [(pack, "p")])
        return RuleClassifier(set, source: source)
    }

    private static func examination(
        _ classifier: RuleClassifier, lookedFor: [String] = [], objects: [FrameObject] = [], known: Set<String> = []
    ) -> RuleClassifier.Examination {
        var frame = RuleClassifierTests.frame(0, objects)
        frame.lookedFor = lookedFor
        return classifier.examination(of: "waste.heap", in: frame, known: known)
    }

    @Test func `what an analyser declares must reach a rule of the type`() throws {
        let classifier = try Self.classifier("  - {id: a, scene_type: waste.heap, when: [object.confidence > 0.5]}\n")
        #expect(Self.examination(classifier, lookedFor: ["person", "Garbage"]) == .everywhere)
        #expect(Self.examination(classifier, lookedFor: ["person"]) == .nowhere)
        #expect(Self.examination(classifier) == .nowhere)
        // It declares, and so what is known of others does not count.
        #expect(Self.examination(classifier, lookedFor: ["person"], known: ["garbage"]) == .nowhere)
        var frame = RuleClassifierTests.frame(0, [])
        frame.lookedFor = ["garbage"]
        #expect(classifier.examination(of: "smoke.visible", in: frame, known: []) == .nowhere)
    }

    @Test func `one that declares nothing looks at frames that it gives something of`() throws {
        let classifier = try Self.classifier("  - {id: a, scene_type: waste.heap, when: [object.confidence > 0.5]}\n")
        let car = RuleClassifierTests.object("car")
        #expect(Self.examination(classifier, objects: [car], known: ["garbage"]) == .everywhere)
        #expect(Self.examination(classifier, objects: [car], known: ["car"]) == .nowhere)
        #expect(Self.examination(classifier, known: ["garbage"]) == .nowhere)
        var mark = car
        mark.kind = .mark
        #expect(Self.examination(classifier, objects: [mark], known: ["garbage"]) == .nowhere)
    }

    @Test func `a rule about the whole picture looked at no place in it`() throws {
        let classifier = try Self.classifier(
            "  - {id: a, scene_type: waste.heap, match: frame, when: [picture.luma < 0.1]}\n")
        var frame = RuleClassifierTests.frame(0, [])
        #expect(classifier.examination(of: "waste.heap", in: frame, known: []) == .nowhere)
        frame.frame.picture = PictureFeatures(luma: 0.5, contrast: 0.1, sharpness: 90, motion: nil)
        #expect(classifier.examination(of: "waste.heap", in: frame, known: []) == .nowhere)
    }

    @Test(arguments: [("2026-08-17T10:00:00Z", true), ("2026-08-17T21:00:00Z", false)])
    func `a rule outside its hours looked for nothing`(time: String, isOpen: Bool) throws {
        var classifier = try Self.classifier(
            "  - {id: a, scene_type: waste.heap, hours: [\"06:00-20:00\"], when: [object.confidence > 0.5]}\n")
        var frame = RuleClassifierTests.frame(0, [])
        frame.utc = try #require(UTCTime(rfc3339: time))
        frame.lookedFor = ["garbage"]
        _ = classifier.classify(frame, placement: NoPlaces())
        #expect(classifier.examination(of: "waste.heap", in: frame, known: []) == .dependsOnPlace)
        #expect(classifier.examines("waste.heap", at: Self.place, in: frame, known: []) == isOpen)
    }

    @Test func `nobody looked where nothing is alerted`() throws {
        let pack = """
            pack: p
            version: "1"
            title: {zh: 测, en: T}
            rules:
              - {id: a, scene_type: waste.heap, when: [object.confidence > 0.5]}
            """
        let set = try RuleSet.parse(catalogue: (RuleClassifierTests.catalogue, "c"), packs: [(pack, "p")])
        let data = GroundData(
            areas: AreaSet([try GroundRuleTests.disc("yard", .noAlert, east: 0, radius: 20)]), registers: [])
        let classifier = RuleClassifier(set, ground: HeldGround(data))
        var frame = RuleClassifierTests.frame(0, [])
        frame.lookedFor = ["garbage"]
        #expect(classifier.examination(of: "waste.heap", in: frame, known: []) == .dependsOnPlace)
        for (east, isLookedAt) in [(0.0, false), (30, true)] {
            let place = GroundRuleTests.origin.moved(north: 0, east: east)
            #expect(classifier.examines("waste.heap", at: place, in: frame, known: []) == isLookedAt)
        }
    }

    @Test func `a rule asks about its own labels`() throws {
        let classifier = try Self.classifier("  - {id: a, scene_type: waste.heap, when: [object.confidence > 0.5]}\n")
        #expect(classifier.asks(about: "Waste-Pile", for: "waste.heap"))
        #expect(!classifier.asks(about: "car", for: "waste.heap"))
        #expect(!classifier.asks(about: "garbage", for: "smoke.seen"))
    }

    private static let two = """
          - {id: thick, scene_type: smoke.seen, labels: [smoke], when: [object.confidence > 0.5]}
          - {id: burning, scene_type: smoke.seen, labels: [fire], when: [object.confidence > 0.5]}

        """

    private static func twoPacks(_ packs: [String]?) throws -> RuleClassifier {
        func pack(_ name: String, _ label: String) -> (String, String) {
            let rule = "{id: \(name).seen, scene_type: smoke.seen, labels: [\(label)], when: [object.confidence > 0.5]}"
            return ("pack: \(name)\nversion: \"1\"\ntitle: {zh: 测, en: T}\nrules:\n  - \(rule)\n", name)
        }
        let set = try RuleSet.parse(
            catalogue: (RuleClassifierTests.catalogue, "c"), packs: [pack("one", "smoke"), pack("other", "fire")])
        return RuleClassifier(set, packs: packs)
    }

    @Test(
        arguments: [
            ("thick", ["fire"], false), ("thick", ["smoke"], true), ("burning", ["fire"], true),
            ("burning", ["smoke", "car"], false), ("renamed", ["fire"], false), (nil, ["smoke"], false),
            ("renamed", ["smoke", "fire"], true), (nil, ["smoke", "fire"], true),
        ] as [(String?, [String], Bool)])
    func `it was looked for by the rule that found it, or by all of its type where that is not known`(
        rule: String?, lookedFor: [String], isExamined: Bool
    ) throws {
        let classifier = try Self.classifier(Self.two)
        var frame = RuleClassifierTests.frame(0, [])
        frame.lookedFor = lookedFor
        let examination = classifier.examination(of: "smoke.seen", foundBy: rule, in: frame, known: [])
        #expect(examination == (isExamined ? .everywhere : .nowhere))
        #expect(
            classifier.examines("smoke.seen", foundBy: rule, at: Self.place, in: frame, known: []) == isExamined)
    }

    @Test func `a source without the rule that found it did not look for it`() throws {
        var frame = RuleClassifierTests.frame(0, [])
        frame.lookedFor = ["smoke", "fire"]
        func examination(_ packs: [String]?, _ rule: String?) throws -> RuleClassifier.Examination {
            try Self.twoPacks(packs).examination(of: "smoke.seen", foundBy: rule, in: frame, known: [])
        }
        #expect(try examination(["other"], "one.seen") == .nowhere)
        #expect(try examination(["other"], "other.seen") == .everywhere)
        #expect(try examination(["other"], nil) == .nowhere)
        #expect(try examination(nil, "one.seen") == .everywhere)
        #expect(try examination(nil, nil) == .everywhere)
    }

    @Test(arguments: [("2026-08-17T10:00:00Z", true), ("2026-08-17T21:00:00Z", false)])
    func `where all are asked for, all must be in force`(time: String, isOpen: Bool) throws {
        var classifier = try Self.classifier(
            Self.two + """
                  - {id: night, scene_type: smoke.seen, hours: ["06:00-20:00"], labels: [glow], when: [object.confidence > 0.5]}

                """)
        var frame = RuleClassifierTests.frame(0, [])
        frame.utc = try #require(UTCTime(rfc3339: time))
        frame.lookedFor = ["smoke", "fire", "glow"]
        _ = classifier.classify(frame, placement: NoPlaces())
        #expect(classifier.examination(of: "smoke.seen", foundBy: "thick", in: frame, known: []) == .everywhere)
        #expect(classifier.examination(of: "smoke.seen", in: frame, known: []) == .dependsOnPlace)
        #expect(classifier.examines("smoke.seen", at: Self.place, in: frame, known: []) == isOpen)
    }
}
