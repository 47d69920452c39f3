import Foundation
import GRDB
import Inspection
import Testing

@testable import Store

@Suite struct CoverageStoreTests {
    private static func coverage(
        _ number: UInt64, day: String = "2026-08-20", source: Name = camera, area: Double = 1.25
    ) -> FlightCoverage {
        FlightCoverage(
            flight: uuid(number), source: source, day: day, gsd: 0.1, cell: 0.5, squareKilometers: area,
            cells: [1, 2, 3, UInt8(truncatingIfNeeded: number)])
    }

    @Test func `a flight's coverage is what was kept last`() async throws {
        let place = Workspace()
        let store = try place.open()
        #expect(try await store.coverage(of: uuid(1)) == nil)
        try await store.save(Self.coverage(1))
        try await store.save(Self.coverage(1, area: 2.5))
        #expect(try await store.coverage(of: uuid(1)) == Self.coverage(1, area: 2.5))
        let reopened = try await place.reopen(store)
        #expect(try await reopened.coverages(day: nil, source: nil, limit: 10) == [Self.coverage(1, area: 2.5)])
        try await reopened.close()
    }

    @Test func `they are asked by day and by source, the newest day first`() async throws {
        let place = Workspace()
        let store = try place.open()
        try await store.save(Self.coverage(1, day: "2026-08-20"))
        try await store.save(Self.coverage(2, day: "2026-08-22"))
        try await store.save(Self.coverage(3, day: "2026-08-21", source: phones))
        try await store.save(Self.coverage(4, day: "2026-08-21"))
        func flights(_ day: String?, _ source: Name?, _ limit: Int = 10) async throws -> [FlightID] {
            try await store.coverages(day: day, source: source, limit: limit).map(\.flight)
        }
        #expect(try await flights(nil, nil) == [uuid(2), uuid(4), uuid(3), uuid(1)])
        #expect(try await flights("2026-08-21", nil) == [uuid(4), uuid(3)])
        #expect(try await flights(nil, phones) == [uuid(3)])
        #expect(try await flights("2026-08-21", camera) == [uuid(4)])
        #expect(try await flights("2026-08-19", nil) == [])
        #expect(try await flights(nil, nil, 2) == [uuid(2), uuid(4)])
        #expect(try await flights(nil, nil, -1) == [])
        try await store.close()
    }

    @Test(arguments: [
        "UPDATE coverage SET cells = x'01020399'", "UPDATE coverage SET km2 = 7",
        "UPDATE coverage SET day = '2026-01-01'",
        "UPDATE coverage SET gsd = 0.2", "UPDATE coverage SET source = 'phones'", "UPDATE coverage SET cell = 4",
    ])
    func `a damaged one is moved aside and not served`(sql: String) async throws {
        let place = Workspace()
        let store = try place.open()
        try await store.save(Self.coverage(1))
        try await store.close()
        try place.tamper(sql)
        let reopened = try place.open()
        #expect(try await reopened.coverages(day: nil, source: nil, limit: 10) == [])
        #expect(reopened.counters["quarantined"] == 1)
        try await reopened.save(Self.coverage(1))
        #expect(try await reopened.coverage(of: uuid(1)) == Self.coverage(1))
        try await reopened.close()
    }

    @Test func `of very many the oldest give way`() async throws {
        let place = Workspace()
        let store = try place.open()
        try await store.save(Self.coverage(1))
        try await store.close()
        // As if it were the first of as many as are kept.
        try place.tamper("UPDATE coverage SET rowid = 7")
        let reopened = try place.open()
        try await reopened.save(Self.coverage(2))
        try place.tamper("UPDATE coverage SET rowid = \(FindingDatabase.coverageLimit + 6) WHERE rowid = 8")
        try await reopened.save(Self.coverage(3))
        let flights = try await reopened.coverages(day: nil, source: nil, limit: 10).map(\.flight)
        #expect(Set(flights) == [uuid(2), uuid(3)])
        try await reopened.close()
    }

    @Test func `a database without the table gets it`() async throws {
        let place = Workspace()
        let store = try place.open()
        try await store.close()
        try place.goBack(to: 3)
        let reopened = try place.open()
        try await reopened.save(Self.coverage(1))
        #expect(try await reopened.coverage(of: uuid(1)) != nil)
        try await reopened.close()
    }
}
