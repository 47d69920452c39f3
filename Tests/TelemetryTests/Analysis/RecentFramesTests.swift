import Inspection
import Testing

@testable import Telemetry

@Suite struct RecentFramesTests {
    private static let start = UTCTime(microseconds: 1_787_195_045_000_000)

    private func frame(_ index: Int, at seconds: Double) -> FrameMetadata {
        let utc = Self.start.advanced(byMicroseconds: Int64(seconds * 1e6))
        let frame = Frame(
            index: index, time: .seconds(seconds), ptsMicroseconds: nil, width: 200, height: 100, isKey: false,
            arrival: utc)
        return FrameMetadata(
            frame: frame, utc: utc, provenance: .arrival, telemetry: nil, poseAge: nil,
            objects: [FrameObject(label: "seen", confidence: nil, box: nil)])
    }

    @Test func `a frame is found by its number and by its time`() {
        var recent = RecentFrames(seconds: 10)
        for index in 0..<100 { recent.add(frame(index, at: Double(index) * 0.2)) }
        #expect(recent.count == 51)
        #expect(recent.frame(99)?.frame.index == 99 && recent.frame(20) == nil && recent.frame(1000) == nil)
        let utc = Self.start.advanced(byMicroseconds: 15_090_000)
        #expect(recent.frame(at: utc)?.frame.index == 75)
        #expect(recent.frame(at: Self.start.advanced(byMicroseconds: 20_400_000)) == nil)
        #expect(recent.frame(at: UTCTime(microseconds: .min)) == nil)
    }

    @Test func `memory is bounded, and another run begins anew`() {
        var recent = RecentFrames(seconds: 1000, limit: 10)
        for index in 0..<95 { recent.add(frame(index, at: Double(index))) }
        #expect(recent.count == 10 && recent.frame(85)?.frame.index == 85 && recent.frame(84) == nil)
        recent.add(frame(0, at: 0))
        #expect(recent.count == 1 && recent.frame(94) == nil)
    }

    @Test func `every frame of a stream with reordered pictures is found`() {
        var recent = RecentFrames()
        // I P B B P B B: the order of decoding, as x264 writes it.
        let shown = (0..<200).flatMap { group in [3, 1, 2].map { group * 3 + $0 } }
        for (index, place) in shown.enumerated() { recent.add(frame(index, at: Double(place) / 30)) }
        #expect(recent.count == 600)
        for (index, place) in shown.enumerated() {
            #expect(recent.frame(index)?.frame.time == .seconds(Double(place) / 30))
            let utc = Self.start.advanced(byMicroseconds: Int64(Double(place) / 30 * 1e6))
            #expect(recent.frame(at: utc)?.frame.index == index)
        }
        #expect(recent.numbers == 0...599)
        #expect(recent.times?.upperBound == Self.start.advanced(byMicroseconds: 20_000_000))
    }

    @Test func `a mark is alone in its frame, in the frame's pixels`() {
        let mark = FrameObject(
            kind: .mark, label: "waste.exposed", confidence: nil,
            box: FrameObject.Box(left: 0.25, top: 0.5, right: 0.5, bottom: 1))
        let marked = RecentFrames.marked(frame(3, at: 1), mark)
        #expect(marked.objects.map(\.label) == ["waste.exposed"] && marked.frame.index == 3)
        #expect(marked.objects.first?.box == FrameObject.Box(left: 50, top: 50, right: 100, bottom: 100))
    }
}
