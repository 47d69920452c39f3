import Geodesy
import Inspection
import Synchronization
import Testing

@testable import Rules

/// Answers with one place, and counts how often it was asked.
private final class CountingPlacement: Placement {
    let answer: Result<Geotag, PlacementRefusal>
    let asked = Mutex<[String]>([])

    init(_ answer: Result<Geotag, PlacementRefusal> = .failure(.noPose)) { self.answer = answer }

    func place(_ object: FrameObject, footing: Footing, in frame: FrameMetadata) -> Result<Geotag, PlacementRefusal> {
        asked.withLock { $0.append("\(object.label) \(footing.rawValue)") }
        return answer
    }
}

@Suite struct RuleClassifierTests {
    static let catalogue = """
        version: 1
        scene_types:
          - {id: waste.heap, title: {zh: 垃圾, en: Heap}, severity: yellow, footing: flat, labels: [garbage, waste pile]}
          - {id: smoke.seen, title: {zh: 烟, en: Smoke}, severity: orange, footing: standing, labels: [smoke]}
          - {id: crowd.big, title: {zh: 人群, en: Crowd}, severity: blue, footing: flat}
        """

    static func classifier(_ rules: String, packs: [String]? = nil) throws -> RuleClassifier {
        let pack = "pack: p\nversion: \"7\"\ntitle: {zh: 测, en: T}\nrules:\n" + rules
        do {
            let set = try RuleSet.parse(catalogue: (catalogue, "c"), packs: [(pack, "p")])
            return RuleClassifier(set, packs: packs)
        } catch {
            Issue.record("\(error.description)")
            throw error
        }
    }

    static func frame(_ seconds: Double, _ objects: [FrameObject], telemetry: TelemetrySample? = nil) -> FrameMetadata {
        let utc = UTCTime(microseconds: 1_787_194_800_000_000).advanced(byMicroseconds: Int64(seconds * 1e6))
        return FrameMetadata(
            frame: Frame(
                index: Int(seconds * 5), time: .seconds(seconds), ptsMicroseconds: nil, width: 1000, height: 500,
                isKey: true, arrival: utc),
            utc: utc, provenance: .precisionTimeStamp, telemetry: telemetry, poseAge: nil, objects: objects)
    }

    static func object(
        _ label: String, _ confidence: Double? = 0.8, track: String? = nil, kind: FrameObject.Kind = .detected
    )
        -> FrameObject
    {
        FrameObject(
            kind: kind, label: label, confidence: confidence, box: .init(left: 100, top: 100, right: 200, bottom: 150),
            track: track)
    }

