import Inspection
import KLV
import Testing

@testable import Telemetry

/// Poses that are looked up at another time than the picture's.
@Suite struct PoseTimingTests {
    /// Poses each tenth of a second, a thousandth of a degree further north each; frames between them.
    private func aligned(_ timing: PoseTiming?, options: AlignmentOptions = AlignmentOptions()) throws -> (
        frames: [FrameMetadata], aligner: FrameAligner
    ) {
        var aligner = FrameAligner(options: options)
        aligner.take(timing)
        var frames: [FrameMetadata] = []
        for step in 0..<60 {
            let seconds = Double(step) / 10
            frames += aligner.add(
                MetadataPacket(
                    dialect: .klv, bytes: try Flight.packet(seconds, level([13: 28 + Double(step) / 1000])),
                    time: .seconds(seconds), ptsMicroseconds: nil, pid: 0x101, arrival: Flight.arrival))
            frames += aligner.add(
                Frame(
                    index: step, time: .seconds(seconds + 0.05), ptsMicroseconds: nil, width: 1920, height: 1080,
                    isKey: true, arrival: Flight.arrival))
        }
        return (frames + aligner.finish(), aligner)
    }

    private static let origin = "video klv pid 257"

    @Test(arguments: [-0.3, -1.2, 0.4]) func `a frame gets the pose of so much earlier`(_ seconds: Double) throws {
        let (frames, aligner) = try aligned(PoseTiming(origin: Self.origin, seconds: seconds))
        #expect(aligner.poseOrigin?.text == Self.origin && aligner.timingTaken == seconds)
        #expect(frames.count == 60 && frames.map(\.frame.index) == Array(0..<60))
        for metadata in frames.dropFirst(20).prefix(20) {
            let meant = 28 + (metadata.frame.time.seconds(since: .seconds(0)) - seconds) / 100
            #expect(abs((metadata.telemetry?.latitude ?? 0) - meant) < 1e-6)
            #expect(metadata.poseAge.map { $0 <= 0.0501 } == true)
        }
        // What the pictures' UTC is does not change with it.
        let plain = try aligned(nil).frames
        #expect(frames.dropLast(20).map(\.utc) == plain.dropLast(20).map(\.utc))
    }

    @Test func `poses of another origin are left where they are`() throws {
        let (frames, aligner) = try aligned(PoseTiming(origin: "video klv pid 99", seconds: -0.3))
        #expect(aligner.timingTaken == 0)
        #expect(abs((frames[30].telemetry?.latitude ?? 0) - 28.0305) < 1e-6)
    }

    @Test func `an offset that a person stated goes before what is estimated`() throws {
        var options = AlignmentOptions()
        options.ownOffset = 0.2
        let (frames, aligner) = try aligned(PoseTiming(origin: Self.origin, seconds: -0.3), options: options)
        #expect(aligner.timingTaken == 0.2 && aligner.poseOrigin?.isConfigured == true)
        #expect(abs((frames[30].telemetry?.latitude ?? 0) - 28.0285) < 1e-6)
    }

    @Test func `what is taken stays taken when the stream begins again`() throws {
        var (_, aligner) = try aligned(PoseTiming(origin: Self.origin, seconds: -0.3))
        _ = aligner.restart()
        #expect(aligner.timingTaken == 0)
        _ = aligner.add(
            MetadataPacket(
                dialect: .klv, bytes: try Flight.packet(0, level()), time: .seconds(0), ptsMicroseconds: nil,
                pid: 0x101,
                arrival: Flight.arrival))
        #expect(aligner.timingTaken == -0.3)
    }

    @Test func `a frame waits for the poses that are late, and no longer than it may`() throws {
        var options = AlignmentOptions()
        options.maxWait = 0.5
        var aligner = FrameAligner(options: options)
        aligner.take(PoseTiming(origin: Self.origin, seconds: -0.3))
        var waiting = 0
        var longest = 0
        for step in 0..<60 {
            let seconds = Double(step) / 10
            let packet = MetadataPacket(
                dialect: .klv, bytes: try Flight.packet(seconds, level()), time: .seconds(seconds),
                ptsMicroseconds: nil,
                pid: 0x101, arrival: Flight.arrival)
            waiting -= aligner.add(packet).count
            let frame = Frame(
                index: step, time: .seconds(seconds), ptsMicroseconds: nil, width: 1920, height: 1080, isKey: true,
                arrival: Flight.arrival)
            waiting += 1 - aligner.add(frame).count
            longest = max(longest, waiting)
        }
        #expect((3...4).contains(longest))
    }

    @Test(arguments: [5.1, -6, .infinity, .nan]) func `no time is none, and neither is one too long`(_ seconds: Double)
    {
        #expect(PoseTiming(origin: "", seconds: seconds) == nil)
    }

    @Test func `a file beside a recording has one name whatever its own, and a feed says whether its offset is stated`()
    {
        var feed = FeedOptions(name: "/recordings/a.SRT")
        feed.isRecorded = true
        #expect(PoseOrigin(feed: feed, dialect: .subtitle, pid: nil).text == "beside subtitle")
        feed.hasStatedOffset = true
        #expect(PoseOrigin(feed: feed, dialect: .subtitle, pid: nil).isConfigured)
        #expect(!PoseOrigin(feed: nil, dialect: .klv, pid: 1).isConfigured)
    }
}
