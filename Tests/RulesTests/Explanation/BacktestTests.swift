import Geodesy
import Inspection
import Testing

@testable import Rules

@Suite struct BacktestTests {
    private struct Nowhere: Placement {
        func place(
            _ object: FrameObject, footing: Footing, in frame: FrameMetadata
        ) -> Result<Geotag, PlacementRefusal> { .failure(.noPose) }
    }

    /// Heaps of growing confidence, as a log gives them back.
    static func logged() throws -> [FrameMetadata] {
        let header = MetadataLogHeader(
            gateway: try #require(Name("g")), source: try #require(Name("s")),
            flight: FlightID(milliseconds: 1, randomness: (2, 3)), content: "c", writtenAt: UTCTime(microseconds: 0))
        var encoder = MetadataLogEncoder()
        var bytes = MetadataLogEncoder.start
        encoder.append(header, to: &bytes)
        for index in 0..<10 {
            let objects = [
                RuleClassifierTests.object("garbage", Double(index) / 10, track: "1"),
                RuleClassifierTests.object("smoke", 0.9),
            ]
            #expect(encoder.append(RuleClassifierTests.frame(Double(index) / 5, objects), to: &bytes))
        }
        var decoder = MetadataLogDecoder()
        decoder.add(bytes)
        var frames: [FrameMetadata] = []
        while let entry = decoder.next() { if case .frame(let frame) = entry { frames.append(frame) } }
        return frames
    }

    static func rules(_ least: Double, _ severity: String = "yellow") -> String {
        """
          - id: heap
            scene_type: waste.heap
            when: ["object.confidence >= \(least)"]
            severity: \(severity)
          - id: smoke
            scene_type: smoke.seen
        """
    }

    static func compare(_ before: String, _ after: String) throws -> (changes: [String], backtest: Backtest) {
        var old = try RuleClassifierTests.classifier(before)
        var new = try RuleClassifierTests.classifier(after)
        var backtest = Backtest()
        var changes: [String] = []
        for frame in try logged() {
            let found = backtest.compare(
                old.classify(frame, placement: Nowhere()), new.classify(frame, placement: Nowhere()))
            changes += found.map {
                "\($0.change.rawValue) \($0.detection.rule) \($0.detection.frame.index)"
                    + ($0.former == nil
                        ? "" : " \($0.former?.rawValue ?? "") → \($0.detection.severity.rawValue)")
            }
        }
        return (changes, backtest)
    }

    @Test func `counts what could not be decided, by rule and version`() throws {
        let blind = """
              - {id: heap, scene_type: waste.heap, when: ["telemetry.speed_mps > 1.0"]}
              - {id: smoke, scene_type: smoke.seen}
            """
        var old = try RuleClassifierTests.classifier(Self.rules(0.5))
        var new = try RuleClassifierTests.classifier(blind)
        for frame in try Self.logged() {
            _ = old.classify(frame, placement: Nowhere())
            _ = new.classify(frame, placement: Nowhere())
        }
        var backtest = Backtest()
        for _ in 0..<2 { backtest.add(undecided: old.counters, new.counters) }
        #expect(Array(backtest.undecided.keys) == ["heap"])
        #expect(backtest.undecided["heap"]?.before == 0 && backtest.undecided["heap"]?.after == 20)
    }

    @Test func `tells what stricter rules lose, looser ones gain, and others change`() throws {
        let (lost, stricter) = try Self.compare(Self.rules(0.5), Self.rules(0.75))
        #expect(lost == ["lost heap 5", "lost heap 6", "lost heap 7"])
        var counts = Backtest.Counts()
        (counts.before, counts.after, counts.lost) = (5, 2, 3)
        #expect(stricter.detections["heap"] == counts)
        counts = Backtest.Counts()
        (counts.before, counts.after) = (10, 10)
        #expect(stricter.detections["smoke"] == counts)
        let (gained, _) = try Self.compare(Self.rules(0.75), Self.rules(0.5))
        #expect(gained == ["gained heap 5", "gained heap 6", "gained heap 7"])
        let (changed, _) = try Self.compare(Self.rules(0.75), Self.rules(0.75, "red"))
        #expect(changed == ["changed heap 8 yellow → red", "changed heap 9 yellow → red"])
        #expect(try Self.compare(Self.rules(0.3), Self.rules(0.3)).changes.isEmpty)
    }

    @Test func `of two detections of one rule and like objects, one more is one gained`() throws {
        var classifier = try RuleClassifierTests.classifier(Self.rules(0.5))
        let object = RuleClassifierTests.object("garbage")
        let one = classifier.classify(RuleClassifierTests.frame(0, [object]), placement: Nowhere())
        let two = classifier.classify(RuleClassifierTests.frame(0, [object, object]), placement: Nowhere())
        var backtest = Backtest()
        #expect(backtest.compare(one, two).map(\.change) == [.gained])
        #expect(backtest.compare(two, one).map(\.change) == [.lost])
        #expect(backtest.compare(two, two).isEmpty)
    }

    static func finding(_ id: UInt64, rule: String = "heap", latitude: Double?, seen: Int64 = 0) throws -> Finding {
        let tag = latitude.map {
            Geotag(
                point: GeodeticPoint(latitude: $0, longitude: 118, height: 0), method: .rayEllipsoid,
                ellipse: ErrorEllipse(semiMajor: 1, semiMinor: 1, bearing: 0), ce90: 2, poseAgeMilliseconds: 0,
                sourceDatum: "")
        }
        let name = try #require(Name("s"))
        return Finding(
            id: FindingID(milliseconds: id, randomness: (id, id)), sceneType: "waste.heap",
            title: BilingualText(zh: "", en: ""), severity: .yellow, confidence: 1, status: .open,
            firstSeen: UTCTime(microseconds: seen), lastSeen: UTCTime(microseconds: seen + 10), provenance: .file,
            sightings: 3, flight: FlightID(milliseconds: 1, randomness: (1, 1)), source: name, gateway: name,
            rule: rule,
            ruleVersion: "1", reasons: [], location: tag, refusal: tag == nil ? .noPose : nil)
    }

    @Test func `findings are the same by id, by place, and without one by time`() throws {
        var backtest = Backtest()
        let before = [
            try Self.finding(1, latitude: 28), try Self.finding(2, latitude: 28.001),
            try Self.finding(3, latitude: nil, seen: 100), try Self.finding(4, rule: "shed", latitude: 28.002),
        ]
        let after = [
            // The id counts, wherever it lies; 4.4 m aside; overlapping in time; the same place for another rule.
            try Self.finding(1, latitude: 29), try Self.finding(12, latitude: 28.001_04),
            try Self.finding(13, latitude: nil, seen: 105), try Self.finding(14, latitude: 28.002),
        ]
        var graver = before[0]
        graver.severity = .red
        var other = Backtest()
        #expect(other.compare([before[0]], [graver], radius: 9).map(\.former) == [.yellow])
        let changes = backtest.compare(before, after, radius: 9)
        #expect(changes.map(\.change) == [.gained, .lost])
        #expect(changes.map(\.finding.id) == [after[3].id, before[3].id])
        #expect(backtest.findings["heap"]?.gained == 1 && backtest.findings["shed"]?.lost == 1)
        #expect(backtest.compare([before[2]], [try Self.finding(9, latitude: nil, seen: 111)], radius: 9).count == 2)
    }
}
