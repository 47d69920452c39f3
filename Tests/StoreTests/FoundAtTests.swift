import Geodesy
import Inspection
import Testing

@testable import Store

/// The resolution at which a finding was found.
@Suite struct FoundAtTests {
    private let place = Workspace()

    private func seen(
        _ gsd: Double?, part: UInt64 = 1, sightings: Int = 3, ce90: Double = 5
    ) -> Observation {
        var observation = observation(1, sightings: sightings)
        observation.finding.location?.point = GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 12)
        observation.finding.location?.gsd = gsd
        observation.finding.location?.ce90 = ce90
        if part != 1 {
            observation.finding.part = .init(id: uuid(part), flight: uuid(800 + part), sightings: sightings)
        }
        return observation
    }

    private func near(_ store: FindingDatabase) throws -> [KnownFinding] {
        try store.known(
            KnownFindings.Query(
                part: uuid(77), sceneType: observation(1).finding.sceneType,
                point: GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 0), radius: 15,
                seenSince: UTCTime(microseconds: 0))
        ).near
    }

    @Test func `stays what those say who found it, over a restart too`() async throws {
        var store = try place.open()
        _ = try await store.commit(seen(0.15))
        _ = try await store.commit(seen(0.2, sightings: 9))
        #expect(try near(store).map(\.gsd) == [0.2])
        _ = try await store.commit(seen(0.05, part: 2, ce90: 1))
        store = try await place.reopen(store)
        #expect(try near(store).map(\.gsd) == [0.2])
        let location = try #require(try await store.finding(uuid(1))?.finding.location)
        #expect(location.gsd == 0.2 && location.ce90 == 1)
    }

    @Test func `is learnt from a later flight where it was not known`() async throws {
        let store = try place.open()
        _ = try await store.commit(seen(nil))
        #expect(try near(store).map(\.gsd) == [nil])
        _ = try await store.commit(seen(0.1, part: 2, ce90: 9))
        #expect(try near(store).map(\.gsd) == [0.1])
    }

    @Test func `a database from before it was kept gets the column, and its rows stand`() async throws {
        var store = try place.open()
        _ = try await store.commit(seen(nil))
        try await store.close()
        try place.goBack(to: 4)
        store = try place.open()
        #expect(try near(store).map(\.id) == [uuid(1)])
        _ = try await store.commit(seen(0.1, sightings: 9))
        #expect(try near(store).map(\.gsd) == [0.1])
    }

    @Test func `a row whose resolution was damaged is not served`() async throws {
        var store = try place.open()
        _ = try await store.commit(seen(0.1))
        try await store.close()
        try place.tamper("UPDATE places SET gsd = 0.9")
        store = try place.open()
        #expect(try near(store).isEmpty)
    }
}
