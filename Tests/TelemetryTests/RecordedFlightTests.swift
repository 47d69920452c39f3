import Geodesy
import Inspection
import KLV
import Testing

@testable import Telemetry

@Suite struct `Recorded flights` {
    @Test func `aligns a pose and 130 targets to the frames of a real stream`() throws {
        guard let bytes = SampleFiles.bytes("osh_uas.ts") else { return }
        var options = AlignmentOptions()
        options.isRecording = true
        let (frames, counters) = Flight(recording: bytes).aligned(options)
        #expect(frames.count == 277)
        #expect(frames.allSatisfy { $0.telemetry?.hasFix == true && $0.poseAge == 0 })
        #expect(frames.allSatisfy { $0.provenance == .precisionTimeStamp })
        #expect(frames.reduce(0) { $0 + $1.objects.count } == 130)
        #expect(frames.count { !$0.objects.isEmpty } == 17)
        #expect(counters["objects"] == 130)
        #expect(counters["objects_unaligned"] == nil)
        #expect(frames.first?.utc.microseconds == 1_340_980_354_100_000)
        #expect(frames.last?.utc.microseconds == 1_340_980_363_300_000)
        let frame = frames[119]
        #expect(abs((frame.telemetry?.platform?.yaw ?? 0) - 199.96521) < 1e-4)
        #expect(abs((frame.telemetry?.frameCenter?.latitude ?? 0) - 34.7069091) < 1e-6)
        let object = try #require(frame.objects.first)
        // Rows 401 to 406, columns 103 to 106.
        #expect(object.box == FrameObject.Box(left: 102, top: 400, right: 106, bottom: 406))
        #expect(object.confidence == 1)
        #expect(abs((object.statedPosition?.point.latitude ?? 0) - 34.7101202) < 1e-6)
        #expect(abs((object.statedPosition?.point.height ?? 0) - 173.72) < 0.01)
    }

    @Test func `aligns a stream without presentation times as one with them`() throws {
        guard let stated = SampleFiles.bytes("synth_drone_klv.ts"),
            let bare = SampleFiles.bytes("synth_drone_klv_nopts.ts")
        else { return }
        let expected = Flight(recording: stated).aligned().frames
        let found = Flight(recording: bare).aligned().frames
        #expect(expected.count == 250)
        #expect(found.count == 250)
        var worst = 0.0
        for (a, b) in zip(expected, found) where a.telemetry != nil && b.telemetry != nil {
            worst = max(worst, abs(Double(a.utc.microseconds - b.utc.microseconds)) / 1e6)
        }
        print("without presentation times the worst frame is \(worst) s off")
        #expect(found.count { $0.telemetry != nil } >= 245)
        #expect(worst < 0.15)
    }
}
