import Inspection
import Testing

@testable import Findings

private typealias Make = DetectionBuilder

/// What was cleared and is there again, and looks that turn out to be none.
@Suite struct ReflightRecurrenceTests {
    private func fly(_ looks: [ReflightLook], _ known: KnownFinding) throws -> ReflightOutcome.Decision {
        var check = ReflightCheck(flight: Make.flight)
        _ = check.watch(known, terms: ReflightTerms())
        for look in looks { _ = check.look(look, at: known.id) }
        guard case .decided(let outcome)? = check.finish().last else { throw PlacementRefusal.noPose }
        return outcome.decision
    }

    @Test func `what was cleared recurs by sightings after the last look alone, enough of them`() throws {
        // Seen in every look from 0 s to 3.8 s.
        let looks = LookBuilder.pass(4) { $1.sight = .same }
        func decision(_ since: Double) throws -> ReflightOutcome.Decision {
            try fly(looks, LookBuilder.known(status: .cleared, since: since))
        }
        #expect(try decision(3.1) == .recurred)
        #expect(try decision(3.5) == .persisting)
        // What was taken for something like it first counts with its own times.
        for (since, expected) in [(0.1, ReflightOutcome.Decision.recurred), (0.9, .persisting)] {
            var check = ReflightCheck(flight: Make.flight)
            _ = check.watch(LookBuilder.known(status: .cleared, since: since), terms: ReflightTerms())
            for look in LookBuilder.pass(1, { $1.sight = .alike(thing: 4) }) {
                _ = check.look(look, at: LookBuilder.id(1))
            }
            guard case .decided(let outcome)? = check.resolve(4, as: LookBuilder.id(1)).first else {
                throw PlacementRefusal.noPose
            }
            #expect(outcome.decision == expected)
        }
    }

    @Test func `looks by poses that turn out to be of another time are taken anew, and what was seen stays`() throws {
        func fly(_ seconds: Double, seen: Bool) throws -> ReflightOutcome {
            var check = ReflightCheck(flight: Make.flight)
            _ = check.watch(
                LookBuilder.known(), terms: ReflightTerms(), record: ReflightRecord(looks: 25, sightings: 20))
            let looks = LookBuilder.pass(6) { if seen, $0 == 2 { $1.sight = .same } }
            for look in looks where look.utc < Make.utc(seconds) { _ = check.look(look, at: LookBuilder.id(1)) }
            check.forgetLooks()
            for look in looks where look.utc >= Make.utc(seconds) { _ = check.look(look, at: LookBuilder.id(1)) }
            guard case .decided(let outcome)? = check.finish().first else { throw PlacementRefusal.noPose }
            return outcome
        }
        #expect(try fly(0.5, seen: false).decision == .cleared)
        let rest = try fly(5, seen: false)
        #expect(rest.decision == .undecided(.tooFewLooks) && rest.record.looks == 2)
        #expect(try fly(0.5, seen: true).decision == .undecided(.contradicted))
    }
}
