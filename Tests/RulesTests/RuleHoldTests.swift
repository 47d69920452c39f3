import Inspection
import Testing

@testable import Rules

/// `lasting`, `lost_after` and `hold`.
@Suite struct RuleHoldTests {
    typealias Seen = (frame: Int, seconds: Double)

    private func firings(_ window: RuleWindow, _ sightings: [Seen], holds: Bool = false) -> [Int] {
        var memory = WindowMemory()
        return sightings.enumerated().compactMap { index, seen in
            memory.note("a", frame: seen.frame, seconds: seen.seconds, window: window, holds: holds).map { _ in index }
        }
    }

    @Test(
        arguments: [
            // From the first sighting to the newest, gaps bridged.
            (RuleWindow(lasting: 2), [(0, 0), (5, 1), (9, 1.9), (10, 2), (11, 2.2)], [3, 4]),
            // A gap over `seconds` begins anew.
            (RuleWindow(seconds: 1, lasting: 2), [(0, 0), (1, 1), (2, 2.5), (3, 3.4), (4, 4.3), (5, 4.5)], [5]),
            // A gap over `lost_after` too, though `seconds` is more.
            (RuleWindow(lasting: 2, lostAfter: 0.5), [(0, 0), (1, 0.5), (2, 1), (3, 1.6), (4, 2), (5, 2.5)], []),
            // Frames let go as well.
            (RuleWindow(lasting: 1, lostAfterFrames: 2), [(0, 0), (2, 0.5), (4, 1), (7, 1.2), (8, 2.2)], [2, 4]),
            // Times that are sums of microseconds.
            (RuleWindow(lasting: 0.3), [(0, 0.1), (1, 0.2), (2, 0.4)], [2]),
            // Much longer than what `seconds` keeps of sightings.
            (RuleWindow(seconds: 1, lasting: 10), (0...25).map { ($0, Double($0) * 0.5) }, [20, 21, 22, 23, 24, 25]),
            // Together with sightings of frames.
            (RuleWindow(sightings: 3, frames: 4, lasting: 1), [(0, 0), (1, 0.6), (9, 1.2), (10, 1.4), (11, 1.6)], [4]),
            // A track that is let go has no sightings left.
            (RuleWindow(sightings: 2, frames: 9, lostAfterFrames: 1), [(0, 0), (1, 1), (3, 2), (4, 3)], [1, 3]),
        ] as [(RuleWindow, [Seen], [Int])])
    func `conditions must have held for so long`(window: RuleWindow, seen: [Seen], fires: [Int]) {
        #expect(firings(window, seen) == fires)
    }

    @Test func `what is held need not fill its window again, and what is let go must`() {
        let window = RuleWindow(sightings: 3, frames: 3, lostAfterFrames: 5, holds: true)
        let seen: [Seen] = [(0, 0), (1, 0.2), (2, 0.4), (6, 1.2), (11, 2.2), (17, 3.4), (18, 3.6), (19, 3.8)]
        #expect(firings(window, seen, holds: true) == [2, 3, 4, 7])
        #expect(firings(window, seen) == [2, 7])
    }

    /// A rule over confidences of one track, 0.2 s apart; nil where the object is not in the frame, but another is.
    private func fired(
        _ rule: String, _ confidences: [Double?], track: String? = "1", tail: Double? = nil
    ) throws -> (frames: [Int], detections: [Detection], errors: Int64) {
        var classifier = try RuleClassifierTests.classifier("  - {id: a, scene_type: waste.heap, \(rule)}\n")
        var frames: [Int] = []
        var all: [Detection] = []
        for (index, confidence) in confidences.enumerated() {
            let objects =
                confidence.map { [RuleClassifierTests.object("garbage", $0 < 0 ? nil : $0, track: track)] }
                ?? [RuleClassifierTests.object("car")]
            let found = classifier.classify(
                RuleClassifierTests.frame(Double(index) * 0.2, objects), placement: NoPlaces())
            if !found.isEmpty { frames.append(index) }
            all += found
        }
        return (frames, all, classifier.counters[0].errors)
    }

    private static let hold = #"when: ["object.confidence >= 0.6"], hold: ["object.confidence >= 0.3"]"#

