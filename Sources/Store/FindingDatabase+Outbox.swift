import Foundation
import GRDB
public import Inspection

extension FindingDatabase {
    /// `limit` is at most 1000.
    public func lease(
        _ destination: Name, limit: Int, now: UTCTime, until: UTCTime
    ) async throws(StoreError) -> [OwedDelivery] {
        let owed = try await write { try $0.lease(destination, limit: limit, now: now, until: until) }
        return owed.map { delivery in
            var delivery = delivery
            delivery.evidence = FeatureEvidence.items(in: delivery.feature)
            return delivery
        }
    }

    public func settle(
        _ delivery: OwedDelivery, as outcome: DeliveryOutcome, now: UTCTime
    ) async throws(StoreError) -> Bool {
        try await write { try $0.settle(delivery, as: outcome, now: now) }
    }

    /// All of them in one transaction.
    public func settle(_ settlements: [Settlement], now: UTCTime) async throws(StoreError) -> [Bool] {
        guard !settlements.isEmpty else { return [] }
        return try await write { ledger in
            try settlements.map { try ledger.settle($0.delivery, as: $0.outcome, now: now) }
        }
    }

    /// A row in flight counts at the end of its lease, and one that waits for it not at all, so that a caller may sleep until
    /// this time. A row that is ready is due since 1970.
    public func nextDue(_ destination: Name) async throws(StoreError) -> UTCTime? {
        try await read { db in
            let isFree = """
                NOT EXISTS (SELECT 1 FROM outbox l WHERE l.finding = o.finding
                  AND l.destination = o.destination AND l.state = 'leased')
                """
            let ready = try Row.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT 0 FROM outbox o INDEXED BY outbox_queue WHERE o.destination = ? AND o.state = 'pending'
                          AND o.due = 0 AND \(isFree) LIMIT 1
                        """), arguments: [destination.text])
            if ready != nil { return UTCTime(microseconds: 0) }
            let waiting = try Row.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT o.due FROM outbox o INDEXED BY outbox_due WHERE o.destination = ? AND o.state = 'pending'
                          AND o.due > 0 AND \(isFree) ORDER BY o.due LIMIT 1
                        """), arguments: [destination.text])
            let leased = try Row.fetchOne(
                db.cachedStatement(
                    sql: "SELECT MIN(lease_until) FROM outbox WHERE destination = ? AND state = 'leased'"),
                arguments: [destination.text])
            return [waiting?.time(0), leased?.time(0)].compactMap { $0 }.min()
        }
    }

    public func books() async throws(StoreError) -> [Book] {
        let rows: [(Name, String, Int64)] = try await read { db in
            try Row.fetchAll(db.cachedStatement(sql: "SELECT destination, state, count FROM books"))
                .compactMap { row in
                    guard let name = row.name(0), let state = row.text(1), let count = row.integer(2) else {
                        return nil
                    }
                    return (name, state, count)
                }
        }
        var counts: [Name: [String: Int64]] = [:]
        for (name, state, count) in rows { counts[name, default: [:]][state] = count }
        return counts.keys.sorted().map { name in
            func count(_ state: String) -> Int64 { counts[name]?[state] ?? 0 }
            return Book(
                destination: name, produced: count("produced"), delivered: count("delivered"),
                pending: count("pending"), leased: count("leased"), held: count("held"),
                superseded: count("superseded"), evicted: count("evicted"), dead: count("dead"))
        }
    }

    /// What is owed to a destination and where it stands: rows of one state, oldest first; `limit` is at most 1000. `after` is
    /// the place of the last row of the page before.
    public func outboxEntries(
        _ destination: Name, in state: OutboxEntry.State, after: Int64 = 0, limit: Int
    ) async throws(StoreError) -> [OutboxEntry] {
        // Rows that are ready and rows that wait for a time stand in two indexes.
        let conditions = state == .pending ? ["AND due = 0", "AND due > 0"] : [""]
        let entries = try await read { db in
            try conditions.flatMap { condition in
                try Row.fetchAll(
                    db.cachedStatement(
                        sql: """
                            SELECT finding, revision, seq, attempts, due, created, urgency, last_error FROM outbox
                            WHERE destination = ? AND state = '\(state.rawValue)' \(condition) AND seq > ?
                            ORDER BY seq LIMIT ?
                            """), arguments: [destination.text, after, min(max(limit, 0), 1000)]
                ).compactMap { OutboxEntry($0, destination: destination, state: state) }
            }
        }
        return Array(entries.sorted { $0.sequence < $1.sequence }.prefix(min(max(limit, 0), 1000)))
    }

    /// Rows revived in one transaction, so that many do not keep other writers waiting.
    static let revivedAtOnce = 1000

    /// Puts dead deliveries of one finding, or of all when nil, back in the queue; answers how many.
    public func revive(_ destination: Name, finding: FindingID?) async throws(StoreError) -> Int {
        var revived = 0
        var next: Int64? = 0
        while let sequence = next {
            let batch = try await write {
                try $0.revive(destination, finding, after: sequence, limit: Self.revivedAtOnce)
            }
            revived += batch.revived
            next = batch.last
        }
        return revived
    }
}
