import Geodesy
import Inspection
import Testing

@testable import Rules

@Suite struct RuleFaultTests {
    private struct Place: Placement {
        var isKnown: Bool

        func place(
            _ object: FrameObject, footing: Footing, in frame: FrameMetadata
        ) -> Result<Geotag, PlacementRefusal> {
            guard isKnown else { return .failure(.noPose) }
            return .success(
                Geotag(
                    point: GeodeticPoint(latitude: 28, longitude: 118, height: 0), method: .rayEllipsoid,
                    ellipse: ErrorEllipse(semiMajor: 1, semiMinor: 1, bearing: 0), ce90: 5, poseAgeMilliseconds: 0,
                    sourceDatum: "test"))
        }
    }

    private static func classifier(_ area: String = "rivver") throws -> RuleClassifier {
        try RuleClassifierTests.classifier(
            "  - {id: r, scene_type: waste.heap, when: [object.confidence >= 0.5, 'area.within(\"\(area)\")']}\n")
    }

    /// What is said of frames with one object each.
    private static func look(
        _ classifier: inout RuleClassifier, _ seconds: some Sequence<Double>, _ confidence: Double = 0.9,
        isPlaced: Bool = true
    ) -> [RuleNotice] {
        for second in seconds {
            let frame = RuleClassifierTests.frame(second, [RuleClassifierTests.object("garbage", confidence)])
            _ = classifier.classify(frame, placement: Place(isKnown: isPlaced))
        }
        return classifier.takeNotices()
    }

    private static func seconds(_ range: Range<Int>) -> [Double] { range.map(Double.init) }

    @Test func `a rule that fails again and again is told, and again after an hour at most`() throws {
        var classifier = try Self.classifier()
        #expect(Self.look(&classifier, Self.seconds(0..<9)).isEmpty)
        let said = Self.look(&classifier, Self.seconds(9..<30))
        #expect(
            said.map(\.description) == [
                "the rule r does not fire: its conditions failed 10 times and were met not once meanwhile (within: no area is called rivver)"
            ])
        #expect(said.allSatisfy { !$0.isMinor })
        #expect(Self.look(&classifier, stride(from: 30.0, to: 3600, by: 30)).isEmpty)
        #expect(Self.look(&classifier, [3609, 3610]).count == 1)
        // Running time begins again with each file of a folder.
        #expect(Self.look(&classifier, Self.seconds(0..<30)).isEmpty)
    }

    @Test func `objects of which another condition decides do not hide it`() throws {
        var classifier = try Self.classifier()
        var said: [RuleNotice] = []
        for step in 0..<20 { said += Self.look(&classifier, [Double(step)], step % 2 == 0 ? 0.9 : 0.1) }
        #expect(said.count == 1)
    }

    @Test func `a rule that was met in between is not told`() throws {
        var classifier = try RuleClassifierTests.classifier(
            "  - {id: r, scene_type: waste.heap, when: ['object.confidence > 0.5 || area.within(\"rivver\")']}\n")
        for step in 0..<40 {
            #expect(Self.look(&classifier, [Double(step)], step % 8 == 0 ? 0.9 : 0.1).isEmpty)
        }
        #expect(classifier.counters[0].fired == 5 && classifier.counters[0].errors == 35)
    }

    @Test func `a value that is missing is told only where it always is, and less loudly`() throws {
        var classifier = try Self.classifier("river")
        for step in 0..<40 {
            #expect(Self.look(&classifier, [Double(step)], step % 8 == 0 ? 0.1 : 0.9, isPlaced: false).isEmpty)
        }
        let said = Self.look(&classifier, Self.seconds(40..<60), isPlaced: false)
        #expect(said.count == 1 && said.allSatisfy(\.isMinor), "\(said)")
    }
}
