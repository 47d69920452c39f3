import Geodesy
import Inspection
import Synchronization
import Testing

@testable import Rules

@Suite struct TrackHistoryTests {
    /// An object is where its track's number times the metres north of the equator are, by the second of its frame.
    private final class Walking: Placement {
        let asked = Mutex<[String]>([])
        let speed: Double

        init(speed: Double = 2) { self.speed = speed }

        func place(
            _ object: FrameObject, footing: Footing, in frame: FrameMetadata
        ) -> Result<Geotag, PlacementRefusal> {
            asked.withLock { $0.append("\(object.label) \(footing.rawValue)") }
            let origin = GeodeticPoint(latitude: 28, longitude: 118, height: 0)
            return .success(
                Geotag(
                    point: origin.moved(north: frame.frame.time.seconds * speed, east: 0), method: .rayEllipsoid,
                    ellipse: ErrorEllipse(semiMajor: 1, semiMinor: 1, bearing: 0), ce90: 5, poseAgeMilliseconds: 0,
                    sourceDatum: "test"))
        }
    }

    /// The values that the rule's one condition saw, frame by frame.
    private func seen(
        _ when: String, _ frames: [FrameMetadata], placement: any Placement = NoPlaces(), scene: String = "waste.heap"
    ) throws -> [[String]] {
        var classifier = try RuleClassifierTests.classifier(
            "  - {id: a, scene_type: \(scene), labels: [garbage], confidence: 0.5, when: [\"\(when) || true\"]}\n")
        return frames.map { frame in
            classifier.classify(frame, placement: placement).map {
                $0.reasons.dropFirst().flatMap(\.values).map { "\($0.name)=\($0.value)" }.joined(separator: " ")
            }
        }
    }

    private func frame(_ seconds: Double, _ confidence: Double? = 0.5, left: Double = 100, track: String? = "1")
        -> FrameMetadata
    {
        var object = RuleClassifierTests.object("garbage", confidence, track: track)
        object.box = .init(left: left, top: 100, right: left + 100, bottom: 150)
        return RuleClassifierTests.frame(seconds, [object])
    }

