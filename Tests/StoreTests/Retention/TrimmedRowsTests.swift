import Foundation
import GRDB
import Inspection
import Testing

@testable import Store

struct TrimmedRowsTests {
    let place = Workspace()

    private func deliver(_ store: FindingDatabase) async throws {
        for delivery in try await store.leased(platform, place.clock) {
            _ = try await store.settle(delivery, as: .delivered(nil), now: place.clock.utc)
        }
    }

    private func rows(_ store: FindingDatabase, _ table: String) async throws -> Int64 {
        try await store.read { try Int64.fetchOne($0, sql: "SELECT COUNT(*) FROM \(table)") ?? 0 }
    }

    private func trim(_ store: FindingDatabase, before time: UTCTime) async throws {
        var next: Int64? = .min
        while let rowid = next { next = try await store.trim(after: rowid, before: time, limit: 2) }
    }

    @Test func `old revisions and answered deliveries go, the newest stay, and the books say the same`() async throws {
        var store = try place.open()
        for number: UInt64 in 1...5 {
            for sightings in 1...4 {
                _ = try await store.commit(observation(number, sightings: sightings))
                try await deliver(store)
            }
        }
        // One more that is owed.
        _ = try await store.commit(observation(3, sightings: 9))
        let before = try await store.book(platform)
        #expect(before.delivered == 20 && before.pending == 1)
        place.clock.advance(seconds: 400 * 86_400)
        try await trim(store, before: place.clock.utc.advanced(byMicroseconds: -86_400_000_000))
        #expect(try await rows(store, "outbox") == 6)
        #expect(try await rows(store, "revisions") == 5)
        #expect(try await store.book(platform) == before)
        #expect(store.counters["deliveries_forgotten"] == 15)
        // Counted anew, they say the same.
        try await store.close()
        try place.tamper("UPDATE books SET count = count + 3 WHERE state IN ('delivered', 'produced')")
        store = try place.open()
        try await store.settled()
        #expect(store.counters["books_corrected"] == 2)
        #expect(try await store.book(platform) == before)
        // A dismissal still reaches who has it.
        _ = try await store.record(verdict(.dismissed), on: uuid(1))
        #expect(try await store.leased(platform, place.clock).contains { $0.finding == uuid(1) })
        try await store.close()
    }

    @Test func `what changed of late is left as it is`() async throws {
        let store = try place.open()
        for sightings in 1...4 {
            _ = try await store.commit(observation(1, sightings: sightings))
            try await deliver(store)
        }
        try await trim(store, before: place.clock.utc.advanced(byMicroseconds: -1))
        #expect(try await rows(store, "outbox") == 4)
        #expect(try await rows(store, "revisions") == 4)
        try await store.close()
    }

    @Test func `what was counted and forgotten survives a damaged database`() async throws {
        var store = try place.open()
        for sightings in 1...4 {
            _ = try await store.commit(observation(1, sightings: sightings))
            try await deliver(store)
        }
        place.clock.advance(seconds: 400 * 86_400)
        try await trim(store, before: place.clock.utc)
        let before = try await store.book(platform)
        try await store.close()
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: place.path + "/flyonce.db"))
        try file.seek(toOffset: 0)
        try file.write(contentsOf: Data(repeating: 0xA5, count: 100))
        try file.close()
        store = try place.open()
        try await store.settled()
        #expect(store.counters["databases_set_aside"] == 1)
        #expect(try await store.book(platform) == before)
        #expect(try await store.leased(platform, place.clock).isEmpty)
        try await store.close()
    }
}
