import Inspection
import Testing

@testable import Telemetry

@Suite struct AnalysisQueueTests {
    private static let second: Int64 = 1_000_000_000

    private func frame(_ index: Int) -> FrameMetadata {
        FrameMetadata(
            frame: Frame(
                index: index, time: .seconds(Double(index) * 0.04), ptsMicroseconds: nil, width: 1920, height: 1080,
                isKey: true, arrival: UTCTime(microseconds: 0)),
            utc: UTCTime(microseconds: 0), provenance: .arrival, telemetry: nil, poseAge: nil, objects: [])
    }

    private func time(_ index: Int) -> RunningTime { .seconds(Double(index) * 0.04) }

    private var live: AnalysisQueue { AnalysisQueue() }

    private var file: AnalysisQueue {
        var options = AnalysisQueue.Options()
        options.timeout = nil
        options.pictureWait = nil
        return AnalysisQueue(options: options)
    }

    private let seen = FrameObject(
        label: "a", confidence: nil, box: .init(left: 0.25, top: 0.5, right: 0.5, bottom: 1))

    @Test(arguments: [true, false])
    func `objects are joined to their own frame, as pixels of the full picture`(isPictureFirst: Bool) throws {
        var queue = live
        if isPictureFirst { queue.pictured(at: time(1), isHeld: true) }
        for index in 0..<3 { queue.add(frame(index)) }
        if !isPictureFirst { queue.pictured(at: time(1), isHeld: true) }
        let handed = queue.hand(now: 0)
        #expect(handed.map(\.metadata.frame.index) == [1])
        #expect(queue.hand(now: 0).isEmpty, "once")
        #expect(queue.pass(now: 0).map(\.frame.index) == [0], "the others stay behind the one that is looked at")
        queue.answered(try #require(handed.first).id, objects: [seen, seen])
        queue.pictured(at: time(5), isHeld: true)
        let passed = queue.pass(now: 0)
        #expect(passed.map(\.frame.index) == [1, 2])
        #expect(
            passed[0].objects.map(\.box)
                == Array(repeating: .init(left: 480, top: 540, right: 960, bottom: 1080), count: 2))
        #expect(passed[1].objects.isEmpty)
        #expect(queue.counters["analyser_objects"] == 2)
    }

    @Test func `what the analyser can see is known of the frames that it looked at`() throws {
        var queue = live
        for index in 0..<3 { queue.add(frame(index)) }
        for index in 0..<2 { queue.pictured(at: time(index), isHeld: true) }
        let handed = queue.hand(now: 0)
        queue.answered(try #require(handed.first).id, objects: [], lookedFor: ["a", "b"])
        queue.lost(try #require(handed.last).id)
        #expect(queue.flush().map(\.lookedFor) == [["a", "b"], [], []])
        // Another has looked at it already.
        var looked = frame(0)
        looked.lookedFor = ["b", "c"]
        queue.add(looked)
        queue.pictured(at: time(0), isHeld: true)
        queue.answered(try #require(queue.hand(now: 0).first).id, objects: [], lookedFor: ["a", "b"])
        #expect(queue.flush().map(\.lookedFor) == [["b", "c", "a"]])
    }

    @Test func `objects of the stream's own metadata stay`() throws {
        var queue = live
        var metadata = frame(0)
        metadata.objects = [FrameObject(label: "vmti", confidence: 1, box: nil)]
        queue.add(metadata)
        queue.pictured(at: time(0), isHeld: true)
        let id = try #require(queue.hand(now: 0).first).id
        queue.answered(id, objects: [seen])
        #expect(queue.pass(now: 0).first?.objects.map(\.label) == ["vmti", "a"])
    }

    @Test func `an answer that comes too late is counted and changes nothing`() throws {
        var queue = live
        queue.add(frame(0))
        queue.pictured(at: time(0), isHeld: true)
        let id = try #require(queue.hand(now: 0).first).id
        #expect(queue.pass(now: 3 * Self.second - 1).isEmpty)
        #expect(queue.pass(now: 3 * Self.second).first?.objects.isEmpty == true)
        queue.answered(id, objects: [seen])
        queue.answered(99, objects: [seen])
        #expect(queue.counters == ["analyser_timeouts": 1, "analyser_late": 2])
        #expect(queue.isEmpty)
    }

    @Test func `a frame whose answer is lost goes on without`() throws {
        var queue = file
        queue.add(frame(0))
        queue.pictured(at: time(0), isHeld: true)
        let id = try #require(queue.hand(now: 0).first).id
        #expect(queue.pass(now: 1000 * Self.second).isEmpty, "a file waits")
        #expect(queue.awaited == 1)
        queue.lost(id)
        #expect(queue.awaited == 0)
        #expect(queue.pass(now: 0).map(\.frame.index) == [0])
    }

    @Test func `a picture that cannot be handed out holds nobody up`() {
        var queue = live
        queue.add(frame(0))
        queue.pictured(at: time(0), isHeld: false)
        #expect(queue.hand(now: 0).isEmpty)
        #expect(queue.pass(now: 0).map(\.frame.index) == [0])
    }

    @Test func `without pictures a live stream goes on after the wait for one`() {
        var queue = live
        var passed: [Int] = []
        for index in 0..<30 {
            queue.add(frame(index))
            passed += queue.pass(now: 0).map(\.frame.index)
        }
        #expect(passed == Array(0...14), "0.6 s behind, in order")
    }

    @Test func `no more than the limit waits`() {
        var options = AnalysisQueue.Options()
        options.pictureWait = nil
        options.timeout = nil
        options.frameLimit = 10
        var queue = AnalysisQueue(options: options)
        var passed: [Int] = []
        for index in 0..<25 {
            queue.add(frame(index))
            if index == 3 { queue.pictured(at: time(3), isHeld: true) }
            _ = queue.hand(now: 0)
            passed += queue.pass(now: 0).map(\.frame.index)
        }
        #expect(passed == Array(0...14))
        #expect(queue.counters["analyser_timeouts"] == 1)
    }

    @Test func `the end of a stream gives out every frame, once and in order`() {
        var queue = file
        for index in 0..<5 { queue.add(frame(index)) }
        queue.pictured(at: time(2), isHeld: true)
        let first = queue.pass(now: 0).map(\.frame.index)
        #expect(first + queue.flush().map(\.frame.index) == [0, 1, 2, 3, 4])
        // The next stream's times may start anew.
        queue.add(frame(0))
        #expect(queue.pass(now: 0).isEmpty, "what was decoded before says nothing of it")
    }

    @Test func `a frame of unknown size keeps its objects without boxes`() throws {
        var queue = live
        var metadata = frame(0)
        metadata.frame.width = 0
        queue.add(metadata)
        queue.pictured(at: time(0), isHeld: true)
        queue.answered(try #require(queue.hand(now: 0).first).id, objects: [seen])
        let object = try #require(queue.pass(now: 0).first?.objects.first)
        #expect(object.box == nil && object.label == "a")
    }
}
