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
}
