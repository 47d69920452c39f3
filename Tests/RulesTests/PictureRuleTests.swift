import Inspection
import Testing

@testable import Rules

@Suite struct PictureRuleTests {
    private static let blurred = """
          - id: blurred
            scene_type: crowd.big
            match: frame
            when: [picture.sharpness < 50.0, "!has(picture.motion) || picture.motion < 0.2"]
        """
    private static let plain = """
          - id: plain
            scene_type: crowd.big
            match: frame
            when: [frame.width_px > 100.0]
        """

    private func set(_ rules: [String]) throws -> RuleSet {
        let packs = rules.enumerated().map {
            ("pack: p\($0)\nversion: \"1\"\ntitle: {zh: 测, en: T}\nrules:\n" + $1, "p\($0)")
        }
        return try RuleSet.parse(
            catalogue: (RuleClassifierTests.catalogue, "c"), packs: packs.map { (text: $0.0, file: $0.1) })
    }

    private func fires(_ picture: PictureFeatures?) throws -> (fired: Bool, errors: Int64) {
        var classifier = RuleClassifier(try set([Self.blurred]))
        var frame = RuleClassifierTests.frame(1, [])
        frame.frame.picture = picture
        let detections = classifier.classify(frame, placement: NoPlacement())
        return (!detections.isEmpty, classifier.counters[0].errors)
    }

    @Test func `rules speak of what was measured of the picture`() throws {
        #expect(try fires(.init(luma: 0.5, contrast: 0.1, sharpness: 20, motion: 0.1)) == (true, 0))
        #expect(try fires(.init(luma: 0.5, contrast: 0.1, sharpness: 20, motion: nil)) == (true, 0))
        #expect(try fires(.init(luma: 0.5, contrast: 0.1, sharpness: 20, motion: 0.3)) == (false, 0))
        #expect(try fires(.init(luma: 0.5, contrast: 0.1, sharpness: 80, motion: 0.1)) == (false, 0))
    }

    @Test func `of a frame that was not decoded nothing has a value`() throws {
        #expect(try fires(nil) == (false, 0))
        var classifier = RuleClassifier(
            try set([
                """
                  - id: undecoded
                    scene_type: crowd.big
                    match: frame
                    when: ["!has(picture.luma)"]
                """
            ]))
        #expect(classifier.classify(RuleClassifierTests.frame(1, []), placement: NoPlacement()).count == 1)
    }

    @Test func `a frame that was not decoded is skipped, and only there a missing value is no error`() throws {
        let alike = """
              - id: alike
                scene_type: crowd.big
                match: frame
                when: [picture.luma > 0.5]
              - id: lost
                scene_type: crowd.big
                match: frame
                when: [telemetry.lat > 0.0]
            """
        var classifier = RuleClassifier(try set([alike]))
        for seconds in 0..<3 {
            var frame = RuleClassifierTests.frame(Double(seconds), [])
            if seconds == 1 { frame.frame.picture = PictureFeatures(luma: 0.2, contrast: 0, sharpness: 0, motion: nil) }
            _ = classifier.classify(frame, placement: NoPlacement())
        }
        #expect(classifier.counters[0].skipped == 2 && classifier.counters[0].errors == 0)
        #expect(classifier.counters[1].skipped == 0 && classifier.counters[1].errors == 3)
        #expect(classifier.counters[0].lastError == nil && classifier.counters[1].lastError != nil)
    }

    @Test func `a decoded frame without motion is an error of a rule that does not ask first`() throws {
        let rule = "  - {id: m, scene_type: crowd.big, match: frame, when: [picture.motion > 0.1]}"
        var classifier = RuleClassifier(try set([rule]))
        var frame = RuleClassifierTests.frame(1, [])
        frame.frame.picture = PictureFeatures(luma: 0.5, contrast: 0.1, sharpness: 20, motion: nil)
        _ = classifier.classify(frame, placement: NoPlacement())
        #expect(classifier.counters[0].errors == 1 && classifier.counters[0].skipped == 0)
    }

    @Test func `a rule set says whether pictures must be decoded for it`() throws {
        #expect(try !set([Self.plain]).asksForPictures())
        let both = try set([Self.plain, Self.blurred])
        #expect(both.asksForPictures())
        #expect(!both.asksForPictures(packs: ["p0"]) && both.asksForPictures(packs: ["p1"]))
        #expect(!both.asksForPictures(packs: []))
    }

    @Test(arguments: ["severity: 'picture.luma > 0.5 ? \"red\" : \"blue\"'", "confidence: picture.luma"])
    func `it asks in its grade and its sureness as well`(line: String) throws {
        #expect(try set([Self.plain + "\n    " + line]).asksForPictures())
    }

    @Test func `a pack's test may say what was measured`() throws {
        let rules = try set([
            Self.blurred + """

                    tests:
                      - name: blurred
                        frames: [{picture: {sharpness: 12}}, {picture: {}}, {}]
                        expect: [{frame: 0}]
                """
        ])
        let results = rules.runTests()
        #expect(results.count == 1 && results.allSatisfy(\.passed), "\(results)")
    }
}

private struct NoPlacement: Placement {
    func place(_ object: FrameObject, footing: Footing, in frame: FrameMetadata) -> Result<Geotag, PlacementRefusal> {
        .failure(.noPose)
    }
}
