import Inspection
import Testing

@testable import Telemetry

@Suite struct `Tracks of objects that have none` {
    private static let start = UTCTime(microseconds: 1_748_743_200_000_000)

    static func box(_ x: Double, _ y: Double, _ side: Double = 40) -> FrameObject.Box {
        FrameObject.Box(left: x - side / 2, top: y - side / 2, right: x + side / 2, bottom: y + side / 2)
    }

    static func metadata(_ seconds: Double, _ objects: [FrameObject]) -> FrameMetadata {
        let frame = Frame(
            index: 0, time: .seconds(seconds), ptsMicroseconds: nil, width: 1920, height: 1080, isKey: true,
            arrival: start)
        return FrameMetadata(
            frame: frame, utc: start.advanced(byMicroseconds: Int64(seconds * 1e6)), provenance: .arrival,
            telemetry: nil, poseAge: nil, objects: objects)
    }

    static func object(_ x: Double, _ y: Double, _ label: String = "car", track: String? = nil) -> FrameObject {
        FrameObject(label: label, confidence: 0.9, box: box(x, y), track: track)
    }

    /// Tracks of each frame's objects.
    static func follow(_ frames: [(Double, [FrameObject])], _ options: ObjectTracker.Options = .init()) -> [[String?]] {
        var tracker = ObjectTracker(options: options)
        return frames.map { seconds, objects in
            var metadata = metadata(seconds, objects)
            tracker.follow(&metadata)
            return metadata.objects.map(\.track)
        }
    }

    @Test func `one thing keeps one id, and it is the gateway's own`() throws {
        let tracks = Self.follow((0..<20).map { (Double($0) * 0.1, [Self.object(100 + Double($0) * 10, 200)]) })
        #expect(Set(tracks.map { $0[0] }).count == 1)
        #expect(try #require(tracks[0][0]).hasPrefix("~"))
    }

    @Test func `two that cross keep theirs`() throws {
        let frames = (0...40).map { step in
            let x = Double(step) * 15
            return (Double(step) * 0.1, [Self.object(100 + x, 300), Self.object(700 - x, 304)])
        }
        let tracks = Self.follow(frames)
        let first = try #require(tracks.first)
        #expect(first[0] != first[1])
        #expect(tracks.allSatisfy { $0 == first })
    }

    @Test func `a thing missing for some frames is the same afterwards, carried on at its rate`() {
        let frames = (0..<20).map { step in
            (Double(step) * 0.1, (6...10).contains(step) ? [] : [Self.object(100 + Double(step) * 30, 200)])
        }
        let tracks = Self.follow(frames).flatMap { $0 }
        #expect(Set(tracks).count == 1)
        #expect(tracks.count == 15)
    }

    @Test func `a thing missing for longer than its memory is another`() {
        let tracks = Self.follow([0, 0.5, 1.7, 2.0].map { ($0, $0 < 0.4 || $0 > 1.6 ? [Self.object(100, 200)] : []) })
        #expect(Set([tracks[0][0], tracks[2][0], tracks[3][0]]).count == 2)
    }

    @Test(arguments: [5.0, -0.5])
    func `nothing goes on over a gap, or backwards`(next: Double) {
        let tracks = Self.follow([(0, [Self.object(100, 200)]), (next, [Self.object(100, 200)])])
        #expect(tracks[0] != tracks[1])
    }

    @Test func `labels are never mixed`() {
        let tracks = Self.follow([(0, [Self.object(100, 200)]), (0.1, [Self.object(100, 200, "person")])])
        #expect(tracks[0] != tracks[1])
    }

    @Test func `ids of the analyser, marks and objects without a box are left alone`() {
        var mark = Self.object(500, 500)
        mark.kind = .mark
        var bare = Self.object(0, 0)
        bare.box = nil
        let tracks = Self.follow([(0, [Self.object(100, 200, track: "7"), mark, bare])])
        #expect(tracks == [["7", nil, nil]])
    }

    @Test func `neighbours that stand still do not swap whatever their order`() {
        let places = [(100.0, 100.0), (150, 100), (100, 150), (150, 150)]
        let frames = (0..<10).map { step in
            let objects = places.map { Self.object($0.0 + Double(step % 2) * 4, $0.1) }
            return (Double(step) * 0.2, step % 2 == 0 ? objects : objects.reversed())
        }
        let tracks = Self.follow(frames)
        for (step, ids) in tracks.enumerated() { #expect((step % 2 == 0 ? ids : ids.reversed()) == tracks[0]) }
    }

    @Test func `is bounded, and keeps the surest`() {
        var options = ObjectTracker.Options()
        options.limit = 10
        var objects = (0..<50).map { Self.object(Double($0) * 100, 100) }
        objects[49].confidence = 0.99
        let tracks = Self.follow([(0, objects)], options)[0]
        #expect(tracks.count { $0 != nil } == 10)
        #expect(tracks[49] != nil)
    }

    @Test(arguments: [60, 0.4, 0])
    func `another flight never has an id of the first`(later: Double) {
        var tracker = ObjectTracker()
        var first = Self.metadata(0, [Self.object(100, 200)])
        tracker.follow(&first)
        tracker.reset()
        var second = Self.metadata(later, [Self.object(100, 200)])
        tracker.follow(&second)
        #expect(first.objects[0].track != second.objects[0].track)
    }

    @Test func `the same frames give the same ids`() {
        let frames = (0..<30).map { step in
            (Double(step) * 0.1, [Self.object(100 + Double(step) * 8, 200), Self.object(400, 300 + Double(step) * 5)])
        }
        #expect(Self.follow(frames) == Self.follow(frames))
    }

    @Test func `takes any boxes`() {
        var object = Self.object(.nan, .infinity)
        object.box?.right = .infinity
        let tracks = Self.follow([
            (0, [object, Self.object(1e300, -1e300)]), (0.1, [object, Self.object(-1e300, 1e300)]),
        ])
        #expect(tracks.count == 2)
    }
}