    private static let tag = Geotag(
        point: GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 90), method: .rayEllipsoid,
        ellipse: ErrorEllipse(semiMajor: 3, semiMinor: 2, bearing: 10), ce90: 5.5, poseAgeMilliseconds: 10,
        sourceDatum: "test")

    @Test func `a detection carries the rule, the scene type and the reasons with their values`() throws {
        var classifier = try Self.classifier(
            """
              - id: heap
                scene_type: waste.heap
                when: ["object.confidence >= 0.5 && object.width_px >= 16.0", "ground.ce90_m < 10.0"]
                unless: [object.touches_edge]
            """)
        let detections = classifier.classify(
            Self.frame(0, [Self.object(" Waste-Pile ")]), placement: CountingPlacement(.success(Self.tag)))
        let detection = try #require(detections.first)
        #expect(detections.count == 1)
        #expect(detection.rule == "heap" && detection.ruleVersion == "7" && detection.sceneType.id == "waste.heap")
        #expect(detection.severity == .yellow && detection.confidence == 0.8)
        #expect(detection.geotag == Self.tag && detection.refusal == nil)
        #expect(
            detection.reasons.map {
                "\($0.condition) | " + $0.values.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
            } == [
                "label | object.label= Waste-Pile ", "object.confidence >= 0.5 | object.confidence=0.8",
                "object.width_px >= 16.0 | object.width_px=100", "ground.ce90_m < 10.0 | ground.ce90_m=5.5",
                "not (object.touches_edge) | object.touches_edge=false",
            ])
    }

    @Test func `the ground is asked for at most once for an object and footing, and only when a rule speaks of it`()
        throws
    {
        var classifier = try Self.classifier(
            """
              - {id: a, scene_type: waste.heap, when: ["object.confidence > 0.9", "ground.placed"]}
              - {id: b, scene_type: waste.heap, when: ["ground.placed", "ground.lat > 1.0", "ground.ce90_m < 100.0"]}
              - {id: c, scene_type: waste.heap, when: ["ground.lon > 1.0 || !ground.placed"]}
              - {id: d, scene_type: smoke.seen, labels: [garbage], when: ["ground.placed"]}
            """)
        let placement = CountingPlacement(.success(Self.tag))
        let detections = classifier.classify(
            Self.frame(0, [Self.object("garbage"), Self.object("car")]), placement: placement)
        #expect(detections.map(\.rule) == ["b", "c", "d"])
        #expect(placement.asked.withLock { $0 } == ["garbage flat", "garbage standing"])
    }

    @Test func `nothing is placed when nothing fires`() throws {
        var classifier = try Self.classifier("  - {id: a, scene_type: waste.heap, when: ['object.confidence > 0.9']}\n")
        let placement = CountingPlacement()
        #expect(classifier.classify(Self.frame(0, [Self.object("garbage")]), placement: placement).isEmpty)
        #expect(placement.asked.withLock { $0 }.isEmpty)
    }

    @Test func `a detection that cannot be placed says why`() throws {
        var classifier = try Self.classifier("  - {id: a, scene_type: waste.heap}\n")
        let detection = try #require(
            classifier.classify(
                Self.frame(0, [Self.object("garbage")]), placement: CountingPlacement(.failure(.aboveHorizon))
            ).first)
        #expect(detection.geotag == nil && detection.refusal == .aboveHorizon)
    }

    @Test(arguments: ["garbage", "GARBAGE", " garbage\n", "waste pile", "Waste_Pile", "waste--pile", "WASTE \t-PILE"])
    func `synonyms match however they are written`(label: String) throws {
        var classifier = try Self.classifier("  - {id: a, scene_type: waste.heap}\n")
        #expect(classifier.classify(Self.frame(0, [Self.object(label)]), placement: CountingPlacement()).count == 1)
    }

    @Test(arguments: ["garbages", "wastepile", "", "smoke", "垃圾"])
    func `other labels do not match`(label: String) throws {
        var classifier = try Self.classifier("  - {id: a, scene_type: waste.heap}\n")
        #expect(classifier.classify(Self.frame(0, [Self.object(label)]), placement: CountingPlacement()).isEmpty)
        #expect(classifier.counters[0].evaluated == 0)
    }

    @Test func `any label, no label, and a label of the rule's own`() throws {
        var classifier = try Self.classifier(
            """
              - {id: any, scene_type: waste.heap, labels: ["*"]}
              - {id: none, scene_type: waste.heap, labels: [""]}
              - {id: own, scene_type: waste.heap, labels: [Blue Bag]}
            """)
        let objects = [Self.object("x"), Self.object(" "), Self.object("blue-bag")]
        let rules = classifier.classify(Self.frame(0, objects), placement: CountingPlacement()).map(\.rule)
        #expect(rules == ["any", "none", "any", "own", "any"])
    }

    @Test func `what has no value keeps a rule from firing and is counted`() throws {
        var classifier = try Self.classifier(
            """
              - {id: absent, scene_type: waste.heap, when: ["object.confidence > 0.1"]}
              - {id: asked, scene_type: waste.heap, when: ["!has(object.confidence) || object.confidence > 0.1"]}
              - {id: exception, scene_type: waste.heap, unless: ["telemetry.hae_m > 500.0"]}
            """)
        let fired = classifier.classify(Self.frame(0, [Self.object("garbage", nil)]), placement: CountingPlacement())
        #expect(fired.map(\.rule) == ["asked"])
        #expect(fired.first?.confidence == 0.5)
        #expect(classifier.counters.map(\.errors) == [1, 0, 1])
        #expect(classifier.counters.map(\.fired) == [0, 1, 0])
        #expect(classifier.counters.map(\.evaluated) == [1, 1, 1])
        #expect(classifier.counters[0].lastError?.contains("absent") == true)
    }

    @Test func `severity and confidence may be worked out`() throws {
        var classifier = try Self.classifier(
            """
              - id: a
                scene_type: waste.heap
                severity: 'object.confidence > 0.9 ? "red" : "blue"'
                confidence: object.confidence * 2.0
              - {id: wrong, scene_type: waste.heap, severity: 'object.label'}
              - {id: fixed, scene_type: waste.heap, severity: orange, confidence: 0.25}
            """)
        let found = classifier.classify(
            Self.frame(0, [Self.object("garbage", 0.95), Self.object("garbage", 0.3)]), placement: CountingPlacement())
        #expect(
            found.map { "\($0.rule) \($0.severity.rawValue) \($0.confidence)" } == [
                "a red 1.0", "fixed orange 0.25", "a blue 0.6", "fixed orange 0.25",
            ])
        #expect(classifier.counters[1].errors == 2)
    }

    @Test func `a mark drawn by a person is sure`() throws {
        var classifier = try Self.classifier("  - {id: a, scene_type: waste.heap, when: ['object.kind == \"mark\"']}\n")
        let found = classifier.classify(
            Self.frame(0, [Self.object("garbage", nil, kind: .mark)]), placement: CountingPlacement())
        #expect(found.map(\.confidence) == [1])
    }

    @Test func `a rule about the frame looks at all objects once`() throws {
        var classifier = try Self.classifier(
            """
              - id: crowd
                scene_type: crowd.big
                match: frame
                when: ["objects.filter(o, o.label == 'person' && o.confidence > 0.5).size() >= 3", "frame.width_px == 1000.0"]
                confidence: 0.9
            """)
        let placement = CountingPlacement(.success(Self.tag))
        let three = [Self.object("Person"), Self.object("person"), Self.object("person"), Self.object("car")]
        let found = classifier.classify(Self.frame(0, three), placement: placement)
        #expect(found.map(\.rule) == ["crowd"])
        #expect(found.first?.object == nil && found.first?.geotag == Self.tag)
        #expect(classifier.classify(Self.frame(1, Array(three.dropFirst())), placement: placement).isEmpty)
        #expect(classifier.classify(Self.frame(2, []), placement: placement).isEmpty)
    }

    @Test func `a classifier may be held to some packs`() throws {
        var none = try Self.classifier("  - {id: a, scene_type: waste.heap}\n", packs: ["other"])
        #expect(none.classify(Self.frame(0, [Self.object("garbage")]), placement: CountingPlacement()).isEmpty)
        var all = try Self.classifier("  - {id: a, scene_type: waste.heap}\n", packs: ["p"])
        #expect(all.classify(Self.frame(0, [Self.object("garbage")]), placement: CountingPlacement()).count == 1)
    }

    @Test func `flight, time and attributes can be asked for`() throws {
        var classifier = try Self.classifier(
            """
              - id: a
                scene_type: waste.heap
                when:
                  - flight.elapsed_s >= 2.0 && flight.frames == 2
                  - now == timestamp("2026-08-20T03:00:12Z") && frame.hour_utc == 3
                  - object.attributes.colour == "blue" && object.attributes.count > 2.0 && object.attributes.wet
            """)
        var object = Self.object("garbage")
        object.attributes = ["colour": .string("blue"), "count": .number(3), "wet": .bool(true)]
        #expect(classifier.classify(Self.frame(10, [object]), placement: CountingPlacement()).isEmpty)
        #expect(classifier.classify(Self.frame(12, [object]), placement: CountingPlacement()).count == 1)
        #expect(classifier.counters[0].errors == 0)
    }

    @Test func `a hostile frame is survived`() throws {
        var classifier = try Self.classifier(
            """
              - id: a
                scene_type: waste.heap
                labels: ["*"]
                when: ["object.area_px >= 0.0 || object.aspect > 0.0 || object.area_share > 0.0"]
            """)
        var objects: [FrameObject] = []
        for value in [Double.nan, .infinity, -.infinity, 1e308, -1e308, 0] {
            objects.append(
                FrameObject(
                    label: String(repeating: "x ", count: 1000), confidence: value,
                    box: .init(left: value, top: -value, right: -value, bottom: value)))
        }
        var frame = Self.frame(0, objects)
        frame.utc = UTCTime(microseconds: .min)
        frame.frame.width = 0
        let found = classifier.classify(frame, placement: CountingPlacement())
        #expect(found.allSatisfy { (0...1).contains($0.confidence) })
        frame.utc = UTCTime(microseconds: .max)
        frame.objects = Array(repeating: Self.object("y"), count: 5000)
        #expect(classifier.classify(frame, placement: CountingPlacement()).count == RuleClassifier.maximumDetections)
        #expect(classifier.overflowed == 5000 - Int64(RuleClassifier.maximumDetections))
    }
}
