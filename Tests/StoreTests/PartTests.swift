import Foundation
import GRDB
import Geodesy
import Inspection
import Testing

@testable import Store

/// What several flights saw of one finding.
@Suite struct PartTests {
    private let place = Workspace()

    /// What the flight of `part` saw of finding 1.
    private func seen(
        _ part: UInt64, sightings: Int, flight: UInt64, at seconds: Int64 = 604_800, evidence: [EvidenceItem] = [],
        _ change: (inout Finding) -> Void = { _ in }
    ) -> Observation {
        var observation = observation(1, sightings: 3 + sightings, evidence: evidence)
        observation.finding.part = .init(id: uuid(part), flight: uuid(flight), sightings: sightings)
        observation.finding.flight = uuid(flight)
        observation.finding.lastSeen = finding(1).lastSeen.advanced(byMicroseconds: seconds * 1_000_000)
        change(&observation.finding)
        return observation
    }

    @Test func `a second flight adds its sightings as one more revision of the same finding`() async throws {
        var store = try place.open()
        _ = try await store.commit(observation(1, sightings: 3, evidence: [item(1)]))
        let again = try #require(try await store.commit(seen(50, sightings: 4, flight: 9_001, evidence: [item(2)])))
        #expect(again.revision == 2 && again.finding.sightings == 7)
        #expect(again.evidence == [item(1), item(2)])
        #expect(again.finding.flight == uuid(9_000) && again.finding.firstSeen == finding(1).firstSeen)
        #expect(again.finding.lastSeen > finding(1).lastSeen && again.finding.part == nil)
        store = try await place.reopen(store)
        #expect(try await store.finding(uuid(1)) == again)
        let later = try #require(try await store.commit(seen(50, sightings: 9, flight: 9_001)))
        #expect(later.finding.sightings == 12)
        #expect(try await store.sightings(ofPart: uuid(50)) == 9)
        #expect(try await store.sightings(ofPart: uuid(1)) == 3)
        #expect(try await store.sightings(ofPart: uuid(51)) == 0)
        #expect(
            try store.known(
                .init(
                    part: uuid(50), sceneType: "x", point: .init(latitude: 0, longitude: 0, height: 0), radius: 1,
                    seenSince: UTCTime(microseconds: 0))
            ).decided == uuid(1))
    }

    @Test func `whichever file is read again, and however often, nothing is added`() async throws {
        var store = try place.open()
        _ = try await store.commit(observation(1, sightings: 3))
        for sightings in [2, 4] { _ = try await store.commit(seen(50, sightings: sightings, flight: 9_001)) }
        _ = try await store.commit(seen(60, sightings: 5, flight: 9_002))
        let stored = try await store.finding(uuid(1))
        #expect(stored?.finding.sightings == 12)
        store = try await place.reopen(store)
        for _ in 0..<2 {
            #expect(try await store.commit(observation(1, sightings: 2)) == nil)
            #expect(try await store.commit(observation(1, sightings: 3)) == nil)
            for sightings in [2, 4] {
                #expect(try await store.commit(seen(50, sightings: sightings, flight: 9_001)) == nil)
            }
            #expect(try await store.commit(seen(60, sightings: 5, flight: 9_002)) == nil)
        }
        #expect(try await store.finding(uuid(1)) == stored)
        // The first flight goes on, and the sum with it.
        #expect(try await store.commit(observation(1, sightings: 8))?.finding.sightings == 17)
    }

    @Test func `the surest flight says what it is and where, the span is of all`() async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1, sightings: 3))
        let poor = try #require(
            try await store.commit(
                seen(50, sightings: 1, flight: 9_001, at: -900_000) {
                    $0.location?.ce90 = 9
                    $0.location?.point.latitude = 1
                    $0.confidence = 0.1
                    $0.rule = "other"
                    $0.severity = .blue
                    $0.firstSeen = UTCTime(microseconds: 5)
                })
        ).finding
        #expect(poor.location == finding(1).location && poor.rule == "waste" && poor.severity == .orange)
        #expect(poor.firstSeen == UTCTime(microseconds: 5) && poor.lastSeen == finding(1).lastSeen)
        let sure = try #require(
            try await store.commit(
                seen(60, sightings: 1, flight: 9_002) {
                    $0.location?.ce90 = 2
                    $0.confidence = 0.9
                    $0.rule = "other"
                    $0.severity = .red
                })
        ).finding
        #expect(sure.location?.ce90 == 2 && sure.rule == "other" && sure.severity == .red && sure.confidence == 0.9)
    }

    @Test func `a finding with all the files it may gather is counted on, without more`() async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1, evidence: (1...Ledger.historyLimit - 1).map { item($0) }))
        let both = [item(5000), item(5001)]
        let full = try #require(try await store.commit(observation(1, sightings: 2, evidence: both)))
        #expect(full.evidence.count == Ledger.historyLimit && full.evidence.last == both[0])
        let counted = try #require(try await store.commit(observation(1, sightings: 3, evidence: [both[1]])))
        #expect(counted.finding.sightings == 3 && counted.evidence == full.evidence)
        #expect(try await store.commit(observation(1, sightings: 3, evidence: [both[1]])) == nil)
        #expect(try await store.attach([both[1]], to: uuid(1)) == nil)
        #expect(store.counters["evidence_over_limit"] == 4)
    }

    @Test func `what is seen of a dismissed finding is counted, and owed to nobody`() async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1, sightings: 3))
        let owed = try #require(try await store.leased(platform, place.clock).first)
        _ = try await store.settle(owed, as: .delivered(nil), now: place.clock.utc)
        _ = try await store.record(verdict(.dismissed), on: uuid(1))
        let before = try await store.book(platform)
        let counted = try #require(
            try await store.commit(seen(50, sightings: 4, flight: 9_001) { $0.status = .dismissed }))
        #expect(counted.revision == 3 && counted.finding.sightings == 7 && counted.finding.status == .dismissed)
        #expect(try await store.book(platform) == before)
        // The dismissal itself still goes out.
        #expect(try await store.leased(platform, place.clock).map(\.revision) == [2])
    }

    @Test func `only a new recurrence reopens what was closed`() async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1, sightings: 3))
        _ = try await store.record(CaseRecord(platform: platform, number: "7", stage: .closed), of: uuid(1))
        #expect(try await store.commit(observation(1, sightings: 4))?.finding.status == .closed)
        let reason = Detection.Reason.recurrence(after: .closed, in: uuid(9_001), at: UTCTime(microseconds: 5))
        func recur(_ sightings: Int) -> Observation {
            seen(50, sightings: sightings, flight: 9_001) { $0.reasons.append(reason) }
        }
        let reopened = try #require(try await store.commit(recur(2)))
        #expect(reopened.finding.status == .open && reopened.finding.reasons.contains(reason))
        #expect(reopened.caseRecord?.number == "7")
        #expect(try await store.commit(recur(2)) == nil)
        #expect(try await store.commit(seen(60, sightings: 2, flight: 9_002))?.finding.reasons.contains(reason) == true)
        _ = try await store.record(CaseRecord(platform: platform, number: "7", stage: .checking), of: uuid(1))
        _ = try await store.record(CaseRecord(platform: platform, number: "7", stage: .closed), of: uuid(1))
        #expect(try await store.commit(recur(3))?.finding.status == .closed)
    }

    @Test func `a flight's findings are those it found and those it saw again, with its part`() async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1, sightings: 3))
        _ = try await store.commit(seen(50, sightings: 4, flight: 9_001))
        var other = observation(2, sightings: 6)
        other.finding.flight = uuid(9_001)
        _ = try await store.commit(other)
        let first = try await store.findings(of: uuid(9_000))
        #expect(first.map(\.finding.part) == [.init(id: uuid(1), flight: uuid(9_000), sightings: 3)])
        let second = try await store.findings(of: uuid(9_001)).sorted { $0.finding.id < $1.finding.id }
        #expect(second.map(\.finding.id) == [uuid(1), uuid(2)])
        #expect(second.map(\.finding.part) == [.init(id: uuid(50), flight: uuid(9_001), sightings: 4), nil])
        // What is restored and seen on goes on in its own part.
        var restored = try #require(second.first).finding
        restored.sightings += 2
        restored.part?.sightings += 2
        #expect(
            try await store.commit(Observation(finding: restored, evidence: [], routes: []))?.finding.sightings == 9)
    }

    @Test func `a part that was damaged counts nothing twice of the flight that found it`() async throws {
        var store = try place.open()
        _ = try await store.commit(observation(1, sightings: 3))
        try await store.close()
        try place.tamper("UPDATE parts SET sightings = 1")
        store = try place.open()
        #expect(try await store.sightings(ofPart: uuid(1)) == 0)
        #expect(try await store.commit(observation(1, sightings: 3)) == nil)
        #expect(try await store.commit(observation(1, sightings: 4))?.finding.sightings == 4)
        #expect(store.counters["quarantined"] == 1)
    }
}
