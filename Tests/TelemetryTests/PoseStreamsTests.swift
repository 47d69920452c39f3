import Inspection
import Testing

@testable import Telemetry

@Suite struct `Streams of poses and objects` {
    private static func id(_ stream: Int) -> PoseStreams.ID {
        PoseStreams.ID(reader: ReaderID(feed: 0, dialect: .mavlink, pid: nil), stream: "\(stream)")
    }

    private static func insert(_ stream: Int, _ seconds: Double, _ streams: inout PoseStreams) -> Bool {
        var sample = TelemetrySample()
        sample.latitude = 28
        sample.longitude = 118
        sample.hasFix = true
        return streams.insert(
            sample, at: .seconds(seconds), id(stream), rank: 0, isUntimed: false, handover: 5)
    }

    @Test func `one more than are followed takes the place of the longest silent, never of the current`() {
        var streams = PoseStreams()
        for stream in 0..<PoseStreams.limit { #expect(Self.insert(stream, Double(stream) * 0.1, &streams)) }
        _ = streams.choose(at: .seconds(2), handover: 5)
        #expect(streams.currentID == Self.id(0))
        // All are alive.
        #expect(!Self.insert(99, 5, &streams))
        #expect(Self.insert(99, 20, &streams))
        #expect(streams.streams.count == PoseStreams.limit)
        #expect(streams.currentID == Self.id(0))
        #expect(!streams.streams.contains { $0.id == Self.id(1) })
        #expect(streams.streams.contains { $0.id == Self.id(2) })
    }

    @Test func `frames wait for an analyser that came when there were many silent ones`() {
        var line = ObjectLine()
        func source(_ stream: Int) -> ObjectLine.Source {
            ObjectLine.Source(reader: ReaderID(feed: 0, dialect: .analysis, pid: nil), stream: "\(stream)")
        }
        for stream in 0..<16 { line.heard(source(stream), at: .seconds(Double(stream) * 0.1)) }
        line.heard(source(99), at: .seconds(100))
        #expect(line.isExpecting(at: .seconds(101), since: 5))
        #expect(!line.isExpecting(at: .seconds(106), since: 5))
    }
}
