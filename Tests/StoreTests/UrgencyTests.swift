import GRDB
import Inspection
import Testing

@testable import Store

struct UrgencyTests {
    let place = Workspace()

    /// Finding numbers in the order in which they are leased one at a time, each delivered before the next.
    private func order(_ store: FindingDatabase, _ count: Int) async throws -> [UInt64] {
        var numbers: [UInt64] = []
        while numbers.count < count, let owed = try await store.leased(platform, place.clock, limit: 1).first {
            numbers.append(owed.finding.milliseconds - 1_755_000_000_000)
            #expect(try await store.settle(owed, as: .delivered(nil), now: place.clock.utc))
        }
        return numbers
    }

    @Test func `red goes before orange, yellow and blue, and of equals the newest`() async throws {
        let store = try place.open()
        let severities: [Severity] = [.blue, .red, .yellow, .orange, .red, .blue, .yellow, .orange]
        for (index, severity) in severities.enumerated() {
            _ = try await store.commit(observation(UInt64(index + 1), severity: severity))
        }
        let owed = try await store.leased(platform, place.clock, limit: 8)
        // Places 2 and 7 go to the newest, the fifth to the oldest.
        #expect(owed.map { $0.finding.milliseconds - 1_755_000_000_000 } == [5, 8, 2, 4, 1, 7, 6, 3])
    }

    @Test func `a flood of old and grave holds up nothing new, and the old all go in the end`() async throws {
        let store = try place.open()
        for number in 1...64 { _ = try await store.commit(observation(UInt64(number), severity: .red)) }
        _ = try await store.commit(observation(100, severity: .blue))
        let order = try await order(store, 65)
        #expect(Set(order).count == 65)
        let place = try #require(order.firstIndex(of: 100))
        #expect(place < 8, "the new one waited behind \(place)")
        // One of every eight is the oldest.
        #expect(try #require(order.firstIndex(of: 1)) < 8)
    }

    @Test(arguments: [1, 2, 3, 5, 8, 13]) func `the shares hold however many are leased at once`(limit: Int) {
        var lanes: [LeaseOrder.Lane] = []
        while lanes.count < 800 { lanes += LeaseOrder.lanes(from: Int64(lanes.count), limit: limit) }
        let oldest = lanes.prefix(800).count { $0 == .oldest }
        #expect(oldest == 100)
        #expect(lanes.prefix(800).count { $0 == .newest } == 200)
        #expect(LeaseOrder.lanes(from: .max, limit: 9).count == 9 && LeaseOrder.lanes(from: -1, limit: -1).isEmpty)
    }

    @Test func `a lease reads its indexes and sorts nothing`() async throws {
        let store = try place.open()
        let plans = try await store.read { db in
            try [
                ("outbox_urgent", "o.urgency DESC, o.seq DESC"), ("outbox_queue", "o.seq DESC"),
                ("outbox_queue", "o.seq"),
            ]
            .map { index, order in
                try Row.fetchAll(
                    db,
                    sql: """
                        EXPLAIN QUERY PLAN SELECT o.finding, o.revision, o.seq FROM outbox o INDEXED BY \(index)
                        WHERE o.destination = 'x' AND o.state = 'pending' AND o.due = 0
                          AND NOT EXISTS (SELECT 1 FROM outbox l
                            WHERE l.finding = o.finding AND l.destination = o.destination AND l.state = 'leased')
                        ORDER BY \(order) LIMIT 5
                        """
                ).map { $0.text(3) ?? "" }
            }
        }
        for plan in plans {
            #expect(plan.allSatisfy { !$0.contains("TEMP B-TREE") && !$0.hasPrefix("SCAN") }, "\(plan)")
        }
    }

    @Test func `what is given back unsent is as it was`() async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1))
        let owed = try #require(try await store.leased(platform, place.clock).first)
        #expect(try await store.settle(owed, as: .released, now: place.clock.utc))
        #expect(try await !store.settle(owed, as: .delivered(nil), now: place.clock.utc))
        let again = try #require(try await store.leased(platform, place.clock).first)
        #expect(again.attempts == 0 && again.lease > owed.lease)
        // Never sent, it is withdrawn when a person dismisses it.
        #expect(try await store.settle(again, as: .released, now: place.clock.utc))
        _ = try await store.record(verdict(.dismissed), on: uuid(1))
        let book = try await store.book(platform)
        #expect(book.superseded == 1 && book.produced == 1)
    }

    @Test func `many outcomes are one write, and a late one among them is no other's trouble`() async throws {
        let store = try place.open()
        for number in 1...20 { _ = try await store.commit(observation(UInt64(number))) }
        let owed = try await store.leased(platform, place.clock)
        #expect(try await store.settle(owed[3], as: .dead(reason: "422"), now: place.clock.utc))
        let before = store.counters["transactions"] ?? 0
        let settled = try await store.settle(owed.map { Settlement($0, .delivered(nil)) }, now: place.clock.utc)
        #expect((store.counters["transactions"] ?? 0) - before == 1)
        #expect(settled == owed.indices.map { $0 != 3 })
        let book = try await store.book(platform)
        #expect(book.delivered == 19 && book.dead == 1)
        #expect(try await store.settle([], now: place.clock.utc).isEmpty)
    }

    @Test func `an operator sees what is owed, a page at a time`() async throws {
        let store = try place.open()
        for number in 1...5 { _ = try await store.commit(observation(UInt64(number), severity: .red)) }
        let owed = try await store.leased(platform, place.clock, limit: 2)
        let later = place.clock.utc.advanced(byMicroseconds: 9_000_000)
        #expect(try await store.settle(owed[0], as: .retry(at: later, reason: "503 busy"), now: place.clock.utc))
        let pending = try await store.outboxEntries(platform, in: .pending, limit: 10)
        #expect(pending.count == 4 && pending.map(\.sequence) == pending.map(\.sequence).sorted())
        #expect(pending.compactMap(\.lastError) == ["503 busy"] && pending.compactMap(\.due) == [later])
        #expect(pending.allSatisfy { $0.severity == .red })
        let second = try await store.outboxEntries(platform, in: .pending, after: pending[1].sequence, limit: 1)
        #expect(second == [pending[2]])
        #expect(try await store.outboxEntries(platform, in: .leased, limit: 10).map(\.finding) == [owed[1].finding])
        #expect(try await store.outboxEntries(platform, in: .held, limit: 10).isEmpty)
        #expect(try await store.outboxEntries(phones, in: .dead, limit: -1).isEmpty)
    }

    @Test func `rows of the format before are ordered by their findings' severity`() async throws {
        var store = try place.open()
        for (number, severity) in [(1, Severity.blue), (2, .red), (3, .yellow)] as [(UInt64, Severity)] {
            _ = try await store.commit(observation(number, severity: severity))
        }
        try await store.close()
        try place.tamper("UPDATE outbox SET urgency = 0")
        try place.goBack(to: 4)
        store = try place.open()
        #expect(try await order(store, 1) == [2])
    }

    @Test func `attempts of a damaged row do not stop the queue`() async throws {
        var store = try place.open()
        _ = try await store.commit(observation(1))
        try await store.close()
        try place.tamper("UPDATE outbox SET attempts = 9223372036854775807")
        store = try place.open()
        #expect(try await store.leased(platform, place.clock).count == 1)
    }
}