    @Test func `a track is what it was in the frames before`() throws {
        let frames = [frame(10, 0.5), frame(10.5, 0.9), frame(11, 0.2), frame(13, nil)]
        let values = try seen("history.frames > 0 && history.age_s > 0.0 && history.unseen_s > 0.0", frames)
        #expect(
            values == [
                ["history.frames=0 history.age_s=0"],
                ["history.frames=1 history.age_s=0.5 history.unseen_s=0.5"],
                ["history.frames=2 history.age_s=1 history.unseen_s=0.5"],
                ["history.frames=3 history.age_s=3 history.unseen_s=2"],
            ])
        #expect(
            try seen("history.max_confidence > 0.0", frames).map { $0.first ?? "" }
                == ["", "history.max_confidence=0.5", "history.max_confidence=0.9", "history.max_confidence=0.9"])
    }

    @Test func `it moved from the middle of its first box`() throws {
        let frames = [frame(0, left: 100), frame(1, left: 103), frame(2, left: 60)]
        #expect(
            try seen("history.moved_px > 0.0", frames)
                == [["history.moved_px=0"], ["history.moved_px=3"], ["history.moved_px=40"]])
    }

    @Test func `it moved over the ground, and how fast`() throws {
        let frames = (0...12).map { frame(Double($0) * 0.5) }
        let values = try seen("history.moved_m > 0.0 && history.speed_mps > 0.0", frames, placement: Walking())
        func number(_ index: Int, _ name: String) throws -> Double? {
            let text = try #require(values[index].first)
            return text.split(separator: " ").first { $0.hasPrefix(name) }.flatMap {
                Double($0.dropFirst(name.count + 1))
            }
        }
        #expect(try number(0, "history.moved_m") == nil)
        for index in 1...12 {
            let moved = try #require(try number(index, "history.moved_m"))
            #expect(abs(moved - Double(index)) < 0.01)
        }
        #expect(try number(1, "history.speed_mps") == nil)
        for index in 2...12 {
            let speed = try #require(try number(index, "history.speed_mps"))
            #expect(abs(speed - 2) < 0.01)
        }
    }

    @Test func `speed is of the last seconds`() {
        var path = TrackHistory.Path()
        let origin = GeodeticPoint(latitude: 28, longitude: 118, height: 0)
        for tenth in 0...100 { path.note(origin, seconds: Double(tenth) / 10) }
        let away = origin.moved(north: 8, east: 0)
        #expect(abs((path.speed(to: away, seconds: 10) ?? 0) - 2) < 0.1)
        #expect(path.speed(to: away, seconds: 20) == nil)
        #expect(TrackHistory.Path().speed(to: away, seconds: 20) == nil)
    }

    @Test func `objects without a track have no past`() throws {
        #expect(try seen("has(history.frames) && history.frames >= 0", [frame(0, track: nil)]) == [[""]])
        var classifier = try RuleClassifierTests.classifier(
            "  - {id: a, scene_type: waste.heap, when: [\"history.frames >= 0\"]}\n")
        #expect(classifier.classify(frame(0, track: nil), placement: NoPlaces()).isEmpty)
        #expect(classifier.counters[0].errors == 1)
    }

    @Test func `a track not seen for long is another one, and so is one of another run`() throws {
        let frames = [frame(0), frame(60), frame(121), frame(122), frame(3)]
        #expect(
            try seen("history.frames > 0", frames).map { $0.first ?? "" }
                == [0, 1, 0, 1, 0].map { "history.frames=\($0)" })
    }

    @Test func `two objects of one frame that say one track are seen once`() throws {
        let object = RuleClassifierTests.object("garbage", track: "1")
        let frames = [0.0, 1].map { RuleClassifierTests.frame($0, [object, object]) }
        #expect(
            try seen("history.frames > 0", frames)
                == [["history.frames=0", "history.frames=0"], ["history.frames=1", "history.frames=1"]])
    }

    @Test func `places are remembered only where a rule speaks of them, by its footing`() throws {
        let objects = ["garbage", "smoke", "car"].map { RuleClassifierTests.object($0, track: $0) }
        let frame = RuleClassifierTests.frame(0, objects)
        func asked(_ rules: String) throws -> [String] {
            var classifier = try RuleClassifierTests.classifier(rules)
            let placement = Walking()
            _ = classifier.classify(frame, placement: placement)
            return placement.asked.withLock { $0 }
        }
        let never = "object.confidence > 2.0"
        #expect(try asked("  - {id: a, scene_type: waste.heap, when: ['\(never)', 'history.frames > 5']}\n") == [])
        #expect(
            try asked("  - {id: a, scene_type: waste.heap, when: ['\(never)', 'history.moved_m > 5.0']}\n")
                == ["garbage flat"])
        #expect(
            try asked(
                """
                  - {id: a, scene_type: smoke.seen, when: ['\(never)', 'history.speed_mps > 5.0']}
                  - {id: b, scene_type: waste.heap, when: ['\(never)']}
                """) == ["smoke standing"])
    }

    @Test func `rules about the frame know of nothing past`() throws {
        let pack = """
            pack: p
            version: "1"
            title: {zh: 测, en: T}
            rules: [{id: a, scene_type: crowd.big, match: frame, when: ["history.frames > 0"]}]
            """
        let error = #expect(throws: RulesError.self) {
            try RuleSet.parse(catalogue: (RuleClassifierTests.catalogue, "c"), packs: [(pack, "p")])
        }
        #expect(error?.description.contains("unknown name 'history'") == true)
    }

    @Test func `tracks without end are bounded, and the longest unseen is forgotten`() {
        var memory = HistoryMemory()
        for number in 0...HistoryMemory.maximumTracks {
            let object = RuleClassifierTests.object("garbage", track: "\(number)")
            let seconds = Double(number) / 1000
            let scene = FrameScene(
                RuleClassifierTests.frame(seconds, [object]), labels: ["garbage"], flight: FlightProgress(),
                placement: NoPlaces())
            memory.note(.track, 0, scene, frame: number, seconds: seconds)
        }
        let eighth = HistoryMemory.maximumTracks / 8
        #expect(memory.before("\(eighth)", seconds: 5).frames == 1)
        #expect(memory.before("\(eighth - 1)", seconds: 5).frames == 0)
    }

    @Test func `a hostile track is survived`() throws {
        let boxes = [Double.nan, .infinity, 1e308, 0]
        let frames = boxes.enumerated().map { frame(Double($0), $1, left: $1) }
        #expect(
            try seen("history.moved_px >= 0.0 || history.max_confidence > 0.0", frames).allSatisfy { $0.count == 1 })
    }
}
