import Geodesy
import Inspection
import LocatedYAML
import Testing

@testable import Rules

/// `parameters` and `overrides`.
@Suite struct RuleOverrideTests {
    private struct Place: Placement {
        var latitude: Double?

        func place(
            _ object: FrameObject, footing: Footing, in frame: FrameMetadata
        ) -> Result<Geotag, PlacementRefusal> {
            guard let latitude else { return .failure(.noPose) }
            return .success(
                Geotag(
                    point: GeodeticPoint(latitude: latitude, longitude: 118, height: 0), method: .rayEllipsoid,
                    ellipse: ErrorEllipse(semiMajor: 1, semiMinor: 1, bearing: 0), ce90: 5, poseAgeMilliseconds: 0,
                    sourceDatum: "test"))
        }
    }

    private static func rules(_ text: String) throws -> RuleSet {
        let pack = "pack: p\nversion: \"1\"\ntitle: {zh: 测, en: T}\nrules:\n" + text
        do {
            return try RuleSet.parse(catalogue: (RuleClassifierTests.catalogue, "c"), packs: [(pack, "p.yaml")])
        } catch {
            Issue.record("\(error.description)")
            throw error
        }
    }

    private static func ground() throws -> GroundData {
        func disc(_ name: String, _ latitude: Double, _ kind: AreaSource.Kind) throws -> (AreaSet.Area, GroundShape) {
            let center = GeodeticPoint(latitude: latitude, longitude: 118, height: 0)
            let shape = try #require(GroundShape(discs: [.init(center: center, radius: 500)]))
            return (AreaSet.Area(name: name, code: "", kind: kind, set: "set", margin: 0), shape)
        }
        return GroundData(
            areas: AreaSet([try disc("First School", 28, .school), try disc("Quarry 7", 29, .quarry)]), registers: [])
    }

    private static let rule = """
          - id: a
            scene_type: waste.heap
            parameters: {min_confidence: 0.5, min_width: 16}
            when: ["object.confidence >= param.min_confidence && object.width_px >= param.min_width"]
            overrides:
              - {sources: [dock-1], areas: [school], parameters: {min_confidence: 0.1}}
              - {sources: ["dock-*", "*-night"], parameters: {min_confidence: 0.7}}
              - {areas: [Quarry 7], enabled: false}
              - {areas: [school], parameters: {min_confidence: 0.9}}
        """

    /// The least of these confidences with which it fires; nil when it fires with none.
    private static func least(_ rules: RuleSet, source: String, latitude: Double?) throws -> Double? {
        var classifier = RuleClassifier(rules, source: source, ground: HeldGround(try ground()))
        return [0.05, 0.1, 0.3, 0.5, 0.7, 0.9].first { confidence in
            let frame = RuleClassifierTests.frame(0, [RuleClassifierTests.object("garbage", confidence)])
            return !classifier.classify(frame, placement: Place(latitude: latitude)).isEmpty
        }
    }

    @Test(
        arguments: [
            ("uav-1", nil, 0.5), ("uav-1", 10.0, 0.5), ("uav-1", 29, nil), ("uav-1", 28, 0.9), ("dock-1", nil, 0.7),
            ("dock-1", 28, 0.1), ("dock-1", 29, 0.7), ("dock-22", 28, 0.7), ("uav-night", 29, 0.7),
            ("night-uav", nil, 0.5),
        ] as [(String, Double?, Double?)])
    func `the first override that fits counts`(source: String, latitude: Double?, least: Double?) throws {
        #expect(try Self.least(Self.rules(Self.rule), source: source, latitude: latitude) == least)
    }