    @Test func `a held track is held by weaker conditions until they fail`() throws {
        let found = try fired(Self.hold, [0.4, 0.7, 0.4, 0.3, 0.2, 0.4, 0.7, 0.5])
        #expect(found.frames == [1, 2, 3, 6, 7])
        #expect(
            found.detections.map { $0.reasons.map { "\($0.condition) \($0.values.map(\.value).joined())" } } == [
                ["label garbage", "object.confidence >= 0.6 0.7", "seen in 1 of 1 frames 1"],
                ["label garbage", "object.confidence >= 0.3 0.4", "held 0.2"],
                ["label garbage", "object.confidence >= 0.3 0.3", "held 0.4"],
                ["label garbage", "object.confidence >= 0.6 0.7", "seen in 1 of 1 frames 1"],
                ["label garbage", "object.confidence >= 0.3 0.5", "held 0.2"],
            ])
    }

    @Test func `unseen for too long it is let go`() throws {
        let rule = Self.hold + ", window: {lost_after_frames: 2}"
        #expect(try fired(rule, [0.7, nil, 0.4, nil, nil, 0.4]).frames == [0, 2])
        let seconds = Self.hold + ", window: {lost_after: 0.5}"
        #expect(try fired(seconds, [0.7, nil, 0.4, nil, nil, 0.4]).frames == [0, 2])
        #expect(try fired(Self.hold, [0.7, nil, 0.4, nil, nil, 0.4]).frames == [0, 2, 5])
    }

    @Test func `an exception releases what is held`() throws {
        let rule = Self.hold + #", unless: ["object.confidence == 0.5"]"#
        // An exception is no sighting, and hold with it is false: the track is released.
        #expect(try fired(rule, [0.7, 0.4, 0.5, 0.4, 0.7]).frames == [0, 1, 4])
    }

    @Test func `a condition that cannot be decided is answered by those of hold`() throws {
        let rule = #"when: ["object.confidence >= 0.6"], hold: ["object.width_px > 10.0"]"#
        let found = try fired(rule, [-1, 0.7, -1, -1])
        #expect(found.frames == [1, 2, 3])
        #expect(found.errors == 1)
        // Nor does one of hold that cannot be decided release the track.
        let other = try fired(Self.hold, [0.7, -1, 0.4])
        #expect(other.frames == [0, 2])
        #expect(other.errors == 1)
    }

    @Test func `objects without a track are not held`() throws {
        #expect(try fired(Self.hold, [0.7, 0.4, 0.7, 0.4], track: nil).frames == [0, 2])
    }

    @Test func `a held rule fires again each cooldown`() throws {
        let rule = Self.hold + ", window: {cooldown: 0.5}"
        #expect(try fired(rule, [0.7, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4]).frames == [0, 3, 6])
    }

    @Test func `a rule about the frame is held too`() throws {
        var classifier = try RuleClassifierTests.classifier(
            """
              - {id: a, scene_type: crowd.big, match: frame, when: ["objects.size() >= 3"], hold: ["objects.size() >= 2"]}
            """)
        var counts: [Int] = []
        for (index, size) in [2, 3, 2, 1, 2].enumerated() {
            let objects = (0..<size).map { _ in RuleClassifierTests.object("person") }
            counts.append(
                classifier.classify(RuleClassifierTests.frame(Double(index), objects), placement: NoPlaces()).count)
        }
        #expect(counts == [0, 1, 1, 0, 0])
    }

    @Test func `the reasons say how long it lasted`() throws {
        let found = try fired(#"window: {lasting: 0.4}"#, [0.7, 0.7, nil, 0.7])
        #expect(found.frames == [3])
        #expect(
            found.detections.first?.reasons.suffix(2).map {
                "\($0.condition): \($0.values[0].name)=\($0.values[0].value)"
            }
                == ["seen in 1 of 1 frames: sightings=1", "lasting 0.4 s: lasted_s=0.6"])
    }

    @Test func `what is dropped over the limit of a frame is not held`() throws {
        var classifier = try RuleClassifierTests.classifier("  - {id: a, scene_type: waste.heap, \(Self.hold)}\n")
        let crowd = (0...RuleClassifier.maximumDetections).map {
            RuleClassifierTests.object("garbage", 0.7, track: "\($0)")
        }
        _ = classifier.classify(RuleClassifierTests.frame(0, crowd), placement: NoPlaces())
        let weak = crowd.suffix(2).map { RuleClassifierTests.object("garbage", 0.4, track: $0.track) }
        let second = classifier.classify(RuleClassifierTests.frame(1, weak), placement: NoPlaces())
        #expect(second.map(\.object?.track) == [crowd[crowd.count - 2].track])
    }
}

struct NoPlaces: Placement {
    func place(
        _ object: FrameObject, footing: Footing, in frame: FrameMetadata
    ) -> Result<Geotag, PlacementRefusal> { .failure(.noPose) }
}
