import Foundation
import Inspection
import Testing

@testable import Store

struct SealingFeedTests {
    let place = Workspace()

    private func mission(_ flight: FlightID, _ pilot: String) -> Mission {
        Mission(flight: flight, values: [.pilot: pilot], statedBy: "desk", statedAt: place.clock.utc)
    }

    private func flight(_ id: FlightID) -> Flight {
        Flight(
            id: id, source: Name("uav-1")!, firstFrame: place.clock.utc, lastFrame: place.clock.utc,
            lastArrival: place.clock.utc, content: "live/uav-1/1", ended: false)
    }

    @Test func `every revision is told, those that a newer one followed among them`() async throws {
        let store = try place.open()
        for sightings in 1...3 { _ = try await store.commit(observation(finding(1, sightings: sightings))) }
        _ = try await store.commit(observation(finding(2)))
        let page = try await store.revisions(after: 0, limit: 3)
        #expect(page.features.map(\.revision) == [1, 2, 3])
        #expect(page.through == 3)
        let rest = try await store.revisions(after: 3, limit: 10)
        #expect(rest.features.map(\.sequence) == [4])
        #expect(try await store.revisions(after: 4, limit: 10) == RevisionPage(features: [], through: nil))
        #expect(try await store.newestSequence() == 4)
        let newest = try await store.newestRevisions(of: finding(1).flight, after: 0, limit: 10)
        #expect(newest.features.map(\.sequence) == [3, 4])
    }

    @Test func `a damaged revision is passed, and the feed goes on`() async throws {
        var store = try place.open()
        for number in 1...3 { _ = try await store.commit(observation(finding(UInt64(number)))) }
        try await store.close()
        try place.tamper("UPDATE revisions SET feature = X'7B7D' WHERE seq = 2")
        store = try place.open()
        let page = try await store.revisions(after: 0, limit: 10)
        #expect(page.features.map(\.sequence) == [1, 3])
        #expect(page.through == 3)
    }

    @Test func `missions are kept once, counted by change, and moved aside when damaged`() async throws {
        let store = try place.open()
        let first = uuid(1)
        await #expect(throws: StoreError.self) { try await store.save(mission(first, "a")) }
        try await store.save(flight(first))
        try await store.save(flight(uuid(2)))
        #expect(try await store.save(mission(first, "a")).change == 1)
        #expect(try await store.save(mission(first, "a")).change == 1)
        #expect(try await store.save(mission(uuid(2), "b")).change == 2)
        #expect(try await store.save(mission(first, "c")).change == 3)
        #expect(try await store.missions(after: 0, limit: 10).map(\.change) == [2, 3])
        #expect(try await store.mission(of: first)?.mission.values == [.pilot: "c"])
        #expect(try await store.flight(first)?.content == "live/uav-1/1")
        try await store.close()
        try place.tamper("UPDATE missions SET stated_at = stated_at + 1 WHERE change = 3")
        let again = try place.open()
        #expect(try await again.mission(of: first) == nil)
        #expect(try await again.missions(after: 0, limit: 10).map(\.change) == [2])
        #expect(again.counters["quarantined"] == 1)
    }

    @Test func `proofs are told of every finding, damaged ones among them`() async throws {
        let store = try place.open()
        for number in 1...3 { _ = try await store.commit(observation(finding(UInt64(number)))) }
        try await store.close()
        try place.tamper(
            "UPDATE findings SET body = X'7B7D' WHERE seq = 1; UPDATE revisions SET feature = X'7B7D' WHERE seq = 2")
        let reader = try FindingDatabase.openReadOnly(place.path + "/flyonce.db")
        var proofs: [StoredProof] = []
        try await reader.eachProof { proofs.append($0) }
        #expect(proofs.map(\.record) == [.damaged, .differs, .agrees])
        #expect(proofs.map { $0.feature == nil } == [false, true, false])
        try await reader.close()
    }

    @Test func `a row kept from an older epoch agrees with its Feature`() async throws {
        let store = try place.open()
        _ = try await store.commit(observation(finding(1)))
        try await store.close()
        try place.tamper("UPDATE meta SET value = 'begun-anew' WHERE key = 'epoch'")
        let reader = try FindingDatabase.openReadOnly(place.path + "/flyonce.db")
        var proofs: [StoredProof] = []
        try await reader.eachProof { proofs.append($0) }
        #expect(reader.epoch == "begun-anew")
        #expect(proofs.map(\.record) == [.agrees])
        try await reader.close()
    }
}
