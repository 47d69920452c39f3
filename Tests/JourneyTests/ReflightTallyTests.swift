import Foundation
import Geodesy
import Inspection
import Testing

@testable import Findings
@testable import flyonce

@Suite struct ReflightTallyTests {
    private func outcome(
        _ decision: ReflightOutcome.Decision, gsd: Double = 0.19, chanceMissed: Double = 0.004
    ) -> ReflightOutcome {
        let frame = Frame(
            index: 1, time: RunningTime(nanoseconds: 0), ptsMicroseconds: nil, width: 1280, height: 720, isKey: false,
            arrival: ReviewedFlight.start)
        let look = ReflightLook(
            frame: frame, utc: ReviewedFlight.start, isExamined: true, isInside: true, gsd: gsd, depression: 60,
            aside: 0, camera: ReviewedFlight.origin, sight: .nothing)
        return ReflightOutcome(
            finding: ReviewedFlight.id(1), flight: ReviewedFlight.flight.id, decision: decision,
            record: ReflightRecord(looks: 4, sightings: 0), sightings: 0, seconds: 3, views: 2,
            chanceMissed: chanceMissed, lastLook: ReviewedFlight.start, best: look, gsdNeeded: 0.0625)
    }

    private func tally(_ outcomes: [ReflightOutcome], isOwn: Bool = false) -> ReflightTally {
        var tally = ReflightTally()
        for outcome in outcomes {
            tally.add(outcome, ReflightEntry(outcome, isOwn: isOwn, at: ReviewedFlight.start))
        }
        return tally
    }

    @Test func `the journal's line has each decision, each doubt, and what would do`() {
        let coarse = [0.19, 0.21, 0.2].map { outcome(.undecided(.tooCoarse), gsd: $0) }
        let tally = tally([outcome(.cleared), outcome(.undecided(.blurred))] + coarse)
        let text = tally.text ?? ""
        #expect(
            text.hasPrefix(
                "re-flight check: cleared 1, undecided 4: too_coarse 3, blurred 1; too_coarse: 0.190–0.210 m a pixel at best, 0.0625 needed"
            ), "\(text)")
        let counters = Dictionary(uniqueKeysWithValues: tally.counters.map { ($0.name, $0.amount) })
        #expect(
            counters == [
                "reflights_cleared": 1, "reflights_undecided": 4, "reflights_undecided_too_coarse": 3,
                "reflights_undecided_blurred": 1,
            ])
        #expect(!counters.keys.contains(where: JourneyProgress.isTrouble))
    }

    @Test func `what was decided has no doubts, and nothing looked at no line`() {
        #expect(tally([outcome(.persisting), outcome(.recurred)]).text == "re-flight check: persisting 1, recurred 1")
        #expect(tally([]).text == nil && tally([]).counters.isEmpty)
    }

    @Test func `of what the flight found itself nothing is said`() {
        let own = tally([outcome(.undecided(.tooCoarse)), outcome(.persisting)], isOwn: true)
        #expect(own.text == nil && own.counters.isEmpty)
    }

    @Test(arguments: ReflightOutcome.Doubt.allCases)
    func `a doubt is counted, and is no trouble`(doubt: ReflightOutcome.Doubt) {
        let names = tally([outcome(.undecided(doubt))]).counters.map(\.name)
        #expect(Set(names) == ["reflights_undecided", "reflights_undecided_\(doubt.rawValue)"])
        #expect(!names.contains(where: JourneyProgress.isTrouble))
    }

    @Test(arguments: [
        (0.0, "<0.0001"), (0.000_04, "<0.0001"), (0.000_099, "<0.0001"), (0.0001, "0.0001"), (0.01, "0.0100"),
    ])
    func `a chance that is very small is not said to be none`(chance: Double, text: String) {
        let reason = outcome(.cleared, chanceMissed: chance)
            .reason(at: ReviewedFlight.start, before: nil, after: nil)
        #expect(reason.values.first { $0.name == "chance_missed" }?.value == text)
    }
}

@Suite struct StatusTimingTests {
    private func text(_ json: String) throws -> String? {
        try JSONDecoder().decode(StatusTiming.self, from: Data(json.utf8)).text
    }

    @Test func `a timing that is off or not known is said too`() throws {
        #expect(try text(#"{"state": "off"}"#) == "timing of metadata: off, the times are taken as they are stated")
        #expect(
            try text(#"{"state": "unknown", "reason": "too_few_matters"}"#)
                == "timing of metadata: not known (too few matters), the times are taken as they are stated")
        #expect(
            try text(#"{"state": "unknown"}"#)
                == "timing of metadata: not known, the times are taken as they are stated")
    }

    @Test func `what is known is said with its error and where it is from`() throws {
        #expect(
            try text(#"{"state": "taken", "late_s": 0.3, "standard_error_s": 0.032, "from": "remembered"}"#)
                == "metadata 300 ms late (± 32 ms, by an earlier flight), taken out of every place")
        #expect(
            try text(#"{"state": "in_time", "late_s": -0.042, "standard_error_s": 0.033, "from": "flight"}"#)
                == "metadata 42 ms early (± 33 ms), too little to matter")
    }
}
