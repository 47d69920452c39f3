import Inspection
import Testing

@testable import Telemetry

@Suite struct FeedReportTests {
    @Test func `a feed that fell silent gives the poses no longer, also where none takes over`() {
        var flight = FeedFlight()
        for step in 0..<20 {
            let now = Double(step) * 0.1
            flight.osd(now, 28, arrival: now)
            flight.frame(now, carrier: now)
        }
        #expect(flight.aligner.feeds[0].givesPoses)
        for step in 20..<60 { flight.frame(Double(step) * 0.1, carrier: Double(step) * 0.1) }
        #expect(flight.aligner.feeds[0].givesPoses, "for the time of the handover")
        for step in 60..<80 { flight.frame(Double(step) * 0.1, carrier: Double(step) * 0.1) }
        #expect(!flight.aligner.feeds[0].givesPoses)
    }

    @Test func `objects without a time belong to the frame of the moment they come`() {
        var flight = FeedFlight()
        for step in 0..<50 {
            let now = Double(step) * 0.1
            flight.frame(now, arrival: now)
            if step == 20 { flight.analysis(#"{"objects":[{"label":"a","box":[0,0,1,1]}]}"#, arrival: now) }
        }
        flight.finish()
        #expect(flight.frames.filter { !$0.objects.isEmpty }.map(\.frame.index) == [20])
        #expect(flight.aligner.feeds[0].wholeRefusal == nil)
    }

    @Test func `a feed of which nothing can be read says so`() {
        var flight = FeedFlight()
        flight.analysis(#"{"boxes":[]}"#, arrival: 0)
        flight.analysis("ON", arrival: 0)
        let refusal = "every message was refused (2, the first by messages_of_other_dialects)"
        #expect(flight.aligner.feeds[0].wholeRefusal == refusal)
        flight.analysis(#"{"utc":"2026-08-20T03:04:05Z","objects":[]}"#, arrival: 0)
        #expect(flight.aligner.feeds[0].wholeRefusal == nil)
    }
}
