import GStreamer
import Inspection
import Testing

@testable import Ingest

/// The time that a picture carries within itself becomes that of its frame.
@Suite struct `Times within pictures` {
    /// An SEI message for 2025-06-01T02:00:00Z before the slice; `state` is the byte that tells of the clock.
    private static func picture(_ state: UInt8, time: UInt64 = 1_748_743_200_000_000) -> [UInt8] {
        var bytes: [UInt8] = [0, 0, 0, 1, 6, 5, 28]
        bytes += "MISPmicrosectime".utf8
        bytes.append(state)
        for place in 0..<8 {
            bytes.append(UInt8(truncatingIfNeeded: time >> UInt64(56 - 8 * place)))
            if place % 2 == 1, place < 7 { bytes.append(0xFF) }
        }
        bytes += [0x80, 0, 0, 0, 1, 0x65, 0x88] as [UInt8]
        return bytes
    }

    private func frame(_ picture: [UInt8], sender: CarrierTime? = nil) throws -> (frame: Frame?, counters: Counters) {
        let pipeline = try Pipeline("appsrc name=in ! appsink name=out sync=false")
        let input = try pipeline.appSource("in")
        input.setCaps(try Caps("video/x-h264,stream-format=byte-stream,alignment=au,width=64,height=64"))
        try pipeline.play()
        let counters = Counters()
        var flow = FrameFlow(
            desk: CaptureDesk(source: "test", options: SourceOptions()), counters: counters, content: nil)
        try input.push(picture, pts: 0, isKey: true)
        let sample = try #require(try pipeline.appSink("out").pull(timeout: 5))
        var found: Frame?
        let unit = FrameFlow.Unit(
            sample: sample, time: 0, pts90k: nil, arrival: UTCTime(microseconds: 0), sender: sender)
        flow.accept(unit, codec: .h264) { if case .frame(let frame) = $0 { found = frame } }
        return (found, counters)
    }

    private static let sender = CarrierTime(
        utc: UTCTime(microseconds: 1_748_743_100_000_000), provenance: .senderReport)

    @Test func `are believed before the carrier's`() throws {
        let (frame, counters) = try frame(Self.picture(0x1F), sender: Self.sender)
        #expect(
            frame?.carrierTime
                == CarrierTime(
                    utc: UTCTime(microseconds: 1_748_743_200_000_000), provenance: .precisionTimeStamp))
        #expect(counters.all["picture_times_refused"] == nil)
    }

    @Test func `are refused of a clock that holds to nothing, or was never set`() throws {
        for picture in [Self.picture(0x9F), Self.picture(0x1F, time: 0x1111_1111_1111_1111)] {
            let (frame, counters) = try frame(picture, sender: Self.sender)
            #expect(frame?.carrierTime == Self.sender)
            #expect(counters.all["picture_times_refused"] == 1)
        }
    }

    @Test func `are not there in a picture without them`() throws {
        let (frame, counters) = try frame([0, 0, 0, 1, 0x65, 0x88], sender: nil)
        #expect(frame != nil && frame?.carrierTime == nil)
        #expect(counters.all["picture_times_refused"] == nil)
    }
}
