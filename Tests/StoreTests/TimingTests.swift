import Geodesy
import Inspection
import Testing

@testable import Store

/// By how much the metadata of flights were late, and findings that are put right for it.
@Suite struct TimingTests {
    private func flight(_ number: UInt64, late: Double?, means: FlightTiming.Means = .flight) -> Flight {
        let time = UTCTime(microseconds: Int64(number) * 1_000_000)
        var flight = Flight(
            id: uuid(number), source: camera, firstFrame: time, lastFrame: time, lastArrival: time,
            content: "\(number)", ended: true)
        flight.timing = late.map {
            FlightTiming(origin: "video klv pid 257", late: $0, standardError: 0.012, means: means)
        }
        return flight
    }

    @Test func `a flight keeps its timing, and the source remembers the newest that was estimated`() async throws {
        let place = Workspace()
        var store = try place.open()
        #expect(try await store.latestTiming(of: camera) == nil)
        let flights = [
            flight(1, late: 0.3), flight(2, late: 0.31), flight(3, late: nil),
            flight(4, late: 0.31, means: .remembered),
        ]
        for flight in flights { try await store.save(flight) }
        store = try await place.reopen(store)
        #expect(try await store.flights(limit: 10) == flights.reversed())
        #expect(try await store.latestTiming(of: camera) == flights[1].timing)
        #expect(try await store.latestTiming(of: Name("other")!) == nil)
    }

    @Test func `saved again without it, a flight forgets nothing`() async throws {
        let place = Workspace()
        let store = try place.open()
        try await store.save(flight(1, late: 0.3))
        try await store.save(flight(1, late: nil))
        #expect(try await store.flights(limit: 1).first?.timing?.late == 0.3)
    }

    @Test func `a damaged row is no timing`() async throws {
        let place = Workspace()
        var store = try place.open()
        try await store.save(flight(1, late: 0.3))
        try await store.close()
        try place.tamper("UPDATE timings SET late = 30")
        store = try place.open()
        #expect(try await store.latestTiming(of: camera) == nil)
        #expect(try await store.flights(limit: 1).first?.timing == nil)
    }

    private func moved(_ number: UInt64, corrects: Bool, sightings: Int = 3) -> Observation {
        var observation = observation(number, sightings: sightings)
        observation.finding.location?.point.latitude += 0.0001
        observation.correctsPlace = corrects
        return observation
    }

    @Test func `a place is put right without a further sighting, once`() async throws {
        let place = Workspace()
        let store = try place.open()
        _ = try await store.commit(observation(1, sightings: 3))
        #expect(try await store.commit(moved(1, corrects: false)) == nil)
        let written = try #require(try await store.commit(moved(1, corrects: true)))
        #expect(written.revision == 2 && written.finding.sightings == 3)
        #expect(written.finding.location == moved(1, corrects: true).finding.location)
        #expect(try await store.commit(moved(1, corrects: true)) == nil)
        // What is known near the place is known at the new one.
        let near = KnownFindings.Query(
            part: uuid(77), sceneType: "waste.exposed", point: try #require(written.finding.location).point, radius: 2,
            seenSince: UTCTime(microseconds: 0))
        #expect(try store.known(near).near.map(\.id) == [uuid(1)])
    }

    @Test func `of several flights a less sure one puts nothing right, and writes nothing`() async throws {
        let place = Workspace()
        let store = try place.open()
        _ = try await store.commit(observation(1, sightings: 3))
        var other = moved(1, corrects: true, sightings: 5)
        other.finding.part = Finding.Part(id: uuid(50), flight: uuid(9_001), sightings: 2)
        other.finding.location?.ce90 = 9
        let counted = try #require(try await store.commit(other))
        #expect(counted.finding.sightings == 5 && counted.finding.location == finding(1).location)
        // Its file read again.
        #expect(try await store.commit(other) == nil)
    }
}
