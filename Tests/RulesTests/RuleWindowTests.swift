import Inspection
import Testing

@testable import Rules

@Suite struct RuleWindowTests {
    private func firings(_ window: RuleWindow, _ sightings: [(track: String, frame: Int, seconds: Double)]) -> [Int] {
        var memory = WindowMemory()
        return sightings.enumerated().compactMap { index, sighting in
            memory.note(sighting.track, frame: sighting.frame, seconds: sighting.seconds, window: window).map { _ in
                index
            }
        }
    }

    @Test func `it fires at the nth of the last m frames`() {
        let window = RuleWindow(sightings: 3, frames: 5)
        #expect(firings(window, [("a", 0, 0), ("a", 2, 0.4), ("a", 4, 0.8), ("a", 5, 1)]) == [2, 3])
        #expect(firings(window, [("a", 0, 0), ("a", 2, 0.4), ("a", 5, 1), ("a", 9, 1.8)]) == [])
    }

    @Test func `old sightings do not count`() {
        let window = RuleWindow(sightings: 2, frames: 100, seconds: 1)
        #expect(firings(window, [("a", 0, 0), ("a", 1, 1.5), ("a", 2, 2.5)]) == [2])
    }

    @Test func `each track has its own`() {
        let window = RuleWindow(sightings: 2, frames: 5)
        #expect(firings(window, [("a", 0, 0), ("b", 1, 0.2), ("a", 2, 0.4)]) == [2])
    }

    @Test func `two objects of one frame are one sighting`() {
        #expect(firings(RuleWindow(sightings: 2, frames: 5), [("", 0, 0), ("", 0, 0), ("", 1, 0.2)]) == [2])
    }

    @Test func `after firing it rests`() {
        let window = RuleWindow(sightings: 1, frames: 1, cooldown: 2)
        #expect(firings(window, [("a", 0, 0), ("a", 1, 1.9), ("b", 1, 1.9), ("a", 2, 2), ("a", 3, 3.9)]) == [0, 2, 3])
    }

    @Test func `what could not be decided starts no rest`() throws {
        var classifier = try RuleClassifierTests.classifier(
            "  - {id: a, scene_type: waste.heap, window: {cooldown: 10}, confidence: \"object.confidence * 0.5\"}\n")
        let placement = NoPlacement()
        let unsure = RuleClassifierTests.object("garbage", nil, track: "1")
        let sure = RuleClassifierTests.object("garbage", 0.8, track: "1")
        #expect(classifier.classify(RuleClassifierTests.frame(0, [unsure]), placement: placement).isEmpty)
        #expect(classifier.counters[0].errors == 1)
        #expect(classifier.classify(RuleClassifierTests.frame(1, [sure]), placement: placement).count == 1)
        #expect(classifier.classify(RuleClassifierTests.frame(2, [sure]), placement: placement).isEmpty)
        #expect(classifier.counters[0].withheld == 1)
    }

    @Test func `what is dropped over the limit of a frame starts no rest`() throws {
        var classifier = try RuleClassifierTests.classifier(
            "  - {id: a, scene_type: waste.heap, window: {cooldown: 10}}\n")
        let placement = NoPlacement()
        let crowd = (0...RuleClassifier.maximumDetections).map {
            RuleClassifierTests.object("garbage", track: "\($0)")
        }
        let first = classifier.classify(RuleClassifierTests.frame(0, crowd), placement: placement)
        #expect(first.count == RuleClassifier.maximumDetections && classifier.overflowed == 1)
        let second = classifier.classify(RuleClassifierTests.frame(1, crowd), placement: placement)
        #expect(second.map(\.object?.track) == [crowd.last?.track])
    }

    @Test func `tracks without end are bounded, and the oldest is forgotten`() {
        let window = RuleWindow(sightings: 2, frames: 1_000_000, seconds: 3600)
        var memory = WindowMemory()
        for track in 0...WindowMemory.maximumTracks {
            #expect(memory.note("\(track)", frame: track, seconds: Double(track) / 1000, window: window) == nil)
        }
        let eighth = WindowMemory.maximumTracks / 8
        #expect(memory.note("\(eighth)", frame: 5000, seconds: 5, window: window) == 2)
        #expect(memory.note("\(eighth - 1)", frame: 5000, seconds: 5, window: window) == nil)
        #expect(memory.note("0", frame: 5000, seconds: 5, window: window) == nil)
    }

    @Test func `a new run of the source begins anew`() throws {
        var classifier = try RuleClassifierTests.classifier(
            "  - {id: a, scene_type: waste.heap, window: {sightings: 2, frames: 5}}\n")
        let placement = NoPlacement()
        func frame(_ seconds: Double) -> FrameMetadata {
            RuleClassifierTests.frame(seconds, [RuleClassifierTests.object("garbage", track: "1")])
        }
        #expect(classifier.classify(frame(100), placement: placement).isEmpty)
        #expect(classifier.classify(frame(0), placement: placement).isEmpty)
        #expect(classifier.classify(frame(0.2), placement: placement).count == 1)
        #expect(classifier.counters[0].withheld == 2)
    }

    @Test func `frames without objects do not use up a window`() throws {
        var classifier = try RuleClassifierTests.classifier(
            "  - {id: a, scene_type: waste.heap, window: {sightings: 2, frames: 2}}\n")
        let placement = NoPlacement()
        let object = RuleClassifierTests.object("garbage", track: "1")
        #expect(classifier.classify(RuleClassifierTests.frame(0, [object]), placement: placement).isEmpty)
        for index in 1..<5 {
            #expect(
                classifier.classify(RuleClassifierTests.frame(Double(index) * 0.04, []), placement: placement).isEmpty)
        }
        let found = classifier.classify(RuleClassifierTests.frame(0.2, [object]), placement: placement)
        #expect(found.first?.reasons.last?.condition == "seen in 2 of 2 frames")
    }
}

private struct NoPlacement: Placement {
    func place(
        _ object: FrameObject, footing: Footing, in frame: FrameMetadata
    ) -> Result<Geotag, PlacementRefusal> { .failure(.noPose) }
}