    @Test func `parameters are in the reasons with their values`() throws {
        let rules = try Self.rules(Self.rule)
        var classifier = RuleClassifier(rules, source: "dock-9")
        let frame = RuleClassifierTests.frame(0, [RuleClassifierTests.object("garbage", 0.8)])
        let found = try #require(classifier.classify(frame, placement: Place()).first)
        #expect(
            found.reasons.dropFirst().map { "\($0.condition) \($0.values.map { "\($0.name)=\($0.value)" })" } == [
                #"object.confidence >= param.min_confidence ["object.confidence=0.8", "param.min_confidence=0.7"]"#,
                #"object.width_px >= param.min_width ["object.width_px=100", "param.min_width=16"]"#,
            ])
    }

    @Test func `rules that say the same of other parameters do not share it`() throws {
        let rules = try Self.rules(
            """
              - {id: low, scene_type: waste.heap, parameters: {least: 0.3}, when: ["object.confidence > param.least"], unless: ["object.width_px < param.least"]}
              - {id: high, scene_type: waste.heap, parameters: {least: 0.8}, when: ["object.confidence > param.least"], unless: ["object.width_px < param.least"]}
            """)
        var classifier = RuleClassifier(rules)
        let frame = RuleClassifierTests.frame(
            0, [RuleClassifierTests.object("garbage", 0.5), RuleClassifierTests.object("garbage", 0.9)])
        let found = classifier.classify(frame, placement: Place())
        #expect(found.map(\.rule) == ["low", "low", "high"])
        #expect(
            found.map { $0.reasons.last?.values.last } == [
                .init(name: "param.least", value: "0.3"), .init(name: "param.least", value: "0.3"),
                .init(name: "param.least", value: "0.8"),
            ])
    }

    @Test func `severity, confidence and hold read parameters too`() throws {
        let rules = try Self.rules(
            """
              - id: a
                scene_type: waste.heap
                parameters: {high: 0.9, low: 0.2, sure: 0.75}
                when: ["object.confidence >= 0.6"]
                hold: ["object.confidence >= param.low"]
                severity: 'object.confidence >= param.high ? "red" : "blue"'
                confidence: param.sure
                overrides: [{areas: [school], parameters: {low: 0.5, high: 0.65}}]
            """)
        var classifier = RuleClassifier(rules, ground: HeldGround(try Self.ground()))
        func classify(_ seconds: Double, _ confidence: Double, _ latitude: Double) -> [String] {
            let frame = RuleClassifierTests.frame(
                seconds, [RuleClassifierTests.object("garbage", confidence, track: "1")])
            return classifier.classify(frame, placement: Place(latitude: latitude)).map {
                "\($0.severity.rawValue) \($0.confidence)"
            }
        }
        #expect(classify(0, 0.7, 10) == ["blue 0.75"])
        #expect(classify(1, 0.7, 28) == ["red 0.75"])
        #expect(classify(2, 0.3, 10) == ["blue 0.75"])
        #expect(classify(3, 0.3, 28) == [])
        #expect(classify(4, 0.3, 10) == [])
    }

    @Test func `windows remember across areas`() throws {
        let rules = try Self.rules(
            """
              - id: a
                scene_type: waste.heap
                parameters: {least: 0.5}
                when: ["object.confidence >= param.least"]
                window: {sightings: 2, frames: 2}
                overrides: [{areas: [school], parameters: {least: 0.1}}]
            """)
        var classifier = RuleClassifier(rules, ground: HeldGround(try Self.ground()))
        let weak = RuleClassifierTests.frame(0, [RuleClassifierTests.object("garbage", 0.2, track: "1")])
        let strong = RuleClassifierTests.frame(1, [RuleClassifierTests.object("garbage", 0.6, track: "1")])
        #expect(classifier.classify(weak, placement: Place(latitude: 28)).isEmpty)
        #expect(classifier.classify(strong, placement: Place(latitude: 10)).count == 1)
    }

    @Test func `a rule that a source does not have is not looked at, and one without areas places nothing`() throws {
        let rules = try Self.rules(
            """
              - {id: off, scene_type: waste.heap, overrides: [{sources: [a], enabled: false}]}
              - {id: only, scene_type: waste.heap, overrides: [{sources: [a], enabled: true}, {sources: ["*"], enabled: false}]}
            """)
        func fired(_ source: String) -> [String] {
            var classifier = RuleClassifier(rules, source: source)
            let frame = RuleClassifierTests.frame(0, [RuleClassifierTests.object("garbage")])
            return classifier.classify(frame, placement: Place()).map(\.rule)
        }
        #expect(fired("a") == ["only"])
        #expect(fired("b") == ["off"])
    }

    @Test func `sources and areas that there are not are told with their place`() throws {
        let rules = try Self.rules(Self.rule)
        #expect(
            rules.overridesWithoutSource(among: ["dock-2", "uav-1"]).map(\.description) == [
                "p.yaml:10:20: rules[0].overrides[0].sources[0]: no source is called dock-1: the override never fits (did you mean dock-2?)",
                "p.yaml:11:30: rules[0].overrides[1].sources[1]: no source is called *-night: the override never fits (one of: dock-2, uav-1)",
            ])
        #expect(rules.overridesWithoutSource(among: ["dock-1", "x-night"]).isEmpty)
        #expect(rules.overridesWithoutArea(in: try Self.ground()).isEmpty)
        #expect(
            rules.overridesWithoutArea(in: GroundData()).map(\.description) == [
                "p.yaml:12:18: rules[0].overrides[2].areas[0]: no area is called Quarry 7: the override never fits"
            ])
    }

    @Test func `without a gateway nothing is told of sources, and of areas only beside others`() throws {
        let rules = try Self.rules(Self.rule)
        #expect(rules.overridesThatNeverFit(sources: nil, ground: GroundData()).isEmpty)
        #expect(rules.overridesThatNeverFit(sources: nil, ground: try Self.ground()).isEmpty)
        #expect(rules.overridesThatNeverFit(sources: [], ground: GroundData()).count == 4)
    }

    @Test(arguments: [
        ("*", "", true), ("*", "uav", true), ("uav", "uav", true), ("uav", "uav-1", false), ("u*v", "uav", true),
        ("u*v", "uv", true), ("u*v", "uava", false), ("*a*a*", "banana", true), ("*b*b*", "banana", false),
        ("**", "x", true), ("a*", "ba", false), ("*-1", "x-1-1", true), ("", "", true), ("", "a", false),
    ])
    func `patterns of sources`(pattern: String, name: String, fits: Bool) {
        #expect(SourcePattern(pattern).fits(name) == fits)
    }
}
